"""The life of an order: which state may follow which, and the one way to move between them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.events import publish
from apps.trade.events import OrderMoved
from apps.trade.exceptions import IllegalMove
from apps.trade.models import Order, OrderEvent, OrderStatus

_PENDING, _PAID, _SHIPPED = OrderStatus.PENDING_PAYMENT, OrderStatus.PAID, OrderStatus.SHIPPED
_RECEIVED, _FINISHED, _REFUNDING = OrderStatus.RECEIVED, OrderStatus.FINISHED, OrderStatus.REFUNDING

# From, to. What is not here is illegal.
LEGAL_MOVES: frozenset[tuple[OrderStatus, OrderStatus]] = frozenset(
    {
        (_PENDING, _PAID),
        (_PENDING, OrderStatus.CANCELLED),
        (_PENDING, OrderStatus.EXPIRED),
        (_PAID, _SHIPPED),
        (_SHIPPED, _RECEIVED),
        (_RECEIVED, _FINISHED),
        # All of the money is on its way back. A partial refund leaves the order where it is.
        (_PAID, _REFUNDING),
        (_SHIPPED, _REFUNDING),
        (_RECEIVED, _REFUNDING),
        (_FINISHED, _REFUNDING),
        (_REFUNDING, OrderStatus.REFUNDED),
        # The gateway would not pay it back: the order is again what it was.
        (_REFUNDING, _PAID),
        (_REFUNDING, _SHIPPED),
        (_REFUNDING, _RECEIVED),
        (_REFUNDING, _FINISHED),
    }
)


def lock_order(order_id: int) -> Order:
    """Read an order so that nothing about its money changes until the transaction ends.

    Whoever records a payment, changes a price or a refund begins with this: who comes second sees all that the first
    one did, and rows are always locked in the order of order, lines, payment, refund, stock.
    """
    return Order.objects.select_for_update().get(pk=order_id)


def move(*, order: Order, to: OrderStatus, reason: str, actor_id: int | None = None, **facts: Any) -> None:
    """Move the order and record who moved it and why; `facts` are columns that change with the state.

    Joins the caller's transaction. Raises IllegalMove if the table forbids the move, and also if another
    request moved the order since it was read: of two at once, one wins.
    """
    if not try_move(order=order, to=to, actor_id=actor_id, reason=reason, **facts):
        order.refresh_from_db(fields=["status"])
        raise illegal(order)


def illegal(order: Order) -> IllegalMove:
    """Return the error that says where the order is, and that what was wanted of it cannot be done there."""
    words = _("This order is %(state)s; that cannot be done any more.")
    return IllegalMove(words % {"state": order.get_status_display()}, state=order.status)


def try_move(*, order: Order, to: OrderStatus, reason: str, actor_id: int | None = None, **facts: Any) -> bool:
    """Move the order as `move` does, but tell by the result whether it was possible."""
    before = OrderStatus(order.status)
    if (before, to) not in LEGAL_MOVES:
        return False
    # The state it leaves stands in the UPDATE's own condition, so no lock is held between reading and moving.
    # Money pays the price that was read: one that staff changed meanwhile is not paid by it.
    as_read = {"status": before, **({"total": order.total} if to == OrderStatus.PAID else {})}
    changes = {**facts, "status": to, "updated_at": timezone.now()}
    if not Order.objects.filter(pk=order.pk, **as_read).update(**changes):
        return False
    for name, value in changes.items():
        setattr(order, name, value)
    OrderEvent.objects.create(order=order, from_status=before, to_status=to, actor_id=actor_id, reason=reason)
    publish(
        OrderMoved(order_id=order.pk, number=order.number, buyer_id=order.user_id, before=before.value, after=to.value)
    )
    return True
