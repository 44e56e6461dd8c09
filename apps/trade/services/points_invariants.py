"""What must always be true of points: balances, the ledger, and what orders and refunds did to both.

How many points an order earns is no truth of the rows: the rate is a setting that changes with time.
"""

from collections.abc import Iterator

from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce, Floor

from apps.common.invariants import Finding, count_of, invariant, sum_of
from apps.trade.models import (
    Order,
    OrderDiscount,
    OrderEvent,
    OrderLine,
    OrderStatus,
    PointsAccount,
    PointsEntry,
    Refund,
    RefundState,
)
from apps.trade.services.refund_invariants import BACK
from apps.trade.states import CLOSED

Reason = PointsEntry.Reason
# What an order took is given back under its own number, what a refund moved under the refund's.
OF_ORDERS = (Reason.SPENT, Reason.CLOSED, Reason.EARNED)
OF_REFUNDS = (Reason.REFUND_RETURNED, Reason.REFUND_TAKEN)
ON_LINES = sum_of(OrderLine.objects.filter(order=OuterRef("pk")), by="order", column="points_spent")


@invariant("points_are_their_ledger")
def find_points_off_their_ledger() -> Iterator[Finding]:
    """The points of a buyer are the sum of their entries."""
    booked = sum_of(PointsEntry.objects.filter(account=OuterRef("pk")), by="account", column="delta")
    accounts = PointsAccount.objects.annotate(booked=booked).exclude(balance=F("booked"))
    for account in accounts.order_by("pk").iterator():
        detail = f"has {account.balance} points, the ledger says {account.booked}"
        yield Finding(account.pk, f"points of user {account.user_id}", detail)


@invariant("points_entry_has_its_cause")
def find_points_moved_for_nothing() -> Iterator[Finding]:
    """Points moved for an order of their owner, for a refund of it whose money is back, or by staff."""
    refund = Refund.objects.filter(order=OuterRef("order"), number=OuterRef("reference"), state=RefundState.SUCCEEDED)
    by_order = Q(reason__in=OF_ORDERS, reference=F("order__number"), order__user=F("account__user"))
    by_refund = Q(reason__in=OF_REFUNDS, order__user=F("account__user")) & Exists(refund)
    by_staff = Q(reason=Reason.ADJUSTMENT, order=None, reference=None)
    for entry in PointsEntry.objects.exclude(by_order | by_refund | by_staff).order_by("pk").iterator():
        detail = f"moved by {entry.delta} ({entry.reason}) for {entry.reference!r}, which is no cause of that"
        yield Finding(entry.pk, f"points account {entry.account_id}", detail)


@invariant("order_spent_its_points")
def find_orders_off_their_points() -> Iterator[Finding]:
    """An order took the points that its lines were paid with."""
    orders = Order._base_manager.annotate(booked=_booked(Reason.SPENT), on_lines=ON_LINES).annotate(spent=-F("booked"))
    for order in orders.exclude(spent=F("on_lines")).order_by("pk").iterator():
        detail = f"was paid with {order.on_lines} points, the ledger took {order.spent}"
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("closed_order_returned_its_points")
def find_closed_orders_that_keep_points() -> Iterator[Finding]:
    """An order that was closed unpaid gave back all the points that it took, and no other order did."""
    due = Case(When(status__in=CLOSED, then=ON_LINES), default=0)
    orders = Order._base_manager.annotate(returned=_booked(Reason.CLOSED), due=due)
    for order in orders.exclude(returned=F("due")).order_by("pk").iterator():
        detail = f"is {order.status} and owes {order.due} points, the ledger gave {order.returned} back"
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("refunds_returned_their_points")
def find_refunds_off_their_points() -> Iterator[Finding]:
    """The refunds of an order gave back the points that the pieces were paid with which are back."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"), points_spent__gt=0).annotate(back=BACK)
    share = Floor(F("points_spent") * F("back") / F("quantity"))
    refunds = Refund.objects.filter(order=OuterRef("pk"), state=RefundState.SUCCEEDED)
    entries = PointsEntry.objects.filter(order=OuterRef("pk"), reason=Reason.REFUND_RETURNED)
    orders = Order._base_manager.filter(Exists(refunds) | Exists(entries)).annotate(
        returned=_booked(Reason.REFUND_RETURNED), due=sum_of(lines, by="order", column=share)
    )
    for order in orders.exclude(returned=F("due")).order_by("pk").iterator():
        detail = f"owes {order.due:.0f} points for pieces that are back, the ledger gave {order.returned} back"
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("order_earned_its_points_once")
def find_orders_that_earned_twice() -> Iterator[Finding]:
    """An order earned points once at most, and only if it was finished; refunds took back no more than that."""
    entries = PointsEntry.objects.filter(order=OuterRef("pk"))
    was_finished = Exists(OrderEvent.objects.filter(order=OuterRef("pk"), to_status=OrderStatus.FINISHED))
    orders = Order._base_manager.filter(
        Exists(entries.filter(reason__in=(Reason.EARNED, Reason.REFUND_TAKEN)))
    ).annotate(
        times=count_of(entries.filter(reason=Reason.EARNED), by="order"),
        kept=_booked(Reason.EARNED, Reason.REFUND_TAKEN),
    )
    for order in orders.exclude(was_finished, times=1, kept__gte=0).order_by("pk").iterator():
        detail = f"is {order.status}, earned points {order.times} times, and {order.kept} of them are left"
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("points_discount_was_paid_with_points")
def find_discounts_without_points() -> Iterator[Finding]:
    """An order is let off for points just when its lines were paid with points."""
    discount = Exists(OrderDiscount.objects.filter(order=OuterRef("pk"), kind=OrderDiscount.Kind.POINTS))
    spent = Exists(OrderLine.objects.filter(order=OuterRef("pk"), points_spent__gt=0))
    orders = Order._base_manager.annotate(is_let_off=discount, has_spent=spent).exclude(is_let_off=F("has_spent"))
    for order in orders.order_by("pk").iterator():
        detail = f"let off for points: {order.is_let_off}; paid with points: {order.has_spent}"
        yield Finding(order.pk, f"order {order.number}", detail)


def _booked(*reasons: PointsEntry.Reason) -> Coalesce:
    """Return the points that the ledger moved for an order for these reasons."""
    entries = PointsEntry.objects.filter(order=OuterRef("pk"), reason__in=reasons)
    return sum_of(entries, by="order", column="delta")
