"""Payments: where a buyer pays an order, and what the gateway says was paid."""

import logging

from django.utils.translation import gettext_noop

from apps.common.transactions import atomic_with_retry
from apps.goods.services import counters
from apps.trade.exceptions import NotificationRefused
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import NotBelieved, Notification
from apps.trade.models import Order, OrderStatus, Payment
from apps.trade.services.order_moves import try_move

logger = logging.getLogger(__name__)

# Why money could not be taken for its order; staff read it, translated, beside the payment.
REFUND_REASONS = {
    OrderStatus.CANCELLED: gettext_noop("The order was cancelled before the payment arrived."),
    OrderStatus.EXPIRED: gettext_noop("The order had expired before the payment arrived."),
}
PAID_TWICE = gettext_noop("The order was paid already.")
OTHER_PRICE = gettext_noop("The order's price had changed before the payment arrived.")


def payment_url(*, order: Order) -> str:
    """Return the address where the buyer pays this order; empty when there is nothing to pay."""
    if order.status != OrderStatus.PENDING_PAYMENT:
        return ""
    return payment_gateway().payment_url(
        number=order.number,
        # Nothing that a buyer or a seller typed goes into the text that the gateway signs.
        subject=f"mxshop {order.number}",
        amount=order.total,
        expires_at=order.expires_at,
    )


def receive_notification(*, body: bytes) -> None:
    """Act on a notification as it came over the wire; to return means it need not be sent again.

    Raises NotificationRefused, and then nothing is written.
    """
    try:
        notification = payment_gateway().read_notification(body=body)
    except NotBelieved as error:
        raise NotificationRefused(str(error)) from error
    handle_notification(notification=notification)


@atomic_with_retry
def handle_notification(*, notification: Notification) -> Payment | None:
    """Record money that arrived, once per trade, and mark its order as paid.

    Money for an order that cannot take it any more is recorded as due to be refunded. Raises
    NotificationRefused for an unknown order, another amount, or a trade that belongs to another order.
    """
    order = Order.objects.filter(number=notification.number).first()
    if order is None:
        raise NotificationRefused(f"there is no order {notification.number} (yet)")
    if notification.amount != order.total:
        raise NotificationRefused(f"order {order.number} costs {order.total}, not {notification.amount}")
    if not notification.is_paid:
        return None
    return _record(order, notification)


def _record(order: Order, notification: Notification) -> Payment:
    accepted = try_move(order=order, to=OrderStatus.PAID, reason=notification.trade_no, paid_at=notification.paid_at)
    # The unique trade number decides between copies of one notification that arrive at the same moment.
    payment, is_first = Payment.objects.get_or_create(
        channel=notification.channel,
        trade_no=notification.trade_no,
        defaults={
            "order": order,
            "amount": notification.amount,
            "status": Payment.Status.ACCEPTED if accepted else Payment.Status.REFUND_DUE,
            "reason": "" if accepted else _why_not(order),
            "buyer": notification.buyer,
            "notification": notification.fields,
            "paid_at": notification.paid_at,
        },
    )
    if payment.order_id != order.pk:
        raise NotificationRefused(f"trade {payment.trade_no} paid another order than {order.number}")
    if is_first and accepted:
        _count_sales(order)
    elif is_first:
        logger.warning("payment %s for order %s is to be refunded: %s", payment.trade_no, order.number, payment.reason)
    return payment


def _why_not(order: Order) -> str:
    order.refresh_from_db(fields=["status"])
    if order.status == OrderStatus.PENDING_PAYMENT:
        return OTHER_PRICE
    return REFUND_REASONS.get(OrderStatus(order.status), PAID_TWICE)


def _count_sales(order: Order) -> None:
    pieces: dict[int, int] = {}
    for goods_id, quantity in order.lines.values_list("goods_id", "quantity"):
        pieces[goods_id] = pieces.get(goods_id, 0) + quantity
    counters.add_sales(pieces=pieces)
