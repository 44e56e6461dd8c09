"""How an order completes by the clock: after some days it counts as received, after some more as finished."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.common.exceptions import Busy
from apps.common.tasks import on_its_own
from apps.trade.exceptions import IllegalMove
from apps.trade.models import Order
from apps.trade.querysets import OrderQuerySet
from apps.trade.services import fulfilment

logger = logging.getLogger(__name__)

BATCH = 200
NOT_RECEIVED = gettext_noop("not received by hand in time")
NOTHING_ASKED = gettext_noop("nothing was asked for in time")
Report = Callable[[Order], None]


def orders_to_receive(*, now: datetime | None = None) -> OrderQuerySet:
    """Return the orders that left so long ago that they count as received."""
    return Order.objects.shipped_before((now or timezone.now()) - settings.AUTO_RECEIVE_AFTER).order_by("pk")


def orders_to_finish(*, now: datetime | None = None) -> OrderQuerySet:
    """Return the orders that were received so long ago that nothing more is to be expected of them."""
    return Order.objects.received_before((now or timezone.now()) - settings.AUTO_FINISH_AFTER).order_by("pk")


def receive_orders(*, now: datetime | None = None, on_moved: Report = lambda order: None) -> int:
    """Mark every order as received whose buyer had time enough to say so, and return how many there were.

    Each order is a transaction of its own. Killed at any point and run again, it goes on with what is left; of two
    runs at once, and of a run and the buyer, one moves an order.
    """
    return _move_each(orders_to_receive(now=now), _receive, on_moved)


def finish_orders(*, now: datetime | None = None, on_moved: Report = lambda order: None) -> int:
    """Mark every order as finished that was received long enough ago; as safe as `receive_orders`."""
    return _move_each(orders_to_finish(now=now), _finish, on_moved)


def _receive(order: Order) -> None:
    fulfilment.receive_order(order=order, note=NOT_RECEIVED)


def _finish(order: Order) -> None:
    fulfilment.finish_order(order=order, note=NOTHING_ASKED)


def _move_each(orders: OrderQuerySet, move: Callable[[Order], None], on_moved: Report) -> int:
    moved = 0
    for order in _in_batches(orders):
        with on_its_own(order):
            if _was_moved(order, move):
                moved += 1
                on_moved(order)
    return moved


def _was_moved(order: Order, move: Callable[[Order], None]) -> bool:
    try:
        move(order)
    except IllegalMove:
        return False  # somebody else moved it since it was read, or pieces of it have to leave first
    except Busy:
        logger.warning("order %s is busy; the next sweep will take it", order.number)
        return False
    return True


def _in_batches(orders: OrderQuerySet) -> Iterator[Order]:
    last = 0
    while batch := list(orders.filter(pk__gt=last)[:BATCH]):
        yield from batch
        last = batch[-1].pk
