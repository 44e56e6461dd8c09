"""What staff do about a difference between a bill and the shop: they have the gateway asked again."""

from django.utils.translation import gettext as _

from apps.common.exceptions import GatewayFailed
from apps.trade.exceptions import DiscrepancyRemains, NotificationRefused
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Discrepancy, OddRefund, Payment, PaymentAttempt, Refund, RefundState
from apps.trade.services import questions, refund_execution, todos

Kind, State, Subject = Discrepancy.Kind, Discrepancy.State, Discrepancy.Subject


def can_be_asked_about(*, discrepancy: Discrepancy) -> bool:
    """Tell whether the gateway's answer may settle it: money that is not recorded here, or a refund that we know."""
    if discrepancy.state != State.OPEN:
        return False
    match discrepancy.subject, discrepancy.kind:
        case (Subject.PAYMENT, Kind.MISSING_HERE) | (Subject.REFUND, Kind.STATE):
            return True
        case (Subject.REFUND, Kind.MISSING_HERE):
            return _our_refund(discrepancy) is not None
        case _:
            return False


def _our_refund(discrepancy: Discrepancy) -> Refund | None:
    """Return the refund that the gateway knows under the number, or knew under it before a retry gave a new one."""
    return refund_execution.refund_with_number(channel=discrepancy.run.channel, number=discrepancy.reference)


def ask_again(*, discrepancy: Discrepancy, actor_id: int) -> None:
    """Ask the gateway, take its answer in as if it had told the shop by itself, and settle the difference.

    Money that its order cannot take any more goes back, as any other. Raises GatewayFailed without an answer, and
    DiscrepancyRemains when the answer changes nothing; then it stays open. Must not be called in a transaction.
    """
    todos.check_open(todo=discrepancy)
    if not can_be_asked_about(discrepancy=discrepancy):
        raise DiscrepancyRemains
    is_over = _take_payment(discrepancy) if discrepancy.subject == Subject.PAYMENT else _take_refund(discrepancy)
    if not is_over:
        raise DiscrepancyRemains
    todos.settle(todo=discrepancy, actor_id=actor_id)


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
