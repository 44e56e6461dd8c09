"""What must always be true of refunds, and of what they reserve on payments, lines and freight."""

from collections.abc import Iterator

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, When

from apps.common.invariants import Finding, differs, invariant, rewrite, sum_of
from apps.common.money import HALF_A_FEN, ZERO
from apps.goods.models import StockMovement
from apps.trade.models import (
    OddRefund,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    Refund,
    RefundKind,
    RefundLine,
)
from apps.trade.models import RefundState as State
from apps.trade.states import LIVE


@invariant("refund_is_its_parts")
def find_refunds_off_their_parts() -> Iterator[Finding]:
    """The amount of a refund is its lines' and its freight's; of a late payment the whole payment's.

    Money that a gateway paid back unasked has neither lines nor freight, and is what the gateway says. What was left of
    a refunded order has no lines, and may be more than freight.
    """
    lines = sum_of(RefundLine.objects.filter(refund=OuterRef("pk")), by="refund", column="amount", zero=ZERO)
    is_late = Q(kind=RefundKind.LATE_PAYMENT)
    is_money_alone = Q(kind=RefundKind.AT_GATEWAY, freight_amount=0, lines=None)
    is_remainder = Q(kind=RefundKind.REMAINDER, lines=None)
    parts = Case(
        When(is_late, then=F("payment__amount")),
        When(is_money_alone | is_remainder, then=F("amount")),
        default=F("line_sum") + F("freight_amount"),
    )
    refunds = Refund._base_manager.annotate(line_sum=lines).annotate(parts=parts).filter(differs("amount", F("parts")))
    for refund in refunds.order_by("pk").iterator():
        yield Finding(refund.pk, f"refund {refund.number}", f"is for {refund.amount}, its parts sum to {refund.parts}")


@invariant("payment_reserves_its_refunds")
def find_payments_off_their_refunds() -> Iterator[Finding]:
    """What is reserved on a payment is what its live refunds are for, and at most what was paid."""
    live = Refund.objects.filter(payment=OuterRef("pk"), state__in=LIVE)
    payments = Payment.objects.annotate(live=sum_of(live, by="payment", column="amount", zero=ZERO))
    off = differs("refunded_amount", F("live")) | Q(live__gt=F("amount") + HALF_A_FEN)
    for payment in payments.filter(off).order_by("pk").iterator():
        detail = f"of {payment.amount} reserves {payment.refunded_amount}, its live refunds are for {payment.live}"
        yield Finding(payment.pk, f"payment {payment.trade_no}", detail)


@invariant("line_reserves_its_refunds")
def find_lines_off_their_refunds() -> Iterator[Finding]:
    """What is reserved on an order line is the pieces and the money of its live refunds."""
    live = RefundLine.objects.filter(line=OuterRef("pk"), refund__state__in=LIVE)
    lines = OrderLine.objects.annotate(
        live_pieces=sum_of(live, by="line", column="quantity"),
        live_amount=sum_of(live, by="line", column="amount", zero=ZERO),
    )
    off = ~Q(refunded_quantity=F("live_pieces")) | differs("refunded_amount", F("live_amount"))
    for line in lines.filter(off).select_related("order").order_by("pk").iterator():
        says = f"reserves {line.refunded_quantity} pieces and {line.refunded_amount}"
        detail = f"line {line.pk} {says}, its live refunds have {line.live_pieces} and {line.live_amount}"
        yield Finding(line.pk, f"order {line.order.number}", detail)


@invariant("line_is_shared_out_to_the_cent")
def find_lines_off_their_shares() -> Iterator[Finding]:
    """The shares of a line's live refunds sum to what it cost when they have all its pieces, and never to more."""
    live = RefundLine.objects.filter(line=OuterRef("pk"), refund__state__in=LIVE)
    cost = F("unit_price") * F("quantity") - F("discount")
    lines = OrderLine.objects.annotate(
        live_pieces=sum_of(live, by="line", column="quantity"),
        live_shares=sum_of(live, by="line", column="share", zero=ZERO),
    )
    off = Q(live_shares__gt=cost + HALF_A_FEN) | Q(live_pieces=F("quantity"), live_shares__lt=cost - HALF_A_FEN)
    for line in lines.filter(off).select_related("order").order_by("pk").iterator():
        detail = f"line {line.pk} cost {line.amount}, refunds of {line.live_pieces} pieces share {line.live_shares}"
        yield Finding(line.pk, f"order {line.order.number}", detail)


@invariant("refund_is_of_its_order")
def find_refunds_of_other_orders() -> Iterator[Finding]:
    """A refund takes back pieces and money of its own order."""
    foreign = RefundLine.objects.filter(refund=OuterRef("pk")).exclude(line__order=OuterRef("order"))
    refunds = Refund._base_manager.filter(Exists(foreign) | (Q(payment__isnull=False) & ~Q(payment__order=F("order"))))
    for refund in refunds.order_by("pk").iterator():
        yield Finding(refund.pk, f"refund {refund.number}", f"is of order {refund.order_id}, but takes of another one")


@invariant("refund_takes_of_what_counts")
def find_refunds_of_late_payments() -> Iterator[Finding]:
    """A refund of pieces or freight takes of the payment that paid the order, never of one that came too late."""
    of_goods = Refund._base_manager.filter(kind__in=(RefundKind.REFUND_ONLY, RefundKind.RETURN_GOODS))
    wrong = of_goods.filter(payment__isnull=False).exclude(payment__status=Payment.Status.ACCEPTED)
    for refund in wrong.select_related("payment").order_by("pk").iterator():
        trade = refund.payment and refund.payment.trade_no
        yield Finding(refund.pk, f"refund {refund.number}", f"takes of payment {trade}, which does not count")


