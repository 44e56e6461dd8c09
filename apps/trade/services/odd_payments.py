"""Payments of another amount than was asked for: kept for staff, and dropped when the gateway corrects itself."""

import logging

from django.db.models import F
from django.utils import timezone

from apps.common.transactions import atomic_with_retry
from apps.trade.gateways.payment import Notification
from apps.trade.models import OddPayment, Payment, PaymentAttempt
from apps.trade.services.order_moves import lock_order

logger = logging.getLogger(__name__)

State = OddPayment.State


@atomic_with_retry
def keep(*, attempt: PaymentAttempt, notification: Notification, source: str) -> None:
    """Keep what a gateway said for staff to look at, once per trade and amount; what they settled stays settled.

    The attempt keeps the amount as well, so that a row that gets lost is missed. Of a trade whose payment is recorded
    nothing is kept: its money has been taken or goes back. What a notification said is asked about soon.
    """
    # As whoever records a payment: of the two at once, the second sees what the first one wrote.
    lock_order(attempt.order_id)
    if Payment.objects.filter(channel=attempt.channel, trade_no=notification.trade_no).exists():
        return
    now = timezone.now()
    row, is_new = OddPayment.objects.get_or_create(
        attempt=attempt,
        trade_no=notification.trade_no,
        told=notification.amount,
        defaults={"channel": attempt.channel, "asked": attempt.amount, "told_by": source, "told_at": now},
    )
    if not is_new:
        OddPayment.objects.filter(pk=row.pk).update(told_by=source, told_at=now)
        OddPayment.objects.filter(pk=row.pk, state=State.GONE).update(state=State.OPEN)
    open_ones = PaymentAttempt.objects.filter(pk=attempt.pk, state=PaymentAttempt.State.OPEN)
    if is_new and source == OddPayment.Source.NOTIFICATION:
        open_ones.update(next_query_at=now)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(odd_amount=notification.amount)
    logger.warning("%s asked for %s, but %s was paid", attempt.number, attempt.amount, notification.amount)


def drop(*, payment: Payment) -> None:
    """Take what was said of a trade off staff's list: its payment is recorded now. Joins the caller's transaction."""
    told = OddPayment.objects.filter(channel=payment.channel, trade_no=payment.trade_no, state=State.OPEN)
    told.update(state=State.GONE)


def is_settled(*, attempt: PaymentAttempt) -> bool:
    """Tell whether staff have looked into what was paid this way, and nothing of it is left to do."""
    rows = attempt.odd_payments.filter(told=F("attempt__odd_amount"))
    return rows.filter(state=State.RESOLVED).exists() and not attempt.odd_payments.filter(state=State.OPEN).exists()
