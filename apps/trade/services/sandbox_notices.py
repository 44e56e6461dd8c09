"""Notifications of the sandbox: owed with the payment, signed when they are sent, sent again until they are taken."""

import logging
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import F
from django.utils import timezone

from apps.common.tasks import enqueue, on_its_own
from apps.trade.exceptions import NotificationRefused
from apps.trade.gateways.payment import WINDOW, GatewayUnavailable
from apps.trade.gateways.sandbox.alipay import payment_notification
from apps.trade.gateways.transport import calling
from apps.trade.models import SandboxNotice, SandboxRefund, SandboxTrade
from apps.trade.services import sandbox_wechat as wechat_words
from apps.trade.services.callbacks import receive_notification

Chaos = SandboxTrade.Chaos
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
    """Hand what the shop is to be told of a trade over to it, without a wire, in the caller's transaction.

    What was owed longer ago is left to `deliver_due`: the shop asks back about it, which no transaction may wait for.
    """
    now = timezone.now()
    fresh = trade.notices.filter(created_at__gt=now - WINDOW)
    due = fresh.filter(status=SandboxNotice.Status.DUE, due_at__lte=now).order_by("pk")
    for notice in due.select_related("trade", "refund"):
        error = ""
        try:
            headers, body = _written(notice)
            receive_notification(channel=trade.channel, headers=headers, body=body)
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
    delivered = 0
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True):
        with on_its_own(f"sandbox notice {pk}"):
            delivered += deliver(notice_id=pk)
    return delivered


def _claim(notice: SandboxNotice) -> bool:
    now = timezone.now()
    # The condition names the attempt that was read: of two senders one takes it.
    unchanged = SandboxNotice.objects.filter(
        pk=notice.pk, status=SandboxNotice.Status.DUE, attempts=notice.attempts, due_at__lte=now
    )
    return bool(unchanged.update(attempts=F("attempts") + 1, due_at=now + CLAIM))


def _send(notice: SandboxNotice) -> str:
    """Make the call and return what was wrong with it; nothing if the shop took it."""
    address = notice.refund.notify_url if notice.refund else notice.trade.notify_url
    if not address:
        return ""
    headers, body = _written(notice)
    try:
        with calling("POST", address, body=body, headers=headers) as response:
            answer = next(response.iter_content(200), b"")
    except GatewayUnavailable as error:
        return str(error)
    return "" if _is_taken(notice, response.status_code, answer) else f"answered {response.status_code}: {answer!r}"


def _is_taken(notice: SandboxNotice, status: int, answer: bytes) -> bool:
    """Tell whether the gateway is content: Alipay reads these seven letters and nothing else, WeChat the status."""
    return status in (200, 204) if notice.trade.channel == "wechat" else answer == b"success"


def pay_out(*, refund: SandboxRefund) -> None:
    """End a refund that is on its way: the money is with the buyer, or chaos keeps it."""
    is_refused = refund.trade.chaos == Chaos.REFUND_REFUSED
    end = SandboxRefund.State.REFUSED if is_refused else SandboxRefund.State.DONE
    pending = SandboxRefund.objects.filter(pk=refund.pk, state=SandboxRefund.State.PENDING)
    pending.update(state=end, done_at=None if is_refused else timezone.now())
    refund.refresh_from_db(fields=["state", "done_at"])


def _written(notice: SandboxNotice) -> tuple[dict[str, str], bytes]:
    """Write and sign a notification at the moment when it leaves."""
    if notice.refund:
        pay_out(refund=notice.refund)
        return wechat_words.refund_notice(notice.refund)
    trade, flaw = notice.trade, notice.flaw
    amount = trade.total_amount + (Decimal("0.01") if flaw == Chaos.WRONG_AMOUNT else Decimal(0))
    # What comes out of order tells of a trade that still waits for its buyer.
    is_paid, is_forged = flaw != Chaos.OUT_OF_ORDER, flaw == Chaos.FORGED
    if trade.channel == "wechat":
        return wechat_words.payment_notice(trade, amount=amount, is_paid=is_paid, is_forged=is_forged)
    form = payment_notification(
        number=trade.out_trade_no,
        trade_no=trade.trade_no,
        subject=trade.subject,
        amount=amount,
        status="TRADE_SUCCESS" if is_paid else "WAIT_BUYER_PAY",
        at=trade.paid_at or trade.created_at,
        sent_at=notice.created_at,
        is_forged=is_forged,
    )
    return FORM, urlencode(form).encode()
