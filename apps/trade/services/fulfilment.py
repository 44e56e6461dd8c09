"""A paid order's way to its buyer: parcels leave, arrive, and in the end nothing is left to do."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.common.transactions import atomic_with_retry
from apps.trade.events import LinesRefunded
from apps.trade.exceptions import NothingToShip, ParcelKnown
from apps.trade.models import Carrier, Order, OrderLine, OrderStatus, Shipment, ShipmentLine
from apps.trade.services.order_moves import illegal, move
from apps.trade.services.order_notices import tell_of_parcel

# A shipped order can have pieces left: those of a refund that was asked for meanwhile and then refused. Its buyer may
# have said by then that what was sent has arrived.
SHIPPABLE = frozenset({OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.RECEIVED})


def unshipped(order: Order) -> dict[int, int]:
    """Return how many pieces of which lines still have to leave, by the line's id.

    Pieces whose money goes back do not wait for a parcel. As long as a line has pieces in the house, a refund is of
    those: whoever is owed money for a piece is not sent it first.
    """
    # Subtracted here: the columns are unsigned, and MariaDB refuses a difference below zero.
    columns = order.lines.order_by("pk").values_list("pk", "quantity", "refunded_quantity", "shipped_quantity")
    pieces = {pk: quantity - refunded - shipped for pk, quantity, refunded, shipped in columns}
    return {pk: count for pk, count in pieces.items() if count > 0}


@atomic_with_retry
def ship_order(*, order: Order, carrier: Carrier, tracking_number: str, actor_id: int | None = None) -> Shipment:
    """Send all that is left of a paid order as one parcel; the order is shipped then.

    Raises IllegalMove, naming the state, for an order that is not paid or is over; NothingToShip; ParcelKnown.
    """
    _lock(order)
    return ship_parcel(
        order=order, carrier=carrier, tracking_number=tracking_number, pieces=unshipped(order), actor_id=actor_id
    )


@atomic_with_retry
def ship_parcel(
    *, order: Order, carrier: Carrier, tracking_number: str, pieces: Mapping[int, int], actor_id: int | None = None
) -> Shipment:
    """Send some pieces of a paid order: `pieces` maps the ids of its lines to how many are in the parcel.

    The order is shipped when nothing of it is left. Raises as `ship_order` does; NothingToShip if any of the pieces
    has left already, is being refunded or is of another order, and then no parcel is written.
    """
    _lock(order)
    _demand(order, *SHIPPABLE)
    _take_out_of_the_house(order, pieces)
    shipment = _write_parcel(order, carrier, tracking_number, pieces)
    tell_of_parcel(shipment)
    _close_if_complete(order, actor_id=actor_id, reason=f"{carrier.name} {tracking_number}")
    return shipment


@atomic_with_retry
def receive_order(*, order: Order, actor_id: int | None = None, note: str = "") -> None:
    """Note that a shipped order has arrived, as its buyer, staff or the clock says.

    Raises IllegalMove, naming the state, for an order that is not shipped.
    """
    _lock(order)
    _demand(order, OrderStatus.SHIPPED)
    move(order=order, to=OrderStatus.RECEIVED, actor_id=actor_id, reason=note, received_at=timezone.now())


@atomic_with_retry
def confirm_receipt(*, order: Order, actor_id: int) -> None:
    """Note what the buyer says: the order has arrived. Said once more, it changes nothing.

    Raises IllegalMove, naming the state, for an order that is neither shipped nor received.
    """
    _lock(order)
    if order.status != OrderStatus.RECEIVED:
        receive_order(order=order, actor_id=actor_id)


@atomic_with_retry
def finish_order(*, order: Order, actor_id: int | None = None, note: str = "") -> None:
    """Close an order that its buyer has received. Raises IllegalMove, naming the state, for any other."""
    _lock(order)
    _demand(order, OrderStatus.RECEIVED)
    move(order=order, to=OrderStatus.FINISHED, actor_id=actor_id, reason=note)


def close_what_was_refunded(event: LinesRefunded) -> None:
    """Mark an order as shipped whose last pieces in the house went back as money (subscribed to the event)."""
    order = Order.objects.get(pk=event.order_id)
    if order.status == OrderStatus.PAID and order.shipments.exists():
        _lock(order)
        _close_if_complete(order, actor_id=None, reason=event.refund_number)


def _lock(order: Order) -> None:
    """Read the order again and hold it: of two parcels at once, the second must see that it is the last one."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())


def _demand(order: Order, *states: OrderStatus) -> None:
    """Refuse an order in another state; the table of moves alone would also let one leave that is being refunded."""
    if order.status not in states:
        raise illegal(order)


def _take_out_of_the_house(order: Order, pieces: Mapping[int, int]) -> None:
    if not pieces or any(count < 1 for count in pieces.values()):
        raise NothingToShip
    for line_id in sorted(pieces):
        # The condition stands in the UPDATE itself: two clerks with the same pieces send them once.
        gone = F("shipped_quantity") + F("refunded_quantity") + pieces[line_id]
        in_the_house = OrderLine.objects.filter(pk=line_id, order=order, quantity__gte=gone)
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
    if order.status == OrderStatus.PAID and not unshipped(order):
        move(order=order, to=OrderStatus.SHIPPED, actor_id=actor_id, reason=reason, shipped_at=timezone.now())
