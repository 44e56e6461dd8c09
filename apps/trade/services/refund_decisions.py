"""What staff say to a refund: yes, no, the goods are here, try again; and refunds that they open themselves."""

from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.exceptions import GatewayFailed
from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import IllegalRefundMove, NotificationRefused, NotRefundable
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayRefund, GatewayUnavailable
from apps.trade.models import Order, Payment, Refund, RefundKind, RefundLine, RefundState
from apps.trade.services import (
    refund_execution,
    refund_moves,
    refund_reserves,
    refund_revival,
    refund_sums,
    refunds,
)
from apps.trade.services.numbers import new_number
from apps.trade.services.order_moves import lock_order
from apps.trade.services.pieces import TAKEN, THERE_WAS
from apps.trade.services.refund_moves import locked_refund
from apps.trade.services.refund_sums import Wanted
from apps.trade.states import AWAITS_ANSWER


@atomic_with_retry
def approve_refund(
    *,
    refund: Refund,
    actor_id: int | None,
    amount: Decimal | None = None,
    restock: bool | None = None,
    note: str = "",
) -> None:
    """Say yes: to a request for goods that they may be sent back, to all others that the money goes back.

    `amount` may be less than what was asked for, never more; the rest is free for other refunds. `restock` tells
    whether the pieces go on sale again when the money is back; unless it is said, those do that never left the shop.
    Raises InvalidInput for a larger amount and IllegalRefundMove for a refund that waits for no answer; then nothing
    is written.
    """
    refund = locked_refund(refund)
    if refund.state not in AWAITS_ANSWER:
        raise refund_moves.illegal(refund)
    if amount is not None and amount != refund.amount:
        _lower(refund, amount)
    awaits_goods = refund.state == RefundState.REQUESTED and refund.kind == RefundKind.RETURN_GOODS
    if restock is None:
        restock = refund.restock or _never_left(refund)
    refund_moves.move(
        refund=refund,
        to=RefundState.APPROVED if awaits_goods else RefundState.PROCESSING,
        actor_id=actor_id,
        note=note,
        restock=restock,
    )


def _never_left(refund: Refund) -> bool:
    """Tell whether all its pieces are in the house, whatever else of the order is on its way."""
    if refund.kind == RefundKind.RETURN_GOODS:
        return False
    lines = refund.order.lines.annotate(there_was=THERE_WAS).filter(refund_lines__refund=refund)
    return not lines.filter(there_was__lt=TAKEN).exists()


def _lower(refund: Refund, amount: Decimal) -> None:
    parts = list(refund.lines.order_by("line_id"))
    amounts, freight = refund_sums.shared_out(amount=amount, freight=refund.freight_amount, parts=parts)
    refund_reserves.lower(refund=refund, parts=parts, amounts=amounts, freight=freight)


@atomic_with_retry
def refuse_refund(*, refund: Refund, actor_id: int, reason: str) -> None:
    """Say no, and why; the buyer reads it, and may ask anew. So a refund ends, too, that the gateway refused for good.

    Raises IllegalRefundMove where it is too late, and for money that came too late: it is not the shop's to keep.
    """
    if refund.kind == RefundKind.LATE_PAYMENT:
        raise IllegalRefundMove(_("No order could take this money, so it has to go back."), state=refund.state)
    refund_moves.move(refund=refund, to=RefundState.REFUSED, actor_id=actor_id, note=reason)


@atomic_with_retry
def confirm_arrival(*, refund: Refund, actor_id: int, restock: bool, note: str = "") -> None:
    """Note that the goods are back, and whether they go on sale again; the money waits for staff to look at them.

    Raises IllegalRefundMove for a refund that waits for no goods.
    """
    refund_moves.move(refund=refund, to=RefundState.ARRIVED, actor_id=actor_id, note=note, restock=restock)


@atomic_with_retry
def give_refund(
    *,
    order: Order,
    actor_id: int,
    reason: str,
    description: str = "",
    wanted: Collection[Wanted] | None = None,
    amount: Decimal | None = None,
    with_freight: bool = False,
    restock: bool = False,
) -> Refund:
    """Give money back without being asked, for example for what is out of stock; the gateway is owed it at once.

    Without `wanted` it is for every piece that is left; with none of them for freight alone. Raises as
    `refunds.apply_for_refund`, but knows no time limit.
    """
    order = lock_order(order.pk)
    parts = refund_sums.parts_of(order=order, wanted=wanted)
    freight = refund_sums.freight_left(order) if with_freight else ZERO
    if amount is not None:
        amounts, freight = refund_sums.shared_out(amount=amount, freight=freight, parts=parts)
        for part, less in zip(parts, amounts, strict=True):
            part.amount = less
    return refunds.open_refund(
        order=order,
        parts=parts,
        freight=freight,
        actor_id=actor_id,
        kind=RefundKind.REFUND_ONLY,
        state=RefundState.PROCESSING,
        reason=reason,
        description=description,
        restock=restock,
    )


