"""A paid order's way to its buyer: parcels leave, arrive, and in the end nothing is left to do."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.common.transactions import atomic_with_retry
from apps.trade.events import LinesRefunded, OrderMoved
from apps.trade.exceptions import IllegalMove, NothingToShip, ParcelKnown
from apps.trade.models import Carrier, Order, OrderLine, OrderStatus, Shipment, ShipmentLine
from apps.trade.querysets import OrderQuerySet
from apps.trade.services.order_moves import illegal, lock_order, move
from apps.trade.services.order_notices import tell_of_parcel
from apps.trade.services.pieces import TAKEN, THERE_WAS, all_is_done, lines_with_pieces_to_ship, unshipped

# No piece of an order that is `shipped` is left. Those that were counted as shipped too early, before that was so, and
# that `shop_doctor` names, are completed from where they are.
SHIPPABLE = frozenset({OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED})
HAS_ARRIVED = gettext_noop("Its buyer says that it has arrived.")
BY_HAND = gettext_noop("noted by hand")
ALL_DONE = gettext_noop("All of it has left or was paid back.")


def orders_to_ship() -> OrderQuerySet:
    """Return the orders of which pieces may leave now."""
    return Order.objects.filter(Exists(lines_with_pieces_to_ship().filter(order=OuterRef("pk"))), status__in=SHIPPABLE)


@atomic_with_retry
def ship_order(*, order: Order, carrier: Carrier, tracking_number: str, actor_id: int | None = None) -> Shipment:
    """Send all that may leave of a paid order as one parcel.

    Raises IllegalMove, naming the state, for an order that is not paid or is over; NothingToShip; ParcelKnown.
    """
    order = lock_order(order.pk)
    return ship_parcel(
        order=order, carrier=carrier, tracking_number=tracking_number, pieces=unshipped(order), actor_id=actor_id
    )


@atomic_with_retry
def ship_parcel(
    *, order: Order, carrier: Carrier, tracking_number: str, pieces: Mapping[int, int], actor_id: int | None = None
) -> Shipment:
    """Send some pieces of a paid order: `pieces` maps the ids of its lines to how many are in the parcel.

    The order is shipped when each of its pieces has left or has been paid back. Raises as `ship_order` does;
    NothingToShip if any of the pieces has left already, is being refunded or is of another order, and then no parcel
    is written.
    """
    order = lock_order(order.pk)
    _demand(order, *SHIPPABLE)
    _take_out_of_the_house(order, pieces)
    shipment = _write_parcel(order, carrier, tracking_number, pieces)
    tell_of_parcel(shipment)
    _close_if_complete(order, actor_id=actor_id, reason=f"{carrier.name} {tracking_number}")
    return shipment


@atomic_with_retry
def receive_order(*, order: Order, actor_id: int | None = None, note: str = "") -> Order:
    """Note that a shipped order has arrived, as its buyer, staff or the clock says, and return it as it is now.

    Raises IllegalMove, naming the state, for an order that is not shipped, or of which pieces have not left.
    """
    order = lock_order(order.pk)
    _demand(order, OrderStatus.SHIPPED)
    _demand_all_done(order)
    move(order=order, to=OrderStatus.RECEIVED, actor_id=actor_id, reason=note or BY_HAND, received_at=timezone.now())
    return order


@atomic_with_retry
def confirm_receipt(*, order: Order, actor_id: int) -> Order:
    """Note what the buyer says, that all of the order has arrived, and return it. Said once more, it changes nothing.

    Raises IllegalMove, naming the state, for an order that is neither shipped nor received.
    """
    order = lock_order(order.pk)
    if order.status == OrderStatus.RECEIVED:
        return order
    return receive_order(order=order, actor_id=actor_id, note=HAS_ARRIVED)


@atomic_with_retry
def finish_order(*, order: Order, actor_id: int | None = None, note: str = "") -> None:
    """Close an order that its buyer has received.

    Raises IllegalMove, naming the state, for any other, and for one of which pieces have not left.
    """
    order = lock_order(order.pk)
    _demand(order, OrderStatus.RECEIVED)
    _demand_all_done(order)
    move(order=order, to=OrderStatus.FINISHED, actor_id=actor_id, reason=note or BY_HAND)


def close_what_was_refunded(event: LinesRefunded) -> None:
    """Mark an order as shipped whose last pieces in the house went back as money (subscribed to the event)."""
    _close_if_complete(lock_order(event.order_id), actor_id=None, reason=event.refund_number)


def close_what_came_back(event: OrderMoved) -> None:
    """Mark an order as shipped that was to be refunded whole and is not, if nothing of it waits for a parcel any more.

    Part of its refunds may have succeeded meanwhile (subscribed to the event).
    """
    if (event.before, event.after) == (OrderStatus.REFUNDING, OrderStatus.PAID):
        _close_if_complete(lock_order(event.order_id), actor_id=None, reason=ALL_DONE)


def _demand(order: Order, *states: OrderStatus) -> None:
    """Refuse an order in another state; the table of moves alone would also let one leave that is being refunded."""
    if order.status not in states:
        raise illegal(order)


def _demand_all_done(order: Order) -> None:
    if not all_is_done(order):
        raise IllegalMove(_("Some pieces of this order have not left yet."), state=order.status)


def _take_out_of_the_house(order: Order, pieces: Mapping[int, int]) -> None:
    if not pieces or any(count < 1 for count in pieces.values()):
        raise NothingToShip
    for line_id in sorted(pieces):
        # The condition stands in the UPDATE itself: two clerks with the same pieces send them once.
        line = OrderLine.objects.annotate(there_was=THERE_WAS).filter(pk=line_id, order=order)
        in_the_house = line.filter(there_was__gte=TAKEN + pieces[line_id])
        if not in_the_house.update(shipped_quantity=F("shipped_quantity") + pieces[line_id]):
            raise NothingToShip(line=line_id)


def _write_parcel(order: Order, carrier: Carrier, tracking_number: str, pieces: Mapping[int, int]) -> Shipment:
    now = timezone.now()
    try:
        with transaction.atomic():
            shipment = Shipment.objects.create(
                order=order, carrier=carrier, tracking_number=tracking_number, shipped_at=now, next_check_at=now
            )
    except IntegrityError as error:
        raise ParcelKnown from error
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, order_line_id=line_id, quantity=pieces[line_id]) for line_id in sorted(pieces)
    )
    return shipment


def _close_if_complete(order: Order, *, actor_id: int | None, reason: str) -> None:
    if order.status == OrderStatus.PAID and all_is_done(order):
        move(order=order, to=OrderStatus.SHIPPED, actor_id=actor_id, reason=reason, shipped_at=timezone.now())
