"""Orders: found, read with their lines and history, and moved by actions."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import PartOfPage, ReadOnly

from apps.common.money import to_money
from apps.regions.services.lookup import name_of_region
from apps.trade.adminx.fulfilment import FinishOrder, ReceiveOrder, ShipOrder, ToShip
from apps.trade.adminx.order_notes import NotesOfOrder, WriteNote
from apps.trade.adminx.payments import PaymentsOfOrder
from apps.trade.adminx.prices import ChangePrice, DiscountsOfOrder, PriceChangesOfOrder
from apps.trade.adminx.refund_gifts import GiveRefund, GiveRemainder
from apps.trade.adminx.shipments import ShipmentsOfOrder
from apps.trade.models import Order, OrderEvent, OrderLine, OrderStatus, Payment
from apps.trade.services import closing, fulfilment

COLOURS = {
    OrderStatus.PENDING_PAYMENT: "warning",
    OrderStatus.PAID: "primary",
    OrderStatus.SHIPPED: "info",
    OrderStatus.RECEIVED: "info",
    OrderStatus.FINISHED: "success",
    OrderStatus.REFUNDING: "danger",
}


class Reason(forms.Form):
    """Why; the buyer's order keeps it."""

    reason = forms.CharField(label=_("reason"), max_length=200)


class CancelOrder(ServiceAction):
    """Takes an order back that nobody has paid; its stock returns."""

    action_name = "cancel_order"
    description = _("Cancel order")
    icon = "fa fa-ban"
    right = "trade.change_order"
    form = Reason

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status == OrderStatus.PENDING_PAYMENT

    def act(self, row: Order, **answers: Any) -> None:
        closing.cancel_order(order=row, actor_id=self.user.pk, **answers)


class LinesOfOrder(PartOfPage):
    """What was bought."""

    model = OrderLine
    exclude = ("sku", "goods", "image")
    readonly_fields = ("subtotal",)

    @display(description=_("subtotal"))
    def subtotal(self, line: OrderLine) -> str:
        return str(to_money(line.unit_price * line.quantity))


class EventsOfOrder(PartOfPage):
    """What happened to it, by whom and why."""

    model = OrderEvent
    exclude = ("reason",)
    readonly_fields = ("why", "when")

    def queryset(self) -> Any:
        return super().queryset().select_related("actor")

    @display(description=_("reason"))
    def why(self, event: OrderEvent) -> str:
        # The shop's own reasons are kept in English. An empty cell would be left out.
        return gettext(event.reason) if event.reason else "-"

    @display(description=_("created at"))
    def when(self, event: OrderEvent) -> str:
        return date_format(localtime(event.created_at), "DATETIME_FORMAT")


class OrderAdmin(ReadOnly):
    """The list that staff work with; an order that owes its buyer money says so in red."""

    model_icon = "fa fa-file-text-o"
    list_display = ("number", "user", "status", "money", "total", "recipient_name", "recipient_mobile", "created_at")
    list_filter = ("status", ToShip, "created_at", "paid_at", "total")
    search_fields = ("number", "recipient_mobile", "recipient_name", "user__username", "user__mobile", "staff_note")
    list_bookmarks = [{"title": ToShip.title, "query": {ToShip.name: "1"}, "rows": fulfilment.orders_to_ship}]
    actions = [CancelOrder, ChangePrice, ShipOrder, ReceiveOrder, FinishOrder, GiveRefund, GiveRemainder, WriteNote]
    inlines = [
        LinesOfOrder, DiscountsOfOrder, PriceChangesOfOrder, ShipmentsOfOrder, PaymentsOfOrder, EventsOfOrder,
        NotesOfOrder,
    ]  # fmt: skip
    detail_layout = (
        Fieldset(_("Order"), "number", "status", "user", "note", "staff_note", "created_at", "expires_at", "paid_at"),
        Fieldset(_("Price"), "goods_total", "discount", "freight", "total"),
        Fieldset(_("Delivery"), "recipient_name", "recipient_mobile", "address", "region", "shipped_at", "received_at"),
    )
    detail_show_all = False

    def queryset(self) -> Any:
        due = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.REFUND_DUE)
        return super().queryset().annotate(owes_refund=Exists(due))

    @display(description=_("money"))
    def money(self, order: Any) -> str:
        return gettext("to be refunded") if order.owes_refund else ""

    @display(description=_("charged for"))
    def region(self, order: Order) -> str:
        """Return the region that freight was charged for, for staff to compare with the address."""
        return name_of_region(order.region_code) if order.region_code else "-"

    def result_item(self, obj: Any, field_name: str, row: Any) -> Any:
        item = super().result_item(obj, field_name, row)
        if field_name == "status":
            item.wraps.append(f'<span class="label label-{COLOURS.get(obj.status, "default")}">%s</span>')
        if field_name == "money":
            item.wraps.append('<span class="refund-due">%s</span>')
        return item
