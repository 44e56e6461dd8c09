"""What was sold, as goods show it."""

from apps.goods.services import counters
from apps.trade.models import Order


def count_sales(*, order: Order) -> None:
    """Count the pieces of an order that has just been paid. Joins the caller's transaction, whose move happens once."""
    pieces: dict[int, int] = {}
    for line in order.lines.all():
        pieces[line.goods_id] = pieces.get(line.goods_id, 0) + line.quantity
    counters.add_sales(pieces=pieces)
