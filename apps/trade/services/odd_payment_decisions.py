"""What staff do about a payment of another amount: they have it paid back."""

from apps.common.exceptions import GatewayFailed
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import OddPaymentRemains
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayUnavailable, Trade
from apps.trade.models import OddPayment, PaymentAttempt
from apps.trade.services import attempts, payments, questions, todos
from apps.trade.services.order_moves import lock_order


def pay_back(*, odd: OddPayment, actor_id: int) -> None:
    """Ask the gateway what was paid, record it, and have it go back whole; an unpaid order can be paid anew.

    Where the gateway now names what was asked for, the order is paid by it instead. Raises ToDoSettled,
    GatewayFailed without an answer, and OddPaymentRemains when nothing was paid by what it says now; then it stays
    open. Must not be called in a transaction.
    """
    todos.check_open(todo=odd)
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
    todos.settle(todo=odd, actor_id=actor_id)
    payments.record_odd_amount(attempt=attempt, notification=questions.as_notification(attempt, trade))
    if order.can_be_paid() and order.total == attempt.amount:
        attempts.open_page(order=order)
