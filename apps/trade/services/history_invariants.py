"""What must always be true of the histories of orders and refunds: their moves, and the times that they wrote."""

from collections.abc import Collection, Iterator
from functools import reduce
from itertools import product
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from apps.common.invariants import Finding, invariant
from apps.trade.models import Order, OrderEvent, OrderStatus, Refund, RefundEvent, RefundKind
from apps.trade.models import RefundState as State
from apps.trade.services import order_moves, refund_moves

FIRST = Value("")


# -- Orders ----------------------------------------------------------------------------------------
@invariant("order_state_is_its_last_move")
def find_orders_off_their_history() -> Iterator[Finding]:
    """The state of an order is where its last move led."""
    last = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-pk").values("to_status")[:1]
    orders = Order._base_manager.annotate(last=Coalesce(Subquery(last), FIRST)).exclude(status=F("last"))
    for order in orders.order_by("pk").iterator():
        yield Finding(order.pk, f"order {order.number}", f"is {order.status}, its last move led to {order.last!r}")


@invariant("order_moves_are_a_chain")
def find_broken_histories_of_orders() -> Iterator[Finding]:
    """Each move of an order begins in the state to which the one before it led."""
    before = OrderEvent.objects.filter(order=OuterRef("order"), pk__lt=OuterRef("pk")).order_by("-pk")
    came = Coalesce(Subquery(before.values("to_status")[:1]), FIRST)
    events = OrderEvent.objects.annotate(came=came).exclude(from_status=F("came"))
    for event in events.select_related("order").order_by("pk").iterator():
        detail = f"has a move from {event.from_status!r} after one to {event.came!r}"
        yield Finding(event.order_id, f"order {event.order.number}", detail)


@invariant("order_moves_are_legal")
def find_illegal_moves_of_orders() -> Iterator[Finding]:
    """Each move of an order is in the table of legal moves; the first one leads to where it waits for money."""
    legal = _any_of("status", {("", OrderStatus.PENDING_PAYMENT), *order_moves.LEGAL_MOVES})
    for event in OrderEvent.objects.exclude(legal).select_related("order").order_by("pk").iterator():
        detail = f"moved from {event.from_status!r} to {event.to_status!r}, which no order does"
        yield Finding(event.order_id, f"order {event.order.number}", detail)


@invariant("failed_refund_puts_its_order_back")
def find_orders_put_back_elsewhere() -> Iterator[Finding]:
    """An order whose refund failed is again where it was before."""
    before = OrderEvent.objects.filter(order=OuterRef("order"), to_status=OrderStatus.REFUNDING, pk__lt=OuterRef("pk"))
    back = OrderEvent.objects.filter(from_status=OrderStatus.REFUNDING).exclude(to_status=OrderStatus.REFUNDED)
    came = Subquery(before.order_by("-pk").values("from_status")[:1])
    events = back.annotate(came=Coalesce(came, FIRST)).exclude(to_status=F("came"))
    for event in events.select_related("order").order_by("pk").iterator():
        detail = f"was {event.came!r} before its refund, and {event.to_status!r} after it"
        yield Finding(event.order_id, f"order {event.order.number}", detail)


@invariant("order_has_the_times_of_its_moves")
def find_orders_off_their_times() -> Iterator[Finding]:
    """An order says when it was paid, shipped and received just if it ever was."""
    columns = {OrderStatus.PAID: "paid_at", OrderStatus.SHIPPED: "shipped_at", OrderStatus.RECEIVED: "received_at"}
    moves = OrderEvent.objects.filter(order=OuterRef("pk"))
    moved = {f"was_{name}": Exists(moves.filter(to_status=state)) for state, name in columns.items()}
    orders = Order._base_manager.annotate(**moved)
    wrong = product(columns.values(), (True, False))
    off = reduce(or_, (Q(**{f"{name}__isnull": was, f"was_{name}": was}) for name, was in wrong))
    for order in orders.filter(off).order_by("pk").iterator():
        detail = f"was paid at {order.paid_at}, shipped at {order.shipped_at}, received at {order.received_at}"
        yield Finding(order.pk, f"order {order.number}", f"{detail}; its moves say otherwise")


# -- Refunds ---------------------------------------------------------------------------------------
@invariant("refund_state_is_its_last_move")
def find_refunds_off_their_history() -> Iterator[Finding]:
    """The state of a refund is where its last move led."""
    last = RefundEvent.objects.filter(refund=OuterRef("pk")).order_by("-pk").values("to_state")[:1]
    refunds = Refund._base_manager.annotate(last=Coalesce(Subquery(last), FIRST)).exclude(state=F("last"))
    for refund in refunds.order_by("pk").iterator():
        yield Finding(refund.pk, f"refund {refund.number}", f"is {refund.state}, its last move led to {refund.last!r}")


@invariant("refund_moves_are_a_chain")
def find_broken_histories_of_refunds() -> Iterator[Finding]:
    """Each move of a refund begins in the state to which the one before it led."""
    before = RefundEvent.objects.filter(refund=OuterRef("refund"), pk__lt=OuterRef("pk")).order_by("-pk")
    came = Coalesce(Subquery(before.values("to_state")[:1]), FIRST)
    events = RefundEvent.objects.annotate(came=came).exclude(from_state=F("came"))
    for event in events.select_related("refund").order_by("pk").iterator():
        detail = f"has a move from {event.from_state!r} after one to {event.came!r}"
        yield Finding(event.refund_id, f"refund {event.refund.number}", detail)


@invariant("refund_moves_are_legal")
def find_illegal_moves_of_refunds() -> Iterator[Finding]:
    """Each move of a refund is in the table of legal moves; only what a gateway's own desk paid begins at its end."""
    legal = _any_of("state", {("", State.REQUESTED), ("", State.PROCESSING), *refund_moves.LEGAL_MOVES})
    at_the_desk = {RefundKind.AT_GATEWAY, RefundKind.REFUND_ONLY}
    unasked = Q(from_state="", to_state=State.SUCCEEDED, refund__kind__in=at_the_desk)
    for event in RefundEvent.objects.exclude(legal | unasked).select_related("refund").order_by("pk").iterator():
        detail = f"moved from {event.from_state!r} to {event.to_state!r}, which no refund does"
        yield Finding(event.refund_id, f"refund {event.refund.number}", detail)


@invariant("refund_paid_after_all_had_been_sent")
def find_closed_refunds_paid_for_nothing() -> Iterator[Finding]:
    """A refund that staff had closed is paid back after all only if a gateway had been sent it."""
    failed = RefundEvent.objects.filter(refund=OuterRef("refund"), to_state=State.FAILED, pk__lt=OuterRef("pk"))
    events = RefundEvent.objects.filter(~Exists(failed), from_state=State.REFUSED, to_state=State.SUCCEEDED)
    for event in events.select_related("refund").order_by("pk").iterator():
        yield Finding(event.refund_id, f"refund {event.refund.number}", "was refused by staff, never sent, and paid")


def _any_of(column: str, moves: Collection[tuple[str, str]]) -> Q:
    """Return the condition that a move is one of these."""
    return reduce(or_, (Q(**{f"from_{column}": before, f"to_{column}": after}) for before, after in sorted(moves)))
