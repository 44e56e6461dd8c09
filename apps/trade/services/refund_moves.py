"""The life of a refund: which state may follow which, the one way to move, and what every move brings about."""

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.events import publish
from apps.common.tasks import enqueue
from apps.trade.events import RefundMoved
from apps.trade.exceptions import IllegalRefundMove
from apps.trade.models import Order, OrderStatus, Refund, RefundEvent, RefundState
from apps.trade.services import order_moves, refund_reserves
from apps.trade.states import LIVE, REFUNDABLE

_REQUESTED, _APPROVED, _RETURNING = RefundState.REQUESTED, RefundState.APPROVED, RefundState.RETURNING
_ARRIVED, _PROCESSING, _FAILED = RefundState.ARRIVED, RefundState.PROCESSING, RefundState.FAILED

# From, to. What is not here is illegal.
LEGAL_MOVES: frozenset[tuple[RefundState, RefundState]] = frozenset(
    {
        (_REQUESTED, _APPROVED),
        (_REQUESTED, _PROCESSING),
        (_REQUESTED, RefundState.REFUSED),
        (_REQUESTED, RefundState.WITHDRAWN),
        (_APPROVED, _RETURNING),
        # The parcel came before its number.
        (_APPROVED, _ARRIVED),
        (_APPROVED, RefundState.WITHDRAWN),
        (_APPROVED, RefundState.LAPSED),
        (_RETURNING, _ARRIVED),
        (_RETURNING, RefundState.REFUSED),
        (_ARRIVED, _PROCESSING),
        (_ARRIVED, RefundState.REFUSED),
        (_PROCESSING, RefundState.SUCCEEDED),
        (_PROCESSING, _FAILED),
        (_FAILED, _PROCESSING),
        # The gateway paid it back after all.
        (_FAILED, RefundState.SUCCEEDED),
        # Settled otherwise, or another refund has its pieces by now.
        (_FAILED, RefundState.REFUSED),
        # Staff had closed what failed, and the gateway paid it back after all; who says so sees to it that it was sent.
        (RefundState.REFUSED, RefundState.SUCCEEDED),
    }
)


def locked_refund(refund: Refund) -> Refund:
    """Read a refund again, as it stands once nobody else changes it."""
    order_moves.lock_order(refund.order_id)
    return Refund.objects.get(pk=refund.pk)


def begin(*, refund: Refund, actor_id: int | None, note: str = "") -> None:
    """Record the first step of a new refund, which is in its first state already."""
    _after_move(refund, "", actor_id, note)


def move(*, refund: Refund, to: RefundState, actor_id: int | None = None, note: str = "", **facts: Any) -> None:
    """Move the refund, record who moved it, and let order and reservation follow; `facts` are columns that change.

    A number that changes is kept with the move, for a gateway may yet tell of the old one.

    Joins the caller's transaction. Raises IllegalRefundMove if the table forbids the move, and also if another
    request moved the refund since it was read: of two at once, one wins.
    """
    if not try_move(refund=refund, to=to, actor_id=actor_id, note=note, **facts):
        refund.refresh_from_db(fields=["state"])
        raise illegal(refund)


def illegal(refund: Refund) -> IllegalRefundMove:
    """Return the error that says where the refund is, and that what was wanted of it cannot be done there."""
    words = _("This refund is in the state “%(state)s”; that cannot be done (any more).")
    return IllegalRefundMove(words % {"state": refund.get_state_display()}, state=refund.state)


def try_move(*, refund: Refund, to: RefundState, actor_id: int | None = None, note: str = "", **facts: Any) -> bool:
    """Move the refund as `move` does, but tell by the result whether it was possible."""
    before, old_number = RefundState(refund.state), refund.number
    if (before, to) not in LEGAL_MOVES:
        return False
    order_moves.lock_order(refund.order_id)
    now = timezone.now()
    changes = {**clock_of(to, now), **facts, "state": to, "updated_at": now}
    if not Refund.objects.filter(pk=refund.pk, state=before).update(**changes):
        return False
    for name, value in changes.items():
        setattr(refund, name, value)
    if before in LIVE and to not in LIVE:
        refund_reserves.release(refund=refund)
    _after_move(refund, before, actor_id, note, old_number="" if refund.number == old_number else old_number)
    return True


def clock_of(state: RefundState, now: datetime) -> dict[str, datetime | None]:
    """Return until when the refund may stay in the state, and when the gateway is to be asked."""
    waits = {
        RefundState.REQUESTED: settings.REFUND_ANSWER_WINDOW,
        RefundState.APPROVED: settings.RETURN_SHIPPING_WINDOW,
        RefundState.RETURNING: settings.RETURN_ARRIVAL_WINDOW,
        RefundState.ARRIVED: settings.REFUND_ANSWER_WINDOW,
    }
    return {
        "deadline_at": now + waits[state] if state in waits else None,
        "next_try_at": now if state == RefundState.PROCESSING else None,
    }


def _after_move(refund: Refund, before: str, actor_id: int | None, note: str, *, old_number: str = "") -> None:
    RefundEvent.objects.create(
        refund=refund,
        from_state=before,
        to_state=refund.state,
        actor_id=actor_id,
        note=note[:300],
        old_number=old_number,
    )
    publish(RefundMoved(refund_id=refund.pk, before=str(before), after=str(refund.state)))
    if refund.state == RefundState.PROCESSING:
        enqueue("trade.settle_refund", row_id=refund.pk)
    if refund.state in (RefundState.PROCESSING, RefundState.SUCCEEDED, RefundState.FAILED):
        _let_order_follow(refund, actor_id)


def _let_order_follow(refund: Refund, actor_id: int | None) -> None:
    """Keep the order where its pieces are: all of them on their way back, all of them back, or neither.

    A partial refund leaves it alone. One that failed puts it back where it came from.
    """
    order = order_moves.lock_order(refund.order_id)
    move_order = partial(order_moves.move, order=order, actor_id=actor_id, reason=refund.number)
    under_way = is_covered(order, RefundState.PROCESSING, RefundState.SUCCEEDED)
    if under_way and order.status in REFUNDABLE:
        move_order(to=OrderStatus.REFUNDING)
    if order.status != OrderStatus.REFUNDING:
        return
    if not under_way:
        came_from = order.events.filter(to_status=OrderStatus.REFUNDING).latest("pk").from_status
        move_order(to=OrderStatus(came_from))
    elif is_covered(order, RefundState.SUCCEEDED):
        move_order(to=OrderStatus.REFUNDED)


def is_covered(order: Order, *states: RefundState) -> bool:
    """Tell whether refunds in these states have every piece of the order. The order must be locked."""
    pieces = Sum("refund_lines__quantity", filter=Q(refund_lines__refund__state__in=states))
    return all(line.going == line.quantity for line in order.lines.annotate(going=pieces))
