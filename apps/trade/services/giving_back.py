"""What an order took returns: stock, coupon, points, and what counts for purchase limits."""

from apps.goods.models import StockMovement
from apps.goods.services import stock
from apps.trade.events import LinesRefunded, OrderMoved
from apps.trade.models import Order, OrderStatus
from apps.trade.services import coupons, points, purchases


def give_back_everything(*, order: Order, reason: StockMovement.Reason) -> None:
    """Give back all that an unpaid order took. Joins the caller's transaction, whose conditional move happens once."""
    lines = list(order.lines.all())
    stock.give_back(quantities={line.sku_id: line.quantity for line in lines}, reason=reason, reference=order.number)
    coupons.return_coupon(order=order)
    points.return_spent(order=order, points=sum(line.points_spent for line in lines))
    purchases.uncount_purchases(order=order, lines=lines)


def give_back_for_refund(event: LinesRefunded) -> None:
    """Return the points that pieces were paid with, and take back what they earned (subscriber).

    Coupon and purchase counts return only if all of the order is refunded before any of it was shipped: then it
    is as if it had never been placed. Otherwise the buyer had the use of them.
    """
    order = Order.objects.get(pk=event.order_id)
    points.return_and_take_back(
        order=order, refund_number=event.refund_number, pieces=event.pieces, is_last=event.is_last
    )
    if event.is_last and not _was_shipped(order):
        coupons.return_coupon(order=order)
        purchases.uncount_purchases(order=order, lines=order.lines.all())


def reward_finished_order(event: OrderMoved) -> None:
    """Credit the points that an order earns when it is finished (subscriber)."""
    if event.after == OrderStatus.FINISHED:
        points.earn_for_order(order=Order.objects.get(pk=event.order_id))


def _was_shipped(order: Order) -> bool:
    return order.shipments.exists()
