"""What staff do about a difference between a bill and the shop: they have the gateway asked again."""

from django.utils.translation import gettext as _

from apps.common.exceptions import GatewayFailed
from apps.trade.exceptions import DiscrepancyRemains, NotificationRefused
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Discrepancy, OddRefund, Payment, PaymentAttempt, Refund, RefundState
from apps.trade.services import questions, refund_execution, todos

Kind, State, Subject = Discrepancy.Kind, Discrepancy.State, Discrepancy.Subject


def can_be_asked_about(*, discrepancy: Discrepancy) -> bool:
    """Tell whether the gateway's answer may settle it: money that is not recorded here, or what the books know."""
    if discrepancy.state != State.OPEN:
        return False
    match discrepancy.subject, discrepancy.kind:
        case (Subject.PAYMENT, Kind.MISSING_HERE) | (Subject.REFUND, Kind.STATE):
            return True
        case (Subject.REFUND, Kind.MISSING_HERE):
            return _our_refund(discrepancy) is not None
        case (_, Kind.MISSING_THERE | Kind.AMOUNT):
            return discrepancy.payment is not None or discrepancy.refund is not None
        case _:
            return False


def _our_refund(discrepancy: Discrepancy) -> Refund | None:
    """Return the refund that the gateway knows under the number, or knew under it before a retry gave a new one."""
    return refund_execution.refund_with_number(channel=discrepancy.run.channel, number=discrepancy.reference)


def ask_again(*, discrepancy: Discrepancy, actor_id: int) -> None:
    """Ask the gateway, take its answer in as if it had told the shop by itself, and settle the difference.

    Money that its order cannot take any more goes back, as any other. Of what the books know, and the bill does not or
    otherwise, the gateway must say the same as the books: then its bill is late or wrong. Raises GatewayFailed without
    an answer, and DiscrepancyRemains when the answer settles nothing; then it stays open. Must not be called in a
    transaction.
    """
    todos.check_open(todo=discrepancy)
    if not can_be_asked_about(discrepancy=discrepancy):
        raise DiscrepancyRemains
    if discrepancy.kind in (Kind.MISSING_THERE, Kind.AMOUNT):
        is_over, note = _is_confirmed(discrepancy), _("The payment service says the same as the books.")
    elif discrepancy.subject == Subject.PAYMENT:
        is_over, note = _take_payment(discrepancy), ""
    else:
        is_over, note = _take_refund(discrepancy), ""
    if not is_over:
        raise DiscrepancyRemains
    todos.settle(todo=discrepancy, actor_id=actor_id, note=note)


def _is_confirmed(discrepancy: Discrepancy) -> bool:
    """Ask about what the books know, and tell whether the gateway says the same of it."""
    try:
        if discrepancy.payment is not None:
            return _payment_is_confirmed(discrepancy.payment)
        return discrepancy.refund is not None and _refund_is_confirmed(discrepancy.refund, discrepancy.reference)
    except GatewayUnavailable as error:
        raise GatewayFailed from error


def _payment_is_confirmed(payment: Payment) -> bool:
    trade = payment_gateway(payment.channel).query(number=payment.number)
    ours = ("paid", payment.trade_no, payment.amount)
    return trade is not None and (trade.state, trade.trade_no, trade.amount) == ours


def _refund_is_confirmed(refund: Refund, number: str) -> bool:
    if refund.payment is None:
        return False
    known = refund_execution.ask_what_became_of(payment=refund.payment, number=number)
    return known is not None and (known.state, known.amount) == ("done", refund.amount)


def _take_payment(discrepancy: Discrepancy) -> bool:
    channel = discrepancy.run.channel
    asked = PaymentAttempt.objects.select_related("order").filter(channel=channel, number=discrepancy.number)
    attempt = asked.first()
    if attempt is None:
        return False
    try:
        questions.settle(attempt=attempt, is_wanted=attempt.is_payable())
    except GatewayUnavailable as error:
        raise GatewayFailed from error
    return Payment.objects.filter(channel=channel, trade_no=discrepancy.reference).exists()


def _take_refund(discrepancy: Discrepancy) -> bool:
    refund = _our_refund(discrepancy)
    if refund is None or refund.payment is None:
        return False
    channel, number = discrepancy.run.channel, discrepancy.reference
    try:
        result = refund_execution.ask_what_became_of(payment=refund.payment, number=number)
        if result is not None:
            refund_execution.take_refund_result(channel=channel, refund_number=number, result=result)
    except GatewayUnavailable as error:
        raise GatewayFailed from error
    except NotificationRefused as refusal:
        raise DiscrepancyRemains(str(refusal)) from refusal
    if OddRefund.objects.filter(number=number, state=OddRefund.State.OPEN).exists():
        raise DiscrepancyRemains(_("It was paid, but does not fit as it is: see the refunds paid after all."))
    return Refund.objects.filter(number=number, state=RefundState.SUCCEEDED).exists()
