"""Member levels, members, and their prices."""

from typing import Any

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _

from apps.trade.models import MemberPrice


class MemberLevelAdmin:
    """Ranks of buyers."""

    model_icon = "fa fa-star"
    list_display = ("name", "percentage")
    search_fields = ("name",)


class MembershipAdmin:
    """Who has which level."""

    model_icon = "fa fa-users"
    list_display = ("user", "level", "created_at")
    list_filter = ("level", "created_at")
    search_fields = ("user__username", "user__mobile")
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        return super().queryset().select_related("user", "level")  # type: ignore[misc]  # xadmin mixes it in


class MemberPriceAdmin:
    """SKUs that cost a level less than its per cent say."""

    model_icon = "fa fa-tag"
    list_display = ("sku", "goods_name", "level", "price")
    list_filter = ("level", "price")
    search_fields = ("sku__code", "sku__goods__name")
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        return super().queryset().select_related("sku__goods", "level")  # type: ignore[misc]  # xadmin mixes it in

    @display(description=_("goods"))
    def goods_name(self, row: MemberPrice) -> str:
        return row.sku.goods.name
