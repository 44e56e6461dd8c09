"""Ways to pay an order: opened for its buyer, asked about until they are settled, closed when it is over."""

import logging
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import Busy, GatewayFailed, InvalidInput
from apps.common.prepared import insert
from apps.common.tasks import enqueue, on_its_own
from apps.common.transactions import atomic_with_retry
from apps.trade.events import OrderMoved, OrderRepriced
from apps.trade.exceptions import NotificationRefused, NotPayable, TooManyAttempts
from apps.trade.gateways import payment_gateway, takes
from apps.trade.gateways.payment import GatewayRefused, GatewayUnavailable, Notification, Start, Trade
from apps.trade.models import Channel, Order, OrderStatus, PaymentAttempt
from apps.trade.services import payments
from apps.trade.services.silence import Silence

logger = logging.getLogger(__name__)

Method, State = PaymentAttempt.Method, PaymentAttempt.State
METHODS = {
    Channel.ALIPAY: frozenset({Method.PAGE, Method.WAP, Method.APP}),
    Channel.WECHAT: frozenset({Method.NATIVE, Method.JSAPI, Method.H5}),
}
MAX_ATTEMPTS = 10
# So many are asked about in one go; the rest is still due when the clock comes round.
BATCH = 200
# The pauses between questions about an open attempt: a lost notification is repaired within minutes.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60))
# An attempt that the gateway never heard of can still be opened with the address that was signed, until then.
AFTERWARDS = timedelta(minutes=1)


def open_first(*, order: Order) -> None:
    """Write the way to pay that every order has: Alipay's page, under the order's own number."""
    order.just_opened = _write(order, channel=Channel.ALIPAY, method=Method.PAGE, number=order.number)


def _write(order: Order, *, channel: str, method: str, number: str, payer: str = "") -> PaymentAttempt:
    attempt = PaymentAttempt(
        order=order,
        channel=channel,
        method=method,
        number=number,
        amount=order.total,
        payer=payer,
        next_query_at=timezone.now() + PAUSES[0],
    )
    insert(attempt)
    return attempt


@atomic_with_retry
def open_attempt(*, order: Order, channel: str, method: str, payer: str = "") -> PaymentAttempt:
    """Open a further way to pay, or return the open one of the same kind; the gateway is not called yet.

    Raises InvalidInput for a channel that the shop does not take, NotPayable, naming the order's state, and
    TooManyAttempts.
    """
    if not takes(channel):
        raise InvalidInput(fields={"channel": [_("This shop cannot be paid that way.")]})
    # The row is taken, so that of two requests at once the second finds the first one's attempt.
    order = Order.objects.select_for_update().get(pk=order.pk)
    if not order.can_be_paid():
        raise NotPayable(state=order.status)
    attempts = order.attempts.all()
    same = attempts.filter(channel=channel, method=method, payer=payer, amount=order.total, state=State.OPEN)
    if known := same.first():
        return known
    if attempts.count() >= MAX_ATTEMPTS:
        raise TooManyAttempts
    return _write(order, channel=channel, method=method, number=_next_number(order), payer=payer)


def reopen(event: OrderRepriced) -> None:
    """Open Alipay's page anew for an unpaid order whose total has changed (subscribed to the event).

    The ways at the old price are closed at their gateways soon; money that comes by one of them goes back. What
    costs nothing any more needs no way to pay.
    """
    order = Order.objects.get(pk=event.order_id)
    stale = order.attempts.filter(state=State.OPEN).exclude(amount=order.total)
    stale.update(next_query_at=timezone.now())
    if order.total:
        _write(order, channel=Channel.ALIPAY, method=Method.PAGE, number=_next_number(order))


def _next_number(order: Order) -> str:
    """Return a number that no gateway was given yet; the first way has the order's own."""
    count = order.attempts.count()
    return f"{order.number}-{count + 1}" if count else order.number


def start(*, public_id: UUID) -> PaymentAttempt:
    """Tell the gateway of an attempt, once, and keep what the buyer's client needs to pay.

    Must not be called in a transaction. Raises GatewayFailed; to call again with the same attempt is safe.
    """
    attempt = PaymentAttempt.objects.select_related("order").get(public_id=public_id)
    if attempt.instructions is None and attempt.is_payable():
        try:
            attempt.instructions = asdict(_begin(attempt))
        except (GatewayRefused, GatewayUnavailable) as error:
            logger.warning("%s did not open %s: %s", attempt.channel, attempt.number, error)
            raise GatewayFailed from error
        PaymentAttempt.objects.filter(pk=attempt.pk).update(instructions=attempt.instructions)
    return attempt


def payment_url(*, order: Order) -> str:
    """Return the address where the buyer pays this order by Alipay; empty when it cannot be paid any more."""
    if not order.can_be_paid():
        return ""
    attempt = order.just_opened
    if attempt is None or attempt.amount != order.total:
        pages = order.attempts.filter(channel=Channel.ALIPAY, method=Method.PAGE, amount=order.total, state=State.OPEN)
        attempt = pages.first()
    if attempt is None:
        return ""
    attempt.order = order
    return _begin(attempt).redirect_url


def _begin(attempt: PaymentAttempt) -> Start:
    return payment_gateway(attempt.channel).start(
        method=attempt.method,
        number=attempt.number,
        # Nothing that a buyer or a seller typed goes into the text that the gateway signs.
        subject=f"mxshop {attempt.order.number}",
        amount=attempt.amount,
        expires_at=attempt.order.expires_at,
        payer=attempt.payer,
    )


# -- Asking ----------------------------------------------------------------------------------------
def ask_about_due_attempts() -> int:
    """Ask about every open attempt whose time has come; returns how many turned out to be settled."""
    due = PaymentAttempt.objects.filter(state=State.OPEN, next_query_at__lte=timezone.now())
    settled, silence = 0, Silence()
    for attempt in due.select_related("order").order_by("next_query_at", "pk")[:BATCH]:
        with on_its_own(attempt):
            # One that is not asked about now stays due.
            if attempt.channel not in silence and _claim(attempt):
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
        _record(attempt, trade)
    elif _is_over(attempt, trade):
        PaymentAttempt.objects.filter(pk=attempt.pk, state=State.OPEN).update(state=State.CLOSED, next_query_at=None)
    attempt.refresh_from_db(fields=["state"])
    return attempt.state


def _record(attempt: PaymentAttempt, trade: Trade) -> None:
    """Handle the answer like the notification that did not come."""
    notification = Notification(
        channel=attempt.channel,
        number=attempt.number,
        trade_no=trade.trade_no,
        amount=trade.amount,
        is_paid=True,
        paid_at=trade.paid_at or timezone.now(),
        buyer=trade.buyer,
        fields={"source": "query"},
    )
    try:
        payments.handle_notification(notification=notification)
    except NotificationRefused as refusal:
        logger.error("what %s answers about %s does not fit: %s", attempt.channel, attempt.number, refusal)


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


def payments_of(*, order: Order) -> list[PaymentAttempt]:
    """Return the ways that were opened to pay an order, the latest first, each with the money that came by it."""
    return list(order.attempts.prefetch_related("payments").select_related("order"))