def retry_refund(*, refund: Refund, actor_id: int, note: str = "") -> None:
    """Have the gateway pay back what it refused, once it has said what became of it: money goes back once.

    What it paid back after all is written down, and nothing is sent. A number that it works on, or of which it knows
    nothing, is sent again as it is, for no number moves money twice; one that it refused for good is dead, and a new
    one takes its place. What goes back is worked out anew unless it is on its way, for other refunds may have had
    shares since. Money that came too late goes back as the gateway says by now that it came.

    Raises GatewayFailed without an answer, NotRefundable if others have its pieces by now, IllegalRefundMove for a
    refund that has not failed; then nothing is written. Must not be called in a transaction.
    """
    refund = Refund.objects.select_related("payment__attempt", "payment__order").get(pk=refund.pk)
    known = _what_became_of(refund)
    if refund.payment is not None and known is not None and known.state == "done":
        _take_success(refund, channel=refund.payment.channel, result=known)
    else:
        _try_again(refund=refund, known=known, paid=_paid_too_late(refund), actor_id=actor_id, note=note)


def _what_became_of(refund: Refund) -> GatewayRefund | None:
    if refund.state != RefundState.FAILED or refund.payment is None:
        return None
    try:
        return refund_execution.ask_what_became_of(payment=refund.payment, number=refund.number)
    except GatewayUnavailable as error:
        raise GatewayFailed from error


def _paid_too_late(refund: Refund) -> Decimal | None:
    """Ask what was paid, where it has to go back whole: what was answered before may have been wrong."""
    if refund.state != RefundState.FAILED or refund.kind != RefundKind.LATE_PAYMENT or refund.payment is None:
        return None
    try:
        trade = payment_gateway(refund.payment.channel).query(number=refund.payment.number)
    except GatewayUnavailable as error:
        raise GatewayFailed from error
    is_paid = trade is not None and trade.state == "paid" and trade.trade_no == refund.payment.trade_no
    return trade.amount if trade is not None and is_paid else None


def _take_success(refund: Refund, *, channel: str, result: GatewayRefund) -> None:
    words = _("The payment service has paid this back, but it does not fit: see the refunds paid after all.")
    try:
        taken = refund_execution.take_refund_result(channel=channel, refund_number=refund.number, result=result)
    except NotificationRefused as error:
        raise NotRefundable(words) from error
    if taken.state != RefundState.SUCCEEDED:
        raise NotRefundable(words)


@atomic_with_retry
def _try_again(*, refund: Refund, known: GatewayRefund | None, paid: Decimal | None, actor_id: int, note: str) -> None:
    asked_about = refund.number
    refund = locked_refund(refund)
    if refund.number != asked_about:
        raise refund_moves.illegal(refund)
    if refund.payment is not None and paid is not None and paid != refund.amount:
        note = f"{note} {refund.amount} → {paid}".strip()
        _correct(refund, refund.payment, paid)
    is_dead = known is not None and known.state == "refused"
    is_under_way = known is not None and known.state == "pending"
    # Before the move: once it is live, its old shares count as promised.
    parts = _parts_to_send(refund, is_under_way=is_under_way)
    restock = refund_revival.may_restock(refund=refund) if refund.state == RefundState.FAILED else refund.restock
    # Who asked under the old number may still be waiting: with the same one the calls are counted on.
    fresh = {"number": new_number(refunds.PREFIX), "attempts": 0} if is_dead else {}
    refund_moves.move(
        refund=refund,
        to=RefundState.PROCESSING,
        actor_id=actor_id,
        note=note,
        last_error="",
        amount=refund.amount,
        freight_amount=refund.freight_amount,
        payment_id=refund.payment_id,
        restock=restock,
        **fresh,
    )
    refund_reserves.reserve(refund=refund, parts=parts)


def _correct(refund: Refund, payment: Payment, paid: Decimal) -> None:
    """Have a payment, and the refund of all of it, be for what was paid; the refund is saved by who moves it."""
    if Payment.objects.filter(pk=payment.pk, refunded_amount=0).update(amount=paid):
        refund.amount = paid


def _parts_to_send(refund: Refund, *, is_under_way: bool) -> list[RefundLine]:
    if refund.state != RefundState.FAILED:
        return []
    return refund_revival.parts_as_they_were(refund=refund) if is_under_way else _parts_as_of_now(refund)


def _parts_as_of_now(refund: Refund) -> list[RefundLine]:
    """Bring the lines and sums of a refund that failed to what is left; the freight may be with another refund.

    Its order must be locked. The refund itself is saved by who moves it. Money without lines of its own, which came too
    late or was left, stays what it is.
    """
    if refund.kind in (RefundKind.LATE_PAYMENT, RefundKind.REMAINDER):
        return []
    parts = refund_sums.shared_anew(refund=refund)
    RefundLine.objects.bulk_update(parts, ["share", "amount"])
    refund.freight_amount = min(refund.freight_amount, refund_sums.freight_left(refund.order))
    refund.amount = sum((part.amount for part in parts), ZERO) + refund.freight_amount
    refunds.check_sense(parts, refund.amount)
    refund.payment = refunds.payment_for(order=refund.order, amount=refund.amount)
    return parts
