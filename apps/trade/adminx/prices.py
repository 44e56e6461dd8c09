"""Why orders cost what they cost: discounts, prices that staff changed, and what counts for purchase limits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import PartOfPage, ReadOnly

from apps.trade.models import Order, OrderDiscount, OrderPriceChange, OrderStatus
from apps.trade.services import price_changes

MONEY: dict[str, Any] = {"min_value": 0, "max_digits": 12, "decimal_places": 2, "required": False}


class NewPrice(forms.Form):
    """What was agreed; what is left empty stays as it is."""

    goods = forms.DecimalField(
        label=_("new price of the goods together"), help_text=_("After all discounts, without freight."), **MONEY
    )
    freight = forms.DecimalField(label=_("new freight"), **MONEY)
    reason = forms.CharField(label=_("reason"), max_length=200)


class ChangePrice(ServiceAction):
    """Changes what an unpaid order costs."""

    action_name = "change_price"
    description = _("Change price")
    icon = "fa fa-cny"
    right = "trade.add_orderpricechange"
    form = NewPrice

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status == OrderStatus.PENDING_PAYMENT

    def act(self, row: Order, **answers: Any) -> None:
        price_changes.change_price(order=row, actor_id=self.user.pk, **answers)


class DiscountsOfOrder(PartOfPage):
    """Why it costs less than its lines."""

    model = OrderDiscount


class PriceChangesOfOrder(PartOfPage):
    """What staff changed."""

    model = OrderPriceChange

    def queryset(self) -> Any:
        return super().queryset().select_related("actor")


class OfOrder(ReadOnly):
    """Rows that belong to an order."""

    search_fields: tuple[str, ...] = ("order__number",)

    def queryset(self) -> Any:
        return super().queryset().select_related("order")


class OrderDiscountAdmin(OfOrder):
    """What promotions, coupons and points took off."""

    model_icon = "fa fa-scissors"
    list_display = ("order", "kind", "label", "amount")
    list_filter = ("kind", "amount")


class OrderPriceChangeAdmin(OfOrder):
    """Prices of unpaid orders that staff changed."""

    model_icon = "fa fa-cny"
    list_display = ("order", "old_goods", "new_goods", "old_freight", "new_freight", "actor", "reason", "created_at")
    list_filter = ("created_at", "new_goods")
    search_fields = ("order__number", "actor__username", "reason")

    def queryset(self) -> Any:
        return super().queryset().select_related("actor")


class GoodsPurchaseAdmin(ReadOnly):
    """How much buyers have of goods that are limited."""

    model_icon = "fa fa-inbox"
    list_display = ("user", "goods", "quantity", "updated_at")
    list_filter = ("quantity", "updated_at")
    search_fields = ("user__username", "user__mobile", "goods__name")

    def queryset(self) -> Any:
        return super().queryset().select_related("user", "goods")
