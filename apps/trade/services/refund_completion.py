"""Money is back with its buyer: the books say so once, and stock, points and all others who care follow.

All join the caller's transaction, which has the order.
"""

from typing import Any

from apps.common.events import publish
from apps.goods.models import StockMovement
from apps.goods.services import stock
from apps.trade.events import LinesRefunded
from apps.trade.models import Payment, Refund, RefundKind, RefundState
from apps.trade.services import odd_refunds, refund_moves, refund_reserves, refund_revival
from apps.trade.services.refund_sums import pieces_of


def complete(*, refund: Refund, gateway_number: str) -> bool:
    """Note that a refund on its way has arrived; tells whether it was, for it happens once."""
    if refund.state != RefundState.PROCESSING or not _move(refund, gateway_number=gateway_number):
        return False
    tell(refund=refund)
    return True


def complete_after_all(
    *, refund: Refund, number: str, gateway_number: str, actor_id: int | None = None, **facts: Any
) -> bool:
    """Note that a refund was paid which had failed, under whichever of its numbers; tells whether it had failed.

    Its pieces and its money are promised to it again. Raises NotRefundable if others have them by now; then the
    transaction must roll back. `facts` are columns that change with it.
    """
    if not refund_revival.had_failed(refund=refund):
        return False
    # Before the move: once it is live, its old shares count as promised.
    parts = refund_revival.parts_as_they_were(refund=refund)
    facts |= {"number": number, "gateway_number": gateway_number, "actor_id": actor_id}
    facts.setdefault("restock", refund_revival.may_restock(refund=refund))
    if not _move(refund, note=refund_revival.AFTER_ALL, **facts):
        return False
    refund_reserves.reserve(refund=refund, parts=parts)
    odd_refunds.drop(number=number)
    tell(refund=refund)
    return True


def _move(refund: Refund, **facts: Any) -> bool:
    return refund_moves.try_move(refund=refund, to=RefundState.SUCCEEDED, last_error="", **facts)


def tell(*, refund: Refund) -> None:
    """Have follow whatever follows from money that is back; whoever calls proves that it happens once."""
    if refund.kind == RefundKind.LATE_PAYMENT:
        Payment.objects.filter(refunds=refund).update(status=Payment.Status.REFUNDED)
        return
    if refund.restock:
        _restock(refund)
    pieces = pieces_of(refund)
    publish(
        LinesRefunded(
            order_id=refund.order_id,
            refund_number=refund.number,
            pieces=pieces,
            amount=refund.amount,
            # Money that comes without pieces is no second end of an order whose pieces are back already.
            is_last=bool(pieces) and refund_moves.is_covered(refund.order, RefundState.SUCCEEDED),
        )
    )


def _restock(refund: Refund) -> None:
    """Put the pieces on sale again; the move to `succeeded`, which happens once, is what makes this happen once."""
    quantities = dict(refund.lines.values_list("line__sku_id", "quantity"))
    if quantities:
        stock.give_back(quantities=quantities, reason=StockMovement.Reason.REFUNDED, reference=refund.number)
