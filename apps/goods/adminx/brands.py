"""Brands."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from apps.goods.adminx.fields import CatalogueFields


class BrandAdmin(CatalogueFields):
    """Who makes the goods."""

    model_icon = "fa fa-certificate"
    list_display = ("picture", "name", "goods_count", "position", "created_at")
    list_display_links = ("name",)
    list_editable = ("position",)
    list_filter = ("created_at",)
    search_fields = ("name", "desc")

    def queryset(self) -> Any:
        return super().queryset().annotate(number_of_goods=Count("goods"))

    @display(description=_("goods"), ordering="number_of_goods")
    def goods_count(self, brand: Any) -> int:
        return int(brand.number_of_goods)
