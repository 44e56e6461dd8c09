"""Refunds that a bill lists and that the shop never asked for: made at the gateway's own desk, and booked here."""

from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.exceptions import GatewayFailed
from apps.common.money import ZERO, to_money
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import DiscrepancyRemains, NotRefundable
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import (
    Discrepancy,
    Order,
    Payment,
    Refund,
    RefundKind,
    RefundLine,
    RefundReason,
    RefundState,
)
from apps.trade.services import (
    discrepancies,
    gateway_refunds,
    refund_completion,
    refund_execution,
    refund_revival,
    refund_sums,
    refunds,
    todos,
)
from apps.trade.services.order_moves import lock_order
from apps.trade.services.refund_sums import Wanted
from apps.trade.states import REFUNDABLE


def can_be_booked(*, discrepancy: Discrepancy) -> bool:
    """Tell whether it is a refund of which the shop knows nothing, under no number."""
    is_missing = discrepancy.subject == Discrepancy.Subject.REFUND and discrepancy.kind == Discrepancy.Kind.MISSING_HERE
    is_open = discrepancy.state == Discrepancy.State.OPEN
    return is_open and is_missing and not discrepancies.can_be_asked_about(discrepancy=discrepancy)


def book_missing(
    *,
    discrepancy: Discrepancy,
    actor_id: int,
    wanted: Collection[Wanted] | None = None,
    with_freight: bool = False,
) -> None:
    """Write a refund of the gateway's own desk into the books, and settle the difference; no stock moves.

    `wanted` are the pieces it was for. Without them it is for all that are left if it is just their money, with the
    freight or without, and money alone otherwise. Money that its order could not take is back by it. The bill's word
    counts, unless the gateway knows the number and says otherwise.

    Raises ToDoSettled, GatewayFailed without an answer, DiscrepancyRemains when it says otherwise, NotRefundable when
    payment or order cannot carry it, IllegalMove and InvalidInput for pieces that cannot be meant; then nothing is
    written. Must not be called in a transaction.
    """
    todos.check_open(todo=discrepancy)
    if not can_be_booked(discrepancy=discrepancy):
        raise DiscrepancyRemains(_("This is no refund of the payment service's own: ask it again instead."))
    payment = discrepancy.payment
    if payment is None:
        words = _("Its payment is not in the books: have that difference settled first, and compare the day again.")
        raise DiscrepancyRemains(words)
    gateway_number = _confirmed(discrepancy, payment)
    _book(
        discrepancy=discrepancy,
        payment_id=payment.pk,
        gateway_number=gateway_number,
        actor_id=actor_id,
        wanted=wanted,
        with_freight=with_freight,
    )


def _confirmed(discrepancy: Discrepancy, payment: Payment) -> str:
    """Return the gateway's number of the refund, if it knows any; what it says must not contradict its bill."""
    try:
        known = refund_execution.ask_what_became_of(payment=payment, number=discrepancy.reference)
    except GatewayUnavailable as error:
        raise GatewayFailed from error
    if known is None:
        return ""
    if (known.state, known.amount) != ("done", discrepancy.theirs):
        raise DiscrepancyRemains
    return known.gateway_number


@atomic_with_retry
def _book(
    *,
    discrepancy: Discrepancy,
    payment_id: int,
    gateway_number: str,
    actor_id: int,
    wanted: Collection[Wanted] | None,
    with_freight: bool,
) -> None:
    order = lock_order(Payment.objects.get(pk=payment_id).order_id)
    payment = Payment.objects.get(pk=payment_id)
    todos.settle(todo=discrepancy, actor_id=actor_id)
    number, amount = discrepancy.reference, to_money(discrepancy.theirs or ZERO)
    if Refund.objects.filter(number=number).exists():
        raise NotRefundable(_("The books have a refund of this number already: look into it."))
    parts, freight = _parts_of(order, payment, amount, wanted, with_freight=with_freight)
    try:
        if late := _late_refund(payment, amount):
            refund_completion.complete_after_all(
                refund=late, number=number, gateway_number=gateway_number, actor_id=actor_id
            )
        elif parts or freight:
            _book_pieces(order=order, parts=parts, freight=freight, actor_id=actor_id, number=number)
        else:
            gateway_refunds.book_money(
                payment=payment, number=number, amount=amount, gateway_number=gateway_number, actor_id=actor_id
            )
    except NotRefundable:
        gateway_refunds.check_others_are_over(order_id=order.pk)
        raise
    Refund.objects.filter(number=number).update(gateway_number=gateway_number, billed_on=discrepancy.run.day)


def _late_refund(payment: Payment, amount: Decimal) -> Refund | None:
    """Return the refund that failed to take back a payment which its order could not take: this is its money."""
    late = payment.refunds.filter(kind=RefundKind.LATE_PAYMENT, amount=amount).first()
    return late if late is not None and refund_revival.had_failed(refund=late) else None


def _parts_of(
    order: Order, payment: Payment, amount: Decimal, wanted: Collection[Wanted] | None, *, with_freight: bool
) -> tuple[list[RefundLine], Decimal]:
    """Return what it was for; nothing for money alone."""
    if payment.status != Payment.Status.ACCEPTED or order.status not in REFUNDABLE:
        return [], ZERO
    if wanted is None:
        return _rest_if_it_is_just_that(order, amount)
    freight = refund_sums.freight_left(order) if with_freight else ZERO
    parts = refund_sums.parts_of(order=order, wanted=wanted)
    if not parts and not freight:
        return [], ZERO
    amounts, freight = refund_sums.shared_out(amount=amount, freight=freight, parts=parts)
    for part, its_own in zip(parts, amounts, strict=True):
        part.amount = its_own
    return parts, freight


def _rest_if_it_is_just_that(order: Order, amount: Decimal) -> tuple[list[RefundLine], Decimal]:
    parts = refund_sums.parts_of(order=order, wanted=None)
    paid, freight = sum((part.amount for part in parts), ZERO), refund_sums.freight_left(order)
    if amount == paid:
        return parts, ZERO
    return (parts, freight) if amount == paid + freight else ([], ZERO)


def _book_pieces(*, order: Order, parts: list[RefundLine], freight: Decimal, actor_id: int, number: str) -> None:
    refund = refunds.open_refund(
        order=order,
        parts=parts,
        freight=freight,
        actor_id=actor_id,
        kind=RefundKind.REFUND_ONLY,
        state=RefundState.SUCCEEDED,
        reason=RefundReason.OTHER,
        number=number,
    )
    refund_completion.tell(refund=refund)
