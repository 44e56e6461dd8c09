"""Questions to the gateways about attempts to pay, until each is settled; what is not wanted any more is closed."""

import logging
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from apps.common.exceptions import Busy
from apps.common.tasks import enqueue, on_its_own
from apps.trade.events import OrderMoved
from apps.trade.exceptions import NotificationRefused, OtherAmount
from apps.trade.gateways import payment_gateway, takes
from apps.trade.gateways.payment import GatewayUnavailable, Notification, Trade
from apps.trade.models import OddPayment, OrderStatus, PaymentAttempt
from apps.trade.services import odd_payments, payments
from apps.trade.services.attempts import FIRST_QUESTION
from apps.trade.services.silence import Silence, in_turn

logger = logging.getLogger(__name__)

State = PaymentAttempt.State
# The pauses between questions about an open attempt: a lost notification is repaired within minutes.
PAUSES = (FIRST_QUESTION, *(timedelta(minutes=minutes) for minutes in (2, 5, 10, 30, 60)))
# An attempt that the gateway never heard of can still be opened with the address that was signed, until then.
AFTERWARDS = timedelta(minutes=1)


def ask_about_due_attempts() -> int:
    """Ask about open attempts whose time has come, in turn; returns how many turned out to be settled."""
    due = PaymentAttempt.objects.filter(state=State.OPEN, next_query_at__lte=timezone.now())
    settled, silence = 0, Silence()
    for attempt_id in in_turn(due.order_by("next_query_at", "pk").values_list("pk", "channel"), silence=silence):
        with on_its_own(f"attempt {attempt_id}"):
            # Due still: another pass may have asked since the list was read.
            attempt = due.select_related("order").filter(pk=attempt_id).first()
            if attempt is not None and _claim(attempt):
                settled += ask_about(attempt=attempt, silence=silence) != State.OPEN
    return settled


def ask_at_return(*, number: str) -> None:
    """Have the gateway asked now, where a buyer comes back from it and no notification has come yet.

    The browser proves nothing, it is only a good moment to ask. An attempt is asked about once for it, and only if it
    never was before: to come back again and again asks nothing more.
    """
    attempt = PaymentAttempt.objects.filter(number=number, state=State.OPEN, queries=0).first()
    if attempt is not None:
        enqueue("trade.ask_about_returned_payment", row_id=attempt.pk)


def ask_first(*, attempt_id: int) -> None:
    """Ask about an attempt that nobody has asked about yet."""
    attempt = PaymentAttempt.objects.select_related("order").get(pk=attempt_id)
    if attempt.queries == 0 and _claim(attempt):
        ask_about(attempt=attempt)


def _claim(attempt: PaymentAttempt) -> bool:
    """Put the next question off, and tell whether this process may ask the present one."""
    pause = PAUSES[min(attempt.queries, len(PAUSES) - 1)]
    unasked = PaymentAttempt.objects.filter(pk=attempt.pk, state=State.OPEN, queries=attempt.queries)
    return bool(unasked.update(queries=F("queries") + 1, next_query_at=timezone.now() + pause))


def ask_about(*, attempt: PaymentAttempt, silence: Silence | None = None) -> str:
    """Ask the gateway what became of an attempt, bring the shop in line, and return the attempt's state.

    This repairs lost notifications. Of an order that does not wait for this money any more the trade is closed first,
    so that the answer is final. A gateway that does not answer changes nothing, and is noted in `silence`. Must not be
    called in a transaction.
    """
    try:
        return settle(attempt=attempt, is_wanted=_is_wanted(attempt))
    except (GatewayUnavailable, Busy) as error:
        logger.warning("%s says nothing about %s: %s", attempt.channel, attempt.number, error)
        if silence is not None:
            silence.note(attempt.channel)
        return State.OPEN


def _is_wanted(attempt: PaymentAttempt) -> bool:
    order = attempt.order
    return order.status == OrderStatus.PENDING_PAYMENT and order.total == attempt.amount


def settle(*, attempt: PaymentAttempt, is_wanted: bool) -> str:
    """Do what `ask_about` does, and raise GatewayUnavailable; an unwanted attempt is closed at the gateway."""
    if not takes(attempt.channel):
        raise GatewayUnavailable("the shop does not take this channel any more")
    gateway = payment_gateway(attempt.channel)
    if not is_wanted:
        gateway.close(number=attempt.number)
    trade = gateway.query(number=attempt.number)
    if trade is not None and trade.state == "paid":
        take_answer(attempt=attempt, trade=trade)
        # Money that staff have looked into, and that nobody waits for, is asked about no more.
        is_over = not is_wanted and odd_payments.is_settled(attempt=attempt)
    else:
        is_over = _is_over(attempt, trade)
    if is_over:
        PaymentAttempt.objects.filter(pk=attempt.pk, state=State.OPEN).update(state=State.CLOSED, next_query_at=None)
    attempt.refresh_from_db(fields=["state"])
    return attempt.state


def take_answer(*, attempt: PaymentAttempt, trade: Trade) -> None:
    """Handle the answer that a trade is paid like the notification that did not come; what does not fit is kept."""
    try:
        payments.handle_notification(notification=as_notification(attempt, trade), source=OddPayment.Source.ANSWER)
    except OtherAmount as refusal:
        logger.warning("what %s answers is for staff to look into: %s", attempt.channel, refusal)
    except NotificationRefused as refusal:
        logger.error("what %s answers about %s does not fit: %s", attempt.channel, attempt.number, refusal)


def as_notification(attempt: PaymentAttempt, trade: Trade) -> Notification:
    """Say what a gateway answered as it would have told it by itself."""
    return Notification(
        channel=attempt.channel,
        number=attempt.number,
        trade_no=trade.trade_no,
        amount=trade.amount,
        is_paid=True,
        paid_at=trade.paid_at or timezone.now(),
        buyer=trade.buyer,
        fields={"source": "query"},
    )


def _is_over(attempt: PaymentAttempt, trade: Trade | None) -> bool:
    if trade is None:
        return timezone.now() > attempt.order.expires_at + AFTERWARDS
    return trade.state == "closed"


def hurry_questions(event: OrderMoved) -> None:
    """Have the open attempts of an order that waits for no money any more closed soon (subscribes to `OrderMoved`).

    The sweep does it, for the gateway must not be called in the transaction of the move.
    """
    if event.before == OrderStatus.PENDING_PAYMENT:
        PaymentAttempt.objects.filter(order_id=event.order_id, state=State.OPEN).update(next_query_at=timezone.now())
