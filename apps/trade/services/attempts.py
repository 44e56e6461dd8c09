"""Ways to pay an order, each a row before the gateway hears of it; what becomes of them is asked by `questions`."""

import logging
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import GatewayFailed, InvalidInput
from apps.common.prepared import insert
from apps.common.transactions import atomic_with_retry
from apps.trade.events import OrderRepriced
from apps.trade.exceptions import NotPayable, TooManyAttempts
from apps.trade.gateways import payment_gateway, takes
from apps.trade.gateways.payment import GatewayRefused, GatewayUnavailable, Start
from apps.trade.models import Channel, Order, PaymentAttempt
from apps.trade.services.order_moves import lock_order

logger = logging.getLogger(__name__)

Method, State = PaymentAttempt.Method, PaymentAttempt.State
METHODS = {
    Channel.ALIPAY: frozenset({Method.PAGE, Method.WAP, Method.APP}),
    Channel.WECHAT: frozenset({Method.NATIVE, Method.JSAPI, Method.H5}),
}
MAX_ATTEMPTS = 10
# So long after it was opened the gateway is first asked about an attempt.
FIRST_QUESTION = timedelta(minutes=1)


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
        next_query_at=timezone.now() + FIRST_QUESTION,
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
    order = lock_order(order.pk)
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
        open_page(order=order)


def open_page(*, order: Order) -> None:
    """Open Alipay's page once more, in the caller's transaction: the way before leads nowhere any more."""
    _write(order, channel=Channel.ALIPAY, method=Method.PAGE, number=_next_number(order))


def _next_number(order: Order) -> str:
    """Return a number that no gateway was given yet; the first way has the order's own."""
    count = order.attempts.count()
    return f"{order.number}-{count + 1}" if count else order.number


def start(*, public_id: UUID) -> PaymentAttempt:
    """Tell the gateway of an attempt, and keep what the buyer's client needs to pay for as long as it is good for that.

    What is too old is asked for anew under the attempt's number, so that nobody pays twice. Must not be called in a
    transaction. Raises GatewayFailed; to call again with the same attempt is safe.
    """
    attempt = PaymentAttempt.objects.select_related("order").get(public_id=public_id)
    if attempt.is_payable() and not attempt.has_instructions():
        asked_at = timezone.now()
        try:
            begun = asdict(_begin(attempt))
        except (GatewayRefused, GatewayUnavailable) as error:
            logger.warning("%s did not open %s: %s", attempt.channel, attempt.number, error)
            raise GatewayFailed from error
        attempt.instructions_until = asked_at + begun.pop("valid_for")
        attempt.instructions = begun
        attempt.save(update_fields=["instructions", "instructions_until"])
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


def payments_of(*, order: Order) -> list[PaymentAttempt]:
    """Return the ways that were opened to pay an order, the latest first, each with the money that came by it."""
    return list(order.attempts.prefetch_related("payments").select_related("order"))
