"""What gateways tell by themselves, as it comes over the wire: checked, confirmed where it is old, and handed on."""

from collections.abc import Mapping

from apps.common.events import publish
from apps.common.transactions import atomic_with_retry
from apps.trade.events import RefundReported
from apps.trade.exceptions import NotificationRefused
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayUnavailable, NotBelieved, Notification, RefundNotification
from apps.trade.models import PaymentAttempt
from apps.trade.services import payments, questions


def receive_notification(*, channel: str, headers: Mapping[str, str], body: bytes) -> None:
    """Act on a notification as it came over the wire; to return means it need not be sent again.

    Raises NotificationRefused, and then nothing is written. Must not be called inside a transaction, unless the
    notification is known to be fresh: an old one is confirmed by the gateway.
    """
    try:
        notification = payment_gateway(channel).read_notification(headers=headers, body=body)
    except NotBelieved as error:
        raise NotificationRefused(str(error)) from error
    if isinstance(notification, RefundNotification):
        _report_refund(notification)
    elif _counts_by_itself(notification):
        payments.handle_notification(notification=notification)
    else:
        _ask_instead(notification)


def _counts_by_itself(notification: Notification) -> bool:
    """Tell whether to ask would be in vain: it is fresh, or what it says is known or changes nothing anyway."""
    return notification.is_fresh or not notification.is_paid or payments.is_recorded(notification=notification)


def _ask_instead(notification: Notification) -> None:
    """Take the gateway's answer of this moment for an old notification of money that the shop does not know.

    So one that comes late ends right, and a copy that somebody kept proves nothing.
    """
    ways = PaymentAttempt.objects.select_related("order")
    attempt = ways.filter(channel=notification.channel, number=notification.number).first()
    if attempt is None:
        raise NotificationRefused(f"there is no attempt to pay {notification.number} (yet)")
    try:
        questions.settle(attempt=attempt, is_wanted=True)
    except GatewayUnavailable as error:
        raise NotificationRefused(f"{attempt.number}: it is old, and nobody confirms it now: {error}") from error
    if not payments.is_recorded(notification=notification):
        raise NotificationRefused(f"{attempt.number}: it is old, and its gateway says otherwise now")


@atomic_with_retry
def _report_refund(notification: RefundNotification) -> None:
    publish(
        RefundReported(
            channel=notification.channel,
            refund_number=notification.refund_number,
            state=notification.refund.state,
            amount=notification.refund.amount,
            gateway_number=notification.refund.gateway_number,
            reason=notification.refund.reason,
        )
    )
