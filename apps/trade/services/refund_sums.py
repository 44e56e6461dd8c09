"""How much goes back for which pieces: never more than was really paid for them, and in the end exactly that."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.money import ZERO, to_money
from apps.trade.exceptions import NotRefundable
from apps.trade.models import Order, OrderLine, Refund, RefundLine
from apps.trade.services.allocation import allocate, part_of
from apps.trade.states import LIVE


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Pieces of an order line to be refunded; without `amount`, for what was paid for them."""

    line_id: int
    pieces: int
    amount: Decimal | None = None


def parts_of(*, order: Order, wanted: Collection[Wanted] | None) -> list[RefundLine]:
    """Return the lines of a new refund, not saved yet; `None` wants every piece that no other refund has.

    The order must be locked. Raises InvalidInput for lines of other orders and for more money than was paid,
    NotRefundable for more pieces than are left.
    """
    lines = _lines_with_shares(order)
    if wanted is None:
        wanted = [
            Wanted(line_id=line.pk, pieces=line.quantity - line.refunded_quantity)
            for line in lines.values()
            if line.refunded_quantity < line.quantity
        ]
    _check(wanted, lines)
    return [_part(lines[one.line_id], one) for one in wanted]


def shared_anew(*, refund: Refund) -> list[RefundLine]:
    """Return the lines of a refund that is not live, not saved, with the shares that are left for their pieces now.

    A part of which less was to go back is still for that, as far as its share allows. The order must be locked.
    Raises NotRefundable for more pieces than are left.
    """
    lines, parts = _lines_with_shares(refund.order), list(refund.lines.order_by("line_id"))
    _check([Wanted(line_id=part.line_id, pieces=part.quantity) for part in parts], lines)
    for part in parts:
        line = lines[part.line_id]
        was_whole = part.amount == part.share
        part.share = share_of(line, part.quantity, shared=_shared(line))
        part.amount = part.share if was_whole else min(part.amount, part.share)
    return parts


def _lines_with_shares(order: Order) -> dict[int, OrderLine]:
    promised = Sum("refund_lines__share", filter=Q(refund_lines__refund__state__in=LIVE))
    return {line.pk: line for line in order.lines.annotate(shared=promised).order_by("pk")}


def _shared(line: OrderLine) -> Decimal:
    """Return what live refunds have of a line that was read with its shares."""
    # SQLite sums decimals as floats.
    return to_money(getattr(line, "shared", None) or ZERO)


def _check(wanted: Collection[Wanted], lines: Mapping[int, OrderLine]) -> None:
    named = [one.line_id for one in wanted]
    if len(set(named)) < len(named):
        raise InvalidInput(fields={"items": [_("A line is named twice.")]})
    if not set(named) <= set(lines):
        raise InvalidInput(fields={"items": [_("The order has no such line.")]})
    for one in wanted:
        left = lines[one.line_id].quantity - lines[one.line_id].refunded_quantity
        if not 1 <= one.pieces <= left:
            words = _("Of “%(name)s” %(left)s pieces can be refunded.")
            raise NotRefundable(words % {"name": lines[one.line_id].goods_name, "left": left}, left=left)


def _part(line: OrderLine, one: Wanted) -> RefundLine:
    share = share_of(line, one.pieces, shared=_shared(line))
    amount = share if one.amount is None else to_money(one.amount)
    if not ZERO <= amount <= share:
        raise InvalidInput(fields={"items": [_("At most %(share)s were paid for these pieces.") % {"share": share}]})
    return RefundLine(line=line, quantity=one.pieces, share=share, amount=amount)


def share_of(line: OrderLine, pieces: int, *, shared: Decimal) -> Decimal:
    """Return what was paid for further pieces of a line, when live refunds have shares of `shared` already.

    It is what all pieces up to these make of the line, less what is shared out. So the shares never sum to more than
    the line, and the last piece completes them to the cent, also when refunds in between were withdrawn.
    """
    until = part_of(line.amount, pieces=line.refunded_quantity + pieces, of=line.quantity)
    return max(until - shared, ZERO)


def freight_left(order: Order) -> Decimal:
    """Return the freight of the order that no refund has."""
    return to_money(order.freight - order.refunded_freight)


def covers_the_rest(order: Order, parts: Sequence[RefundLine]) -> bool:
    """Tell whether no piece of the order remains when these go back."""
    taken = {part.line_id: part.quantity for part in parts}
    return all(line.refunded_quantity + taken.get(line.pk, 0) == line.quantity for line in order.lines.all())


def shared_out(*, amount: Decimal, freight: Decimal, parts: Sequence[RefundLine]) -> tuple[list[Decimal], Decimal]:
    """Spread a smaller sum over the parts of a refund in proportion; returns the parts' amounts and the freight's.

    Raises InvalidInput for a sum that is not positive, unless theirs is nothing, and for a larger one than theirs.
    """
    weights = [*(part.amount for part in parts), freight]
    most = sum(weights, ZERO)
    if not (ZERO < amount <= most or amount == most):
        raise InvalidInput(fields={"amount": [_("It must lie between 0.01 and %(most)s.") % {"most": most}]})
    *amounts, freight = allocate(to_money(amount), weights)
    return amounts, freight


def pieces_of(refund: Refund) -> dict[int, int]:
    """Return how many pieces of which order line the refund is for."""
    return dict(refund.lines.values_list("line_id", "quantity"))