BACK = sum_of(
    RefundLine.objects.filter(line=OuterRef("pk"), refund__state=State.SUCCEEDED), by="line", column="quantity"
)


def _recount_settled(keys: list[int]) -> None:
    rewrite(OrderLine.objects.filter(pk__in=keys), settled_quantity=BACK)


@invariant("settled_pieces_are_back", fix=_recount_settled)
def find_lines_off_their_settled_pieces() -> Iterator[Finding]:
    """The settled pieces of a line are those of refunds whose money is back."""
    lines = OrderLine.objects.annotate(back=BACK).exclude(settled_quantity=F("back"))
    for line in lines.select_related("order").order_by("pk").iterator():
        detail = f"line {line.pk} counts {line.settled_quantity} settled pieces, its refunds have {line.back} back"
        yield Finding(line.pk, f"order {line.order.number}", detail)


@invariant("freight_reserves_its_refunds")
def find_freight_off_its_refunds() -> Iterator[Finding]:
    """What is reserved of an order's freight is the freight of its live refunds."""
    live = Refund.objects.filter(order=OuterRef("pk"), state__in=LIVE)
    orders = Order._base_manager.annotate(live=sum_of(live, by="order", column="freight_amount", zero=ZERO))
    for order in orders.filter(differs("refunded_freight", F("live"))).order_by("pk").iterator():
        detail = f"reserves {order.refunded_freight} of its freight, its live refunds are for {order.live}"
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("refunded_pieces_are_back_in_stock")
def find_refunds_off_the_ledger() -> Iterator[Finding]:
    """The ledger got back each piece of a refund that restocks, once the money is back, and of no other refund."""
    moved = StockMovement.objects.filter(
        reference=OuterRef("refund__number"), sku=OuterRef("line__sku"), reason=StockMovement.Reason.REFUNDED
    )
    is_back = Q(refund__restock=True, refund__state=State.SUCCEEDED)
    due = Case(When(is_back, then=F("quantity")), default=0, output_field=IntegerField())
    lines = RefundLine.objects.annotate(
        returned=sum_of(moved, by="sku", column="delta"),
        due=due,
    )
    for line in lines.exclude(returned=F("due")).select_related("refund").order_by("pk").iterator():
        detail = f"owes {line.due} pieces to the stock, the ledger got {line.returned}"
        yield Finding(line.refund_id, f"refund {line.refund.number}", detail)


@invariant("restocked_pieces_have_their_refund")
def find_pieces_restocked_for_nothing() -> Iterator[Finding]:
    """What the ledger got back for a refund is pieces of a line of that refund."""
    parts = RefundLine.objects.filter(refund__number=OuterRef("reference"), line__sku=OuterRef("sku"))
    moves = StockMovement.objects.filter(~Exists(parts), reason=StockMovement.Reason.REFUNDED)
    for move in moves.order_by("pk").iterator():
        yield Finding(
            move.pk, f"SKU {move.sku_id}", f"moved by {move.delta} for {move.reference!r}, which has no such line"
        )


@invariant("late_payment_goes_back")
def find_late_payments_that_stay() -> Iterator[Finding]:
    """A payment that its order could not take has a refund of its own, and is refunded when that has succeeded."""
    late = Refund.objects.filter(payment=OuterRef("pk"), kind=RefundKind.LATE_PAYMENT)
    payments = Payment.objects.annotate(is_owed=Exists(late), is_back=Exists(late.filter(state=State.SUCCEEDED)))
    accepted = Q(status=Payment.Status.ACCEPTED, is_owed=False)
    due = Q(status=Payment.Status.REFUND_DUE, is_owed=True, is_back=False)
    right = accepted | due | Q(status=Payment.Status.REFUNDED, is_back=True)
    for payment in payments.exclude(right).order_by("pk").iterator():
        detail = f"of {payment.amount} is {payment.status}; owed: {payment.is_owed}, back: {payment.is_back}"
        yield Finding(payment.pk, f"payment {payment.trade_no}", detail)


@invariant("money_paid_back_is_booked")
def find_money_that_is_not_booked() -> Iterator[Finding]:
    """What a gateway said it paid back after all is in the books, or staff have settled it."""
    waiting = OddRefund.objects.filter(state=OddRefund.State.OPEN)
    for odd in waiting.order_by("pk").iterator():
        yield Finding(odd.pk, f"refund {odd.number}", f"of {odd.amount} was paid after all, and is in no books")


@invariant("order_follows_its_refunds")
def find_orders_off_their_refunds() -> Iterator[Finding]:
    """An order is being refunded while all of its pieces are on their way back, and refunded when all are back."""
    parts = RefundLine.objects.filter(line=OuterRef("pk"))
    going = parts.filter(refund__state__in=(State.PROCESSING, State.SUCCEEDED))
    back = parts.filter(refund__state=State.SUCCEEDED)
    lines = OrderLine.objects.filter(order=OuterRef("pk")).annotate(
        going=sum_of(going, by="line", column="quantity"), back=sum_of(back, by="line", column="quantity")
    )
    orders = Order._base_manager.annotate(
        some_stay=Exists(lines.filter(going__lt=F("quantity"))), some_wait=Exists(lines.filter(back__lt=F("quantity")))
    )
    refunding, refunded = Q(status=OrderStatus.REFUNDING), Q(status=OrderStatus.REFUNDED)
    right = (
        (refunded & Q(some_wait=False))
        | (refunding & Q(some_stay=False, some_wait=True))
        | (~refunding & ~refunded & Q(some_stay=True))
    )
    for order in orders.exclude(right).order_by("pk").iterator():
        detail = f"is {order.status}; pieces stay: {order.some_stay}, pieces are not back: {order.some_wait}"
        yield Finding(order.pk, f"order {order.number}", detail)
