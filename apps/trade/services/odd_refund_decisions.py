"""What staff do about a refund that was paid after all: they have the books take it as it can be taken now."""

from django.db import transaction

from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import NotRefundable
from apps.trade.models import OddRefund, Payment, Refund, RefundKind
from apps.trade.services import gateway_refunds, refund_completion, todos
from apps.trade.services.refund_moves import locked_refund
from apps.trade.services.refund_revival import had_failed


@atomic_with_retry
def book(*, odd: OddRefund, actor_id: int) -> None:
    """Write down what a gateway paid back: as the refund that it was for, or as money alone if others had its pieces.

    Its pieces went back with another refund then, so it was paid twice; its refund, if that still waits for its money,
    ends by this one. Raises ToDoSettled, and NotRefundable while other refunds of the order are open, which may have
    what it needs, and for more than was ever paid; then nothing is written.
    """
    refund = locked_refund(odd.refund)
    todos.settle(todo=odd, actor_id=actor_id)
    if _book_as_it_was(refund, odd, actor_id):
        return
    gateway_refunds.check_others_are_over(order_id=refund.order_id)
    # Money that came too late stays due as long as not just all of it is back.
    if had_failed(refund=refund) and refund.kind != RefundKind.LATE_PAYMENT:
        _book_without_pieces(refund, odd, actor_id)
    else:
        gateway_refunds.book_money(
            payment=Payment.objects.get(refunds=refund),
            number=odd.number,
            amount=odd.amount,
            gateway_number=odd.gateway_number,
            actor_id=actor_id,
        )


def _book_as_it_was(refund: Refund, odd: OddRefund, actor_id: int) -> bool:
    if odd.amount != refund.amount:
        return False
    try:
        with transaction.atomic():  # what others have is seen halfway
            return refund_completion.complete_after_all(
                refund=refund, number=odd.number, gateway_number=odd.gateway_number, actor_id=actor_id
            )
    except NotRefundable:
        refund.refresh_from_db()
        return False


def _book_without_pieces(refund: Refund, odd: OddRefund, actor_id: int) -> None:
    refund.lines.all().delete()
    refund_completion.complete_after_all(
        refund=refund,
        number=odd.number,
        gateway_number=odd.gateway_number,
        actor_id=actor_id,
        kind=RefundKind.AT_GATEWAY,
        amount=odd.amount,
        freight_amount=ZERO,
        restock=False,
    )
