"""What staff do about a payment of another amount: have it paid back, or note what they found."""

from django.utils import timezone

from apps.common.exceptions import GatewayFailed
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import OddPaymentRemains, OddPaymentSettled
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayUnavailable, Trade
from apps.trade.models import OddPayment, PaymentAttempt
from apps.trade.services import attempts, payments, questions
from apps.trade.services.order_moves import lock_order

State = OddPayment.State


def pay_back(*, odd: OddPayment, actor_id: int) -> None:
    """Ask the gateway what was paid, record it, and have it go back whole; an unpaid order can be paid anew.

    Where the gateway now names what was asked for, the order is paid by it instead. Raises OddPaymentSettled,
    GatewayFailed without an answer, and OddPaymentRemains when nothing was paid by what it says now; then it stays
    open. Must not be called in a transaction.
    """
    if odd.state != State.OPEN:
        raise OddPaymentSettled(state=odd.state)
    attempt = PaymentAttempt.objects.select_related("order").get(pk=odd.attempt_id)
    try:
        trade = payment_gateway(attempt.channel).query(number=attempt.number)
    except GatewayUnavailable as error:
        raise GatewayFailed from error
    if trade is None or trade.state != "paid" or trade.trade_no != odd.trade_no:
        raise OddPaymentRemains
    if trade.amount == attempt.amount:
        questions.take_answer(attempt=attempt, trade=trade)
    else:
        _take_to_pay_back(odd, attempt, trade, actor_id)


@atomic_with_retry
def _take_to_pay_back(odd: OddPayment, attempt: PaymentAttempt, trade: Trade, actor_id: int) -> None:
    order = lock_order(attempt.order_id)
    _settle(odd, actor_id, note="")
    payments.record_odd_amount(attempt=attempt, notification=questions.as_notification(attempt, trade))
    if order.can_be_paid() and order.total == attempt.amount:
        attempts.open_page(order=order)


@atomic_with_retry
def settle_by_note(*, odd: OddPayment, actor_id: int, note: str) -> None:
    """Close what staff have looked into, with what they found; raises OddPaymentSettled."""
    _settle(odd, actor_id, note=note)


def _settle(odd: OddPayment, actor_id: int, *, note: str) -> None:
    # Of two clerks at once the first one's word stands.
    still_open = OddPayment.objects.filter(pk=odd.pk, state=State.OPEN)
    if not still_open.update(state=State.RESOLVED, note=note, actor_id=actor_id, resolved_at=timezone.now()):
        odd.refresh_from_db(fields=["state"])
        raise OddPaymentSettled(state=odd.state)
