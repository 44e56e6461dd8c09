"""Pay back what is owed: ask the gateway, again and again if need be, and write down once what became of it.

A refund of what cost nothing moves no money: it completes without a gateway, and all else follows as from others.

No call is made inside a transaction. The row in `processing` is the promise; whoever dies between the gateway's
yes and our writing leaves it there, and the next one asks the gateway what it knows under that number.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.common.exceptions import Busy
from apps.common.tasks import on_its_own
from apps.common.transactions import atomic_with_retry
from apps.trade.events import RefundReported
from apps.trade.exceptions import NotificationRefused, NotRefundable
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayRefund, GatewayUnavailable
from apps.trade.models import Payment, Refund, RefundState
from apps.trade.services import odd_refunds, refund_completion, refund_moves, refund_revival
from apps.trade.services.refund_moves import locked_refund
from apps.trade.services.silence import Silence, in_turn

logger = logging.getLogger(__name__)

# So long a refund belongs to whoever asks the gateway about it; longer than any call takes.
LEASE = timedelta(minutes=1)
# Between one question and the next; the last pause is repeated until the gateway has an answer.
NOT_PAID_BACK = gettext_noop("The payment service did not pay it back; the shop is looking into it.")
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 300, 900, 3600, 4 * 3600))


def settle_due_refunds() -> tuple[int, int]:
    """Ask the gateways about refunds that are due; returns how many are over now, and how many of these are not.

    What has no turn in this pass stays due.
    """
    due = Refund.objects.owed(timezone.now()).order_by("next_try_at", "pk").values_list("pk", "payment__channel")
    over, silence = 0, Silence()
    for refund_id in in_turn(due, silence=silence):
        with on_its_own(f"refund {refund_id}"):
            over += settle_refund(refund_id=refund_id, silence=silence)
    return over, len(due) - over


def settle_refund(*, refund_id: int, silence: Silence | None = None) -> bool:
    """Ask the gateway to pay a refund back, or what became of it, and tell whether it is over.

    One that is not due, or that somebody else is asking about, is left alone. Must not be called inside a
    transaction. An outcome that is unknown is asked for again later, for as long as it takes; a gateway that does
    not answer is noted in `silence`.
    """
    refund = Refund.objects.select_related("payment__attempt", "payment__order").get(pk=refund_id)
    if not _claim(refund):
        return False
    try:
        if refund.payment is None:
            taken = _complete_without_money(refund_id=refund.pk)
        else:
            result = _ask(refund, refund.payment)
            taken = take_refund_result(channel=refund.payment.channel, refund_number=refund.number, result=result)
    except (GatewayUnavailable, NotificationRefused, Busy) as error:
        logger.warning("refund %s: attempt %s: %s", refund.number, refund.attempts + 1, error)
        _put_off(refund, str(error))
        if silence is not None and refund.payment is not None and isinstance(error, GatewayUnavailable):
            silence.note(refund.payment.channel)
        return False
    return taken.state != RefundState.PROCESSING


def _claim(refund: Refund) -> bool:
    now = timezone.now()
    # The condition names the attempt that was read: of two workers one takes it.
    unchanged = Refund.objects.owed(now).filter(pk=refund.pk, number=refund.number, attempts=refund.attempts)
    return bool(unchanged.update(attempts=F("attempts") + 1, next_try_at=now + LEASE))


def _ask(refund: Refund, payment: Payment) -> GatewayRefund:
    """Ask first what is known when this is not the first attempt: the last one may have got through."""
    if refund.attempts and (known := ask_what_became_of(payment=payment, number=refund.number)):
        return known
    return payment_gateway(payment.channel).refund(
        number=payment.number,
        trade_no=payment.trade_no,
        refund_number=refund.number,
        amount=refund.amount,
        total=payment.amount,
        # Nothing that somebody typed goes into what the gateway signs.
        reason=f"mxshop {payment.order.number}",
    )


def ask_what_became_of(*, payment: Payment, number: str) -> GatewayRefund | None:
    """Ask the gateway what it knows under a number of a refund, and send nothing; raises GatewayUnavailable."""
    return payment_gateway(payment.channel).query_refund(number=payment.number, refund_number=number)


@atomic_with_retry
def _complete_without_money(*, refund_id: int) -> Refund:
    refund = locked_refund(Refund.objects.get(pk=refund_id))
    refund_completion.complete(refund=refund, gateway_number="")
    return refund


def _put_off(refund: Refund, error: str) -> None:
    pause = PAUSES[min(refund.attempts, len(PAUSES) - 1)]
    # Only this attempt's own lease: whoever came later has another.
    mine = Refund.objects.filter(number=refund.number, state=RefundState.PROCESSING, attempts=refund.attempts + 1)
    mine.update(next_try_at=timezone.now() + pause, last_error=error[:300])


def hear_of_refund(event: RefundReported) -> None:
    """Take what a gateway told of a refund by itself (subscribes to `RefundReported`); raises NotificationRefused."""
    take_refund_result(
        channel=event.channel,
        refund_number=event.refund_number,
        result=GatewayRefund(
            state=event.state, amount=event.amount, gateway_number=event.gateway_number, reason=event.reason
        ),
    )


@atomic_with_retry
def take_refund_result(*, channel: str, refund_number: str, result: GatewayRefund) -> Refund:
    """Write down what a gateway said of a refund, in answer to us or by itself; the same again changes nothing.

    One that had failed here succeeds when it was paid back all the same, also where staff have closed it since, or
    where it got a new number. When other refunds have its pieces, or it was paid under two numbers, an `OddRefund`
    waits for staff. Raises NotificationRefused for an unknown number, and when another amount was paid back than is
    owed; then nothing is written.
    """
    found = refund_with_number(channel=channel, number=refund_number)
    if found is None:
        raise NotificationRefused(f"there is no refund {refund_number} through {channel}")
    refund = locked_refund(found)
    is_present = refund.number == refund_number
    if result.state == "done" and is_present and result.amount != refund.amount:
        raise NotificationRefused(f"refund {refund_number} is for {refund.amount}, not {result.amount}")
    match result.state:
        case "done":
            _take_success(refund, refund_number, result)
        case "refused" if is_present:
            _fail(refund, result)
        case "pending" if is_present:
            _wait(refund, result)
    return refund


def refund_with_number(*, channel: str, number: str) -> Refund | None:
    """Return the refund that a gateway knows under this number, or knew under it until it got a new one."""
    refunds = Refund.objects.filter(payment__channel=channel)
    return refunds.filter(number=number).first() or refunds.filter(events__old_number=number).first()


def _take_success(refund: Refund, number: str, result: GatewayRefund) -> None:
    if refund.number == number and not refund_revival.had_failed(refund=refund):
        if not refund_completion.complete(refund=refund, gateway_number=result.gateway_number):
            _warn_unless(refund, RefundState.SUCCEEDED)
    elif not _take_after_all(refund, number, result):
        odd_refunds.keep(refund=refund, number=number, result=result)


def _take_after_all(refund: Refund, number: str, result: GatewayRefund) -> bool:
    """Take in what was paid of a refund that had failed, under whichever of its numbers; tell whether it fits."""
    if result.amount != refund.amount:
        return False
    try:
        with transaction.atomic():  # what others have is seen halfway
            return refund_completion.complete_after_all(
                refund=refund, number=number, gateway_number=result.gateway_number
            )
    except NotRefundable:
        refund.refresh_from_db()
        return False


def _fail(refund: Refund, result: GatewayRefund) -> None:
    # The buyer reads the note; what the gateway says of the shop's account is for staff.
    if not refund_moves.try_move(
        refund=refund, to=RefundState.FAILED, note=NOT_PAID_BACK, last_error=result.reason[:300]
    ):
        _warn_unless(refund, RefundState.FAILED)


def _wait(refund: Refund, result: GatewayRefund) -> None:
    """Ask again later. What keeps the gateway is there for staff to see: some refunds have to be finished by hand."""
    pause = PAUSES[min(max(refund.attempts - 1, 0), len(PAUSES) - 1)]
    Refund.objects.filter(pk=refund.pk, state=RefundState.PROCESSING).update(
        next_try_at=timezone.now() + pause, last_error=result.reason[:300]
    )


def _warn_unless(refund: Refund, expected: RefundState) -> None:
    if refund.state != expected:
        logger.error("refund %s is %s, but its gateway says that it is %s", refund.number, refund.state, expected)
