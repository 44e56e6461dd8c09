"""Where the pieces of an order are: gone in parcels, wanted back as money, or to be sent.

Goods that are sent back had left before. Every other refund is of pieces in the house, as long as its line has any:
whoever is owed money for a piece is not sent it first.
"""

from django.db.models import F, OuterRef, QuerySet

from apps.common.invariants import sum_of
from apps.trade.models import Order, OrderLine, RefundKind, RefundLine, RefundState
from apps.trade.states import LIVE

_OF_LINE = RefundLine.objects.filter(line=OuterRef("pk"))
# Of a line: the pieces that its buyer sends back or has sent back.
SENT_BACK = sum_of(
    _OF_LINE.filter(refund__kind=RefundKind.RETURN_GOODS, refund__state__in=LIVE), by="line", column="quantity"
)
# Of a line: the pieces whose money is back and that nobody sent back.
PAID_BACK = sum_of(
    _OF_LINE.filter(refund__state=RefundState.SUCCEEDED).exclude(refund__kind=RefundKind.RETURN_GOODS),
    by="line",
    column="quantity",
)
# What a line has for parcels and refunds, and what both have taken: subtracted nowhere, for the columns are unsigned,
# and MariaDB refuses a difference below zero.
THERE_WAS = F("quantity") + SENT_BACK
TAKEN = F("shipped_quantity") + F("refunded_quantity")


def unshipped(order: Order) -> dict[int, int]:
    """Return how many pieces of which lines may leave now, by the line's id.

    Pieces whose money somebody wants back are not among them, until that is refused or comes to nothing.
    """
    columns = order.lines.annotate(there_was=THERE_WAS, taken=TAKEN).order_by("pk")
    pieces = {pk: there_was - taken for pk, there_was, taken in columns.values_list("pk", "there_was", "taken")}
    return {pk: count for pk, count in pieces.items() if count > 0}


def lines_with_pieces_to_ship() -> QuerySet[OrderLine]:
    """Return the lines of all orders of which pieces may leave, as far as the order allows it."""
    return OrderLine.objects.annotate(there_was=THERE_WAS, taken=TAKEN).filter(there_was__gt=F("taken"))


def lines_not_done() -> QuerySet[OrderLine]:
    """Return the lines of all orders of which a piece has neither left nor been paid back: it may yet have to leave."""
    return OrderLine.objects.annotate(done=F("shipped_quantity") + PAID_BACK).filter(quantity__gt=F("done"))


def all_is_done(order: Order) -> bool:
    """Tell whether each piece has left or has really been paid back; what is only asked back counts as neither."""
    return not lines_not_done().filter(order=order).exists()
