"""What must be true of the shop's books after every accident."""

from collections import Counter
from decimal import Decimal

from apps.goods.models import StockMovement
from apps.trade.models import Order, Payment, Refund, RefundState, SandboxRefund
from apps.trade.tests.refunding import assert_reserves_match
from tests.buyers import assert_ledger_equals_stock

UNPAID_AND_OVER = ("cancelled", "expired")
MONEY_CAME = ("paid", "shipped", "received", "finished", "refunding", "refunded")


def assert_books_fit() -> None:
    """Stock is its ledger, an order is its lines, money is taken once and goes back once."""
    assert_ledger_equals_stock()
    for order in Order.objects.prefetch_related("lines", "payments"):
        assert_whole(order)
        accepted = [payment for payment in order.payments.all() if payment.status == Payment.Status.ACCEPTED]
        assert len(accepted) == (order.status in MONEY_CAME)
        if accepted:
            assert_reserves_match(order)
    for refund in Refund.objects.filter(state=RefundState.SUCCEEDED):
        assert SandboxRefund.objects.get(out_refund_no=refund.number).amount == refund.amount


def assert_whole(order: Order) -> None:
    lines = list(order.lines.all())
    assert order.goods_total == sum((line.unit_price * line.quantity for line in lines), Decimal("0.00"))
    assert order.total == order.goods_total - order.discount + order.freight
    taken: Counter[int] = Counter()
    movements = StockMovement.objects.filter(reference=order.number, reason=StockMovement.Reason.ORDER)
    for sku_id, delta in movements.values_list("sku_id", "delta"):
        taken[sku_id] -= delta
    wanted: Counter[int] = Counter()
    for line in lines:
        wanted[line.sku_id] += line.quantity
    assert taken == wanted
    returned = StockMovement.objects.filter(reference=order.number).exclude(reason=StockMovement.Reason.ORDER)
    assert returned.exists() == (order.status in UNPAID_AND_OVER)
