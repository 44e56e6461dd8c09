"""Notifications of the sandbox: owed with the payment, signed when they are sent, sent again until they are taken."""

import logging
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F
from django.utils import timezone

from apps.common.tasks import enqueue
from apps.trade.exceptions import NotificationRefused
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.gateways.sandbox.alipay import payment_notification
from apps.trade.gateways.transport import calling
from apps.trade.models import SandboxNotice, SandboxRefund, SandboxTrade
from apps.trade.services.payments import receive_notification

logger = logging.getLogger(__name__)

# The pauses between Alipay's own notifications: eight calls in some 25 hours, then it gives up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (4, 10, 10, 60, 120, 360, 900))
# So long a notification belongs to whoever is sending it; if that process dies, it is due again afterwards.
CLAIM = timedelta(minutes=1)
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def owe(
    *, trade: SandboxTrade, refund: SandboxRefund | None = None, flaw: str = "", delay: timedelta = timedelta()
) -> SandboxNotice:
    """Owe the merchant a notification, in the caller's transaction; without delay it leaves after the commit."""
    notice = SandboxNotice.objects.create(trade=trade, refund=refund, flaw=flaw, due_at=timezone.now() + delay)
    if not delay:
        enqueue("trade.deliver_sandbox_notice", row_id=notice.pk)
    return notice


def deliver(*, notice_id: int) -> bool:
    """Send a notification that is due and tell whether the shop took it. Must not be called in a transaction."""
    notice = SandboxNotice.objects.select_related("trade", "refund").get(pk=notice_id)
    if not _claim(notice):
        return False
    _note(notice, error=_send(notice))
    return not notice.last_error


def hand_over(*, trade: SandboxTrade) -> None:
    """Hand what the shop is to be told of a trade over to it, without a wire, in the caller's transaction."""
    due = trade.notices.filter(status=SandboxNotice.Status.DUE, due_at__lte=timezone.now()).order_by("pk")
    for notice in due.select_related("trade", "refund"):
        error = ""
        try:
            receive_notification(channel=trade.channel, headers={}, body=_body(notice))
        except NotificationRefused as refusal:
            error = str(refusal)
        _note(notice, error=error)


def _note(notice: SandboxNotice, *, error: str) -> None:
    notice.last_error = error
    changes: dict[str, object] = {"last_error": error[:500]}
    if not error:
        changes["status"] = SandboxNotice.Status.SENT
    elif notice.attempts < len(PAUSES):
        changes["due_at"] = timezone.now() + PAUSES[notice.attempts]
    else:
        changes["status"] = SandboxNotice.Status.DEAD
    SandboxNotice.objects.filter(pk=notice.pk).update(**changes)


def deliver_due(*, trade: SandboxTrade | None = None) -> int:
    """Send every notification that is due, or those of one trade; returns how many the shop took."""
    due = SandboxNotice.objects.filter(status=SandboxNotice.Status.DUE, due_at__lte=timezone.now())
    if trade is not None:
        due = due.filter(trade=trade)
    return sum(deliver(notice_id=pk) for pk in due.order_by("due_at", "pk").values_list("pk", flat=True))


def _claim(notice: SandboxNotice) -> bool:
    now = timezone.now()
    # The condition names the attempt that was read: of two senders one takes it.
    unchanged = SandboxNotice.objects.filter(
        pk=notice.pk, status=SandboxNotice.Status.DUE, attempts=notice.attempts, due_at__lte=now
    )
    return bool(unchanged.update(attempts=F("attempts") + 1, due_at=now + CLAIM))


def _send(notice: SandboxNotice) -> str:
    """Make the call and return what was wrong with it; nothing if the shop took it."""
    if not notice.trade.notify_url:
        return ""
    try:
        with calling("POST", notice.trade.notify_url, body=_body(notice), headers=FORM) as response:
            answer = next(response.iter_content(200), b"")
    except GatewayUnavailable as error:
        return str(error)
    # Alipay's rule: these seven letters and nothing else.
    return "" if answer == b"success" else f"answered {response.status_code}: {answer!r}"


def _body(notice: SandboxNotice) -> bytes:
    return urlencode(_alipay_form(notice)).encode()


def _alipay_form(notice: SandboxNotice) -> dict[str, str]:
    trade, flaws = notice.trade, SandboxTrade.Chaos
    wrong = Decimal("0.01") if notice.flaw == flaws.WRONG_AMOUNT else Decimal(0)
    return payment_notification(
        number=trade.out_trade_no,
        trade_no=trade.trade_no,
        subject=trade.subject,
        amount=trade.total_amount + wrong,
        # What comes too late tells of a trade that still waits for its buyer.
        status="WAIT_BUYER_PAY" if notice.flaw == flaws.OUT_OF_ORDER else "TRADE_SUCCESS",
        at=trade.paid_at or trade.created_at,
        is_forged=notice.flaw == flaws.FORGED,
    )
