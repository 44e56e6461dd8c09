"""The ledgers: read, never written here."""

from typing import Any

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin_compat.options import ReadOnly


class LedgerAdmin(ReadOnly):
    """Rows that tell what happened to a SKU, and by whom."""

    search_fields: tuple[str, ...] = ("sku__code", "sku__goods__name")

    def queryset(self) -> Any:
        return super().queryset().select_related("sku__goods", "actor")

    @display(description=_("goods"))
    def goods(self, row: Any) -> str:
        return str(row.sku.goods)


class StockMovementAdmin(LedgerAdmin):
    """Every piece that ever came or went."""

    model_icon = "fa fa-exchange"
    list_display = ("created_at", "sku", "goods", "delta", "reason", "reference", "note", "actor")
    list_filter = ("reason", "created_at", "delta", "sku")
    search_fields = (*LedgerAdmin.search_fields, "reference", "note")


class PriceChangeAdmin(LedgerAdmin):
    """Every price that was changed."""

    model_icon = "fa fa-bar-chart-o"
    list_display = ("created_at", "sku", "goods", "old_price", "new_price", "source", "actor")
    list_filter = ("created_at", "new_price", "source", "sku")
