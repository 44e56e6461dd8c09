"""Refunds whose present state ends by itself: what nobody answers is granted, what nobody sends back is closed.

Goods that were sent back and that nobody noted count as arrived, and wait for an answer from then on.
"""

import logging

from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.common.exceptions import Busy
from apps.common.tasks import on_its_own
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import IllegalRefundMove
from apps.trade.models import Refund, RefundState
from apps.trade.services import refund_moves
from apps.trade.services.refund_decisions import approve_refund

logger = logging.getLogger(__name__)

BATCH = 200
NOT_ANSWERED = gettext_noop("The shop did not answer in time, so the request was granted.")
NOT_NOTED = gettext_noop("The shop did not note the arrival in time.")
NOT_SENT = gettext_noop("The goods were not sent back in time.")


def end_overdue_refunds() -> int:
    """Grant what staff left unanswered, take goods on their way for arrived, and close returns that nobody sent.

    Each refund is a transaction of its own. Safe to run twice, at the same time, and against whoever acts on the
    refund meanwhile. Returns how many moved.
    """
    moved, last, now = 0, 0, timezone.now()
    while batch := list(Refund.objects.past_deadline(now).filter(pk__gt=last).order_by("pk")[:BATCH]):
        for refund in batch:
            with on_its_own(refund):
                moved += _end(refund)
        last = batch[-1].pk
    return moved


def _end(refund: Refund) -> bool:
    try:
        if refund.state == RefundState.APPROVED:
            return _move(refund, RefundState.LAPSED, NOT_SENT)
        if refund.state == RefundState.RETURNING:
            return _move(refund, RefundState.ARRIVED, NOT_NOTED)
        approve_refund(refund=refund, actor_id=None, note=NOT_ANSWERED)
    except (Busy, IllegalRefundMove) as reason:
        logger.warning("refund %s is left to the next sweep: %s", refund.number, reason)
        return False
    return True


@atomic_with_retry
def _move(refund: Refund, to: RefundState, note: str) -> bool:
    return refund_moves.try_move(refund=refund, to=to, note=note)
