"""What a buyer is told of an order: a notice for each step, in the transaction of the step."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.common.money import ZERO, to_money
from apps.notifications.services import notices
from apps.trade.events import OrderMoved, OrderRepriced
from apps.trade.models import Order, OrderStatus, Refund, RefundKind, RefundState, Shipment
from apps.trade.states import REFUNDABLE

# Steps of the table of moves. Of a parcel the buyer is told when it leaves, whether it is the last one or not.
MOVES: Final[Mapping[str, Promise]] = {
    OrderStatus.PAID: _("We have received your payment for order %(order)s."),
    OrderStatus.RECEIVED: _("Order %(order)s has been received."),
    OrderStatus.FINISHED: _("Order %(order)s is finished. Thank you for shopping with us."),
    OrderStatus.CANCELLED: _("Order %(order)s has been cancelled."),
    OrderStatus.EXPIRED: _("Order %(order)s was closed, for it was not paid in time."),
}
# All pieces of an order are going back, or are back: how much of the money does, for it need not be all.
MONEY: Final[Mapping[str, Promise]] = {
    OrderStatus.REFUNDING: _("Of ¥%(total)s for order %(order)s, ¥%(amount)s are on their way back to you."),
    OrderStatus.REFUNDED: _("Of ¥%(total)s for order %(order)s, ¥%(amount)s are back with you."),
}
# Notices of before, which named no amount, are still read.
WITHOUT_AMOUNT: Final[Mapping[str, Promise]] = {
    OrderStatus.REFUNDING: _("The money for order %(order)s is on its way back to you."),
    OrderStatus.REFUNDED: _("The money for order %(order)s is back with you."),
}
# The gateway would not pay the money back, and the order is again what it was.
BACK: Final = "back"
# All of an order that cost nothing is the shop's again; there is no money to tell of.
TAKEN_BACK: Final = "taken_back"
PARCEL: Final = "parcel"
REPRICED: Final = "repriced"

notices.word({f"order.{state}": text for state, text in {**MOVES, **WITHOUT_AMOUNT}.items()})
notices.word({f"order.money.{state}": text for state, text in MONEY.items()})
notices.word(
    {
        f"order.{BACK}": _("The refund of order %(order)s did not succeed. We are looking into it."),
        f"order.{TAKEN_BACK}": _("All goods of order %(order)s are taken back."),
        f"order.{PARCEL}": _("A parcel of order %(order)s is on its way to you: %(carrier)s %(number)s."),
        f"order.{REPRICED}": _("The price of order %(order)s has changed from ¥%(old)s to ¥%(new)s."),
    }
)


def tell_of_move(event: OrderMoved) -> None:
    """Tell the buyer that their order went on (subscribed to the event); of parcels `tell_of_parcel` tells."""
    topic = _topic_of(event)
    if topic is not None:
        facts = {"order": event.number, **(_sums(event.order_id) if event.after in MONEY else {})}
        notices.tell(user_id=event.buyer_id, topic=f"order.{topic}", params=facts, reference=event.number)


def _topic_of(event: OrderMoved) -> str | None:
    if event.before == OrderStatus.REFUNDING and event.after in REFUNDABLE:
        return BACK
    if event.after in (OrderStatus.REFUNDING, OrderStatus.REFUNDED) and _was_free(event.order_id):
        return TAKEN_BACK if event.after == OrderStatus.REFUNDED else None
    if event.after in MONEY:
        return f"money.{event.after}"
    return event.after if event.after in MOVES else None


def _sums(order_id: int) -> dict[str, str]:
    """Return what an order cost, and how much of it goes back or is back."""
    going = Refund.objects.filter(order=order_id, state__in=(RefundState.PROCESSING, RefundState.SUCCEEDED))
    amount = going.exclude(kind=RefundKind.LATE_PAYMENT).aggregate(sum=Sum("amount"))["sum"]
    return {"total": str(Order.objects.get(pk=order_id).total), "amount": str(to_money(amount or ZERO))}


def _was_free(order_id: int) -> bool:
    return Order.objects.filter(pk=order_id, total=0).exists()


def tell_of_price(event: OrderRepriced) -> None:
    """Tell the buyer what an unpaid order costs now (subscribed to the event)."""
    order = Order.objects.get(pk=event.order_id)
    facts = {"order": order.number, "old": str(event.old_total), "new": str(event.new_total)}
    notices.tell(user_id=order.user_id, topic=f"order.{REPRICED}", params=facts, reference=order.number)


def tell_of_parcel(shipment: Shipment) -> None:
    """Tell the buyer which parcel has left."""
    order = shipment.order
    facts = {"order": order.number, "carrier": shipment.carrier.name, "number": shipment.tracking_number}
    notices.tell(user_id=order.user_id, topic=f"order.{PARCEL}", params=facts, reference=order.number)
