"""How an order ends before it is paid: its buyer or staff cancel it, or its time is over. What it took returns."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.common.exceptions import Busy, OutcomeUnknown
from apps.common.tasks import on_its_own
from apps.common.transactions import atomic_with_retry
from apps.goods.models import StockMovement
from apps.trade.exceptions import IllegalMove
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Order, OrderStatus, PaymentAttempt
from apps.trade.services import questions
from apps.trade.services.giving_back import give_back_everything
from apps.trade.services.order_moves import move, try_move
from apps.trade.services.silence import Silence
from apps.users.models import UserProfile

logger = logging.getLogger(__name__)

# Orders in these states are over: the buyer may remove them from their list.
OVER = frozenset({OrderStatus.FINISHED, OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REFUNDED})
BATCH = 200
# So long an order waits for a gateway that does not answer.
SILENCE_BORNE = timedelta(minutes=10)
NOT_PAID = gettext_noop("not paid in time")
BY_BUYER = gettext_noop("Its buyer cancelled it.")


@atomic_with_retry
def cancel_order(*, order: Order, actor_id: int | None, reason: str = BY_BUYER) -> None:
    """Cancel an order that is not paid yet, for its buyer or by staff, who say why, and give back what it took.

    Raises IllegalMove, naming the state, if it is paid or over.
    """
    move(order=order, to=OrderStatus.CANCELLED, actor_id=actor_id, reason=reason)
    give_back_everything(order=order, reason=StockMovement.Reason.CANCELLED)


@atomic_with_retry
def remove_order(*, order: Order, user: UserProfile) -> None:
    """Do what the client's "delete" means: cancel an unpaid order, take one that is over off the buyer's list.

    Raises IllegalMove for an order that is paid and under way. The row stays in any case.
    """
    if order.status in OVER:
        Order.objects.filter(pk=order.pk, hidden_at=None).update(hidden_at=timezone.now())
    elif order.status == OrderStatus.PENDING_PAYMENT:
        cancel_order(order=order, actor_id=user.pk)
    else:
        words = _("This order is %(state)s: ask for a refund instead of deleting it.")
        raise IllegalMove(words % {"state": order.get_status_display()}, state=order.status)


def close_expired_orders(
    *, now: datetime | None = None, on_closed: Callable[[Order], None] = lambda order: None
) -> int:
    """Close every unpaid order whose time is over, give back what it took, and return how many were closed.

    A payment that was made in time may still be on its way: an order waits a grace longer, and its gateways are asked
    before it is closed. Each order is a transaction of its own, so one that is stuck or broken holds up no other.
    Safe to run twice, at the same time, and against a payment that arrives meanwhile: the conditional move lets one
    of them win.
    """
    now = now or timezone.now()
    closed, silence = 0, Silence()
    for order in _overdue(now - settings.ORDER_GRACE):
        with on_its_own(order):
            if _expire(order, now, silence):
                closed += 1
                on_closed(order)
    return closed


def _expire(order: Order, now: datetime, silence: Silence) -> bool:
    try:
        return _close_trades(order, now, silence) and expire_order(order=order)
    except (Busy, OutcomeUnknown):
        logger.warning("order %s is busy; the next sweep will look at it again", order.number)
        return False


def _overdue(now: datetime) -> Iterator[Order]:
    last = 0
    while batch := list(Order.objects.overdue(now).filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _close_trades(order: Order, now: datetime, silence: Silence) -> bool:
    """Close the order's trades at their gateways, outside of any transaction; tell whether it may be closed, too.

    It may not if one was paid. A gateway that does not answer puts it off, but not for ever: then nobody knows, and
    money that comes later goes back.
    """
    for attempt in order.attempts.filter(state=PaymentAttempt.State.OPEN).select_related("order"):
        try:
            if attempt.channel in silence:
                raise GatewayUnavailable("it did not answer a moment ago")
            if questions.settle(attempt=attempt, is_wanted=False) == PaymentAttempt.State.PAID:
                return False
        except GatewayUnavailable as error:
            silence.note(attempt.channel)
            logger.warning("nobody knows whether order %s is paid: %s", order.number, error)
            return now > order.expires_at + settings.ORDER_GRACE + SILENCE_BORNE
    return True


@atomic_with_retry
def expire_order(*, order: Order) -> bool:
    """Close an order that nobody paid, return its stock, and tell whether it was still to be paid."""
    expired = try_move(order=order, to=OrderStatus.EXPIRED, reason=NOT_PAID)
    if expired:
        give_back_everything(order=order, reason=StockMovement.Reason.EXPIRED)
    return expired
