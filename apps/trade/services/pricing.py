"""What an order costs, and what parts of it are worth when they go back."""

from decimal import Decimal

from apps.trade.models import OrderLine
from apps.trade.services.allocation import next_part_of


def refund_share(line: OrderLine, pieces: int) -> Decimal:
    """Return what the buyer gets back for further pieces of a line: what was really paid for them, without freight.

    The line must be read under the refund's lock, since `refunded_quantity` and `refunded_amount` count. Pieces
    that go back one by one sum to exactly `line.amount`, and never to more, also when staff gave back other sums
    before. Raises ValueError for more pieces than are left, and for none.
    """
    share = next_part_of(line.amount, gone=line.refunded_quantity, pieces=pieces, of=line.quantity)
    return min(share, line.amount - line.refunded_amount)
