"""What staff do about a difference between a bill and the shop: they have the gateway asked again."""

from apps.common.exceptions import GatewayFailed
from apps.trade.exceptions import DiscrepancyRemains, NotificationRefused
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Discrepancy, Payment, PaymentAttempt, RefundState
from apps.trade.services import questions, refund_execution, todos

Kind, State, Subject = Discrepancy.Kind, Discrepancy.State, Discrepancy.Subject


def can_be_asked_about(*, discrepancy: Discrepancy) -> bool:
    """Tell whether the gateway's answer may settle it: money that is not recorded here, or a refund's state."""
    is_payment = discrepancy.subject == Subject.PAYMENT and discrepancy.kind == Kind.MISSING_HERE
    is_refund = discrepancy.subject == Subject.REFUND and discrepancy.kind == Kind.STATE
    return discrepancy.state == State.OPEN and (is_payment or is_refund)


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
    # Not by its number: after a refusal for good it may have got a new one.
    refund = discrepancy.refund
    if refund is None or refund.payment is None:
        return False
    channel = refund.payment.channel
    try:
        result = refund_execution.ask_what_became_of(refund=refund, payment=refund.payment)
        if result is not None:
            refund_execution.take_refund_result(channel=channel, refund_number=refund.number, result=result)
    except GatewayUnavailable as error:
        raise GatewayFailed from error
    except NotificationRefused as refusal:
        raise DiscrepancyRemains(str(refusal)) from refusal
    refund.refresh_from_db(fields=["state", "number"])
    # Paid back under an old number and under the new one: that is no agreement.
    return refund.state == RefundState.SUCCEEDED and refund.number == discrepancy.reference
