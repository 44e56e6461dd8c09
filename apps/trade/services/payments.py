"""Payments: what a gateway says was paid becomes a paid order, or money that has to go back."""

import logging

from django.db import IntegrityError
from django.utils.translation import gettext_noop

from apps.common.events import publish
from apps.common.transactions import atomic_with_retry
from apps.trade.events import RefundDue
from apps.trade.exceptions import NotificationRefused, OtherAmount
from apps.trade.gateways.payment import Notification
from apps.trade.models import OddPayment, Order, OrderStatus, Payment, PaymentAttempt
from apps.trade.services import odd_payments
from apps.trade.services.order_moves import lock_order, try_move
from apps.trade.services.sales import count_sales

logger = logging.getLogger(__name__)

# Why money could not be taken for its order; staff read it, translated, beside the payment.
REFUND_REASONS = {
    OrderStatus.CANCELLED: gettext_noop("The order was cancelled before the payment arrived."),
    OrderStatus.EXPIRED: gettext_noop("The order had expired before the payment arrived."),
}
PAID_TWICE = gettext_noop("The order was paid already.")
OTHER_AMOUNT = gettext_noop("Another amount was paid than was asked for.")
OTHER_PRICE = gettext_noop("The order's price had changed before the payment arrived.")


def handle_notification(*, notification: Notification, source: str = OddPayment.Source.NOTIFICATION) -> Payment | None:
    """Record money that arrived, once per trade, and mark its order as paid; `source` is how the gateway told of it.

    Money for an order that cannot take it any more is recorded as due to be refunded. Raises NotificationRefused for
    a number that was never given to this channel, another amount, or a trade that belongs to another order. Another
    amount is kept for staff; of all else nothing is written then.
    """
    attempt = PaymentAttempt.objects.filter(channel=notification.channel, number=notification.number).first()
    if attempt is None:
        raise NotificationRefused(f"there is no attempt to pay {notification.number} (yet)")
    if notification.amount != attempt.amount:
        return _refuse_amount(attempt, notification, source)
    if not notification.is_paid:
        return None
    return _record(attempt, notification)


def _refuse_amount(attempt: PaymentAttempt, notification: Notification, source: str) -> Payment:
    """Pay nothing by another amount than was asked for; what staff had recorded, to pay it back, is told no more."""
    known = _known(notification)
    if known is not None and known.attempt_id == attempt.pk and known.amount == notification.amount:
        return known
    if notification.is_paid:
        odd_payments.keep(attempt=attempt, notification=notification, source=source)
    raise OtherAmount(f"{attempt.number} asked for {attempt.amount}, not {notification.amount}")


@atomic_with_retry
def _record(attempt: PaymentAttempt, notification: Notification) -> Payment:
    # The order's row is taken before its total is read: staff may change the price of an unpaid order.
    order = lock_order(attempt.order_id)
    # A copy moves nothing: its money may have gone back meanwhile, and the order wait for money anew.
    known = _known(notification)
    if known is None:
        return _take(order, attempt, notification)
    if known.order_id != order.pk:
        raise _paid_another(order, notification)
    return known


def _known(notification: Notification) -> Payment | None:
    return Payment.objects.filter(channel=notification.channel, trade_no=notification.trade_no).first()


def _take(order: Order, attempt: PaymentAttempt, notification: Notification) -> Payment:
    accepted = order.total == attempt.amount and try_move(
        order=order, to=OrderStatus.PAID, reason=notification.trade_no, paid_at=notification.paid_at
    )
    if not accepted:
        return _take_to_pay_back(order, attempt, notification, _why_not(order))
    payment = _write(order, attempt, notification, Payment.Status.ACCEPTED)
    count_sales(order=order)
    return payment


@atomic_with_retry
def record_odd_amount(*, attempt: PaymentAttempt, notification: Notification) -> Payment:
    """Record money of another amount than was asked for; it pays nothing, and goes back whole.

    Raises NotificationRefused for a trade that is recorded already.
    """
    order = lock_order(attempt.order_id)
    if _known(notification) is not None:
        raise NotificationRefused(f"trade {notification.trade_no} is recorded already")
    return _take_to_pay_back(order, attempt, notification, OTHER_AMOUNT)


def _take_to_pay_back(order: Order, attempt: PaymentAttempt, notification: Notification, reason: str) -> Payment:
    payment = _write(order, attempt, notification, Payment.Status.REFUND_DUE, reason)
    _owe_back(payment)
    return payment


def _write(
    order: Order, attempt: PaymentAttempt, notification: Notification, status: Payment.Status, reason: str = ""
) -> Payment:
    try:
        payment = Payment.objects.create(
            channel=notification.channel,
            trade_no=notification.trade_no,
            order=order,
            attempt=attempt,
            amount=notification.amount,
            status=status,
            reason=reason,
            buyer=notification.buyer,
            notification=notification.fields,
            paid_at=notification.paid_at,
        )
    except IntegrityError as error:
        # Copies for one order wait for its row; the unique trade number decides between orders that claim one trade.
        raise _paid_another(order, notification) from error
    _settle(attempt, payment)
    return payment


def _paid_another(order: Order, notification: Notification) -> NotificationRefused:
    return NotificationRefused(f"trade {notification.trade_no} paid another order than {order.number}")


def _settle(attempt: PaymentAttempt, payment: Payment) -> None:
    """Ask no more about an attempt that is paid, also if it was closed here: the gateway has the last word."""
    paid = {"state": PaymentAttempt.State.PAID, "next_query_at": None}
    of_attempt = PaymentAttempt.objects.filter(pk=attempt.pk)
    if not of_attempt.filter(odd_amount=None).update(**paid):
        of_attempt.update(**paid)
        odd_payments.drop(payment=payment)


def _owe_back(payment: Payment) -> None:
    """Let everybody know of money that has to go back; the one place where such money is found."""
    logger.warning("payment %s for order %s is to be refunded: %s", payment.trade_no, payment.order, payment.reason)
    publish(RefundDue(payment_id=payment.pk))


def _why_not(order: Order) -> str:
    if order.status == OrderStatus.PENDING_PAYMENT:
        return OTHER_PRICE
    return REFUND_REASONS.get(OrderStatus(order.status), PAID_TWICE)


def is_recorded(*, notification: Notification) -> bool:
    """Tell whether the money of which a notification tells is recorded already."""
    return _known(notification) is not None
