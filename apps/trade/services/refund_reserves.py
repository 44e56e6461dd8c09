"""Promise pieces and money to one refund and to no other: conditional updates, in the order of the rows' keys.

The condition stands in each UPDATE, and the schema's CHECKs stand behind it; so refunds never sum to more than was
paid, whatever happens at the same moment. All join the caller's transaction.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Round
from django.utils.translation import gettext as _

from apps.common.money import HALF_A_FEN, ZERO
from apps.trade.exceptions import NotRefundable
from apps.trade.models import Order, OrderLine, Payment, Refund, RefundLine


def reserve(*, refund: Refund, parts: Sequence[RefundLine]) -> None:
    """Promise the refund its pieces and money, if it moves any.

    Raises NotRefundable, and then the transaction must roll back.
    """
    for part in sorted(parts, key=lambda part: part.line_id):
        _reserve_line(part)
    if refund.freight_amount:
        _reserve_freight(refund)
    if refund.payment_id is not None:
        _reserve_money(refund.payment_id, refund.amount)


def _reserve_money(payment_id: int, amount: Decimal) -> None:
    # Limits are met to within half a fen, as in the schema: SQLite reckons with binary fractions.
    room = Payment.objects.filter(pk=payment_id, amount__gt=F("refunded_amount") + (amount - HALF_A_FEN))
    if not room.update(refunded_amount=_moved("refunded_amount", amount)):
        raise NotRefundable(_("The payment has less left than that."))


def _moved(column: str, amount: Decimal) -> Round:
    """Return a sum moved by an amount, to the fen: what SQLite is off by would add up, and fall below zero."""
    return Round(F(column) + amount, precision=2)


def _reserve_line(part: RefundLine) -> None:
    room = OrderLine.objects.filter(
        pk=part.line_id,
        quantity__gte=F("refunded_quantity") + part.quantity,
        refunded_amount__lt=F("unit_price") * F("quantity") - F("discount") - (part.amount - HALF_A_FEN),
    )
    if not room.update(
        refunded_quantity=F("refunded_quantity") + part.quantity,
        refunded_amount=_moved("refunded_amount", part.amount),
    ):
        raise NotRefundable(_("Another refund has these pieces already."))


def _reserve_freight(refund: Refund) -> None:
    room = Order.objects.filter(
        pk=refund.order_id, freight__gt=F("refunded_freight") + (refund.freight_amount - HALF_A_FEN)
    )
    if not room.update(refunded_freight=_moved("refunded_freight", refund.freight_amount)):
        raise NotRefundable(_("Another refund has the freight already."))


def release(*, refund: Refund) -> None:
    """Give back all that was promised to the refund; the caller proves that it happens once."""
    refund.refresh_from_db(fields=["amount", "freight_amount"])
    for part in refund.lines.order_by("line_id"):
        _release_line(part, pieces=part.quantity, amount=part.amount)
    _release_sums(refund, amount=refund.amount, freight=refund.freight_amount)


def lower(*, refund: Refund, parts: Sequence[RefundLine], amounts: Sequence[Decimal], freight: Decimal) -> None:
    """Bring the refund down to these smaller amounts of its parts and freight, and give back the difference."""
    for part, amount in sorted(zip(parts, amounts, strict=True), key=lambda pair: pair[0].line_id):
        _release_line(part, pieces=0, amount=part.amount - amount)
        RefundLine.objects.filter(pk=part.pk).update(amount=amount)
        part.amount = amount
    total = sum(amounts, ZERO) + freight
    _release_sums(refund, amount=refund.amount - total, freight=refund.freight_amount - freight)
    refund.amount, refund.freight_amount = total, freight
    Refund.objects.filter(pk=refund.pk).update(amount=total, freight_amount=freight)


def _release_line(part: RefundLine, *, pieces: int, amount: Decimal) -> None:
    OrderLine.objects.filter(pk=part.line_id).update(
        refunded_quantity=F("refunded_quantity") - pieces,
        refunded_amount=_moved("refunded_amount", -amount),
    )


def _release_sums(refund: Refund, *, amount: Decimal, freight: Decimal) -> None:
    if freight:
        Order.objects.filter(pk=refund.order_id).update(refunded_freight=_moved("refunded_freight", -freight))
    if refund.payment_id is not None:
        Payment.objects.filter(pk=refund.payment_id).update(refunded_amount=_moved("refunded_amount", -amount))
