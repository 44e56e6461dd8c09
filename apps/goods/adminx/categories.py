"""The category tree; a category gets and changes its place by the tree's service."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from apps.goods.adminx.fields import CatalogueFields
from apps.goods.models import Category
from apps.goods.services.categories import move_category


class CategoryAdmin(CatalogueFields):
    """The tree, each category below its parent."""

    model_icon = "fa fa-sitemap"
    list_display = ("place", "level", "goods_count", "is_tab", "position", "created_at")
    list_editable = ("is_tab", "position")
    list_filter = ("level", "is_tab", "parent")
    search_fields = ("name", "code", "desc")
    ordering = ("path",)
    list_per_page = 200

    def queryset(self) -> Any:
        return super().queryset().annotate(number_of_goods=Count("goods"))

    @display(description=_("name"))
    def place(self, category: Category) -> str:
        return f"{'　　' * (category.level - 1)}{category.name}"

    @display(description=_("goods"), ordering="number_of_goods")
    def goods_count(self, category: Any) -> int:
        return int(category.number_of_goods)

    def save_models(self) -> None:
        super().save_models()
        if self.org_obj is None or "parent" in self.form_obj.changed_data:
            move_category(category=self.new_obj, parent=self.new_obj.parent)
