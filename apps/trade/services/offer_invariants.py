"""What must always be true of coupons, points and purchase limits."""

from collections.abc import Iterator

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from apps.common.invariants import Finding, count_of, invariant, rewrite, sum_of
from apps.trade.models import (
    Coupon,
    CouponGrant,
    GoodsPurchase,
    Order,
    OrderLine,
    OrderStatus,
    PointsAccount,
    PointsEntry,
    Shipment,
)
from apps.trade.states import CLOSED

CLAIMED = count_of(CouponGrant.objects.filter(coupon=OuterRef("pk")), by="coupon")


def _recount_claims(keys: list[int]) -> None:
    rewrite(Coupon.objects.filter(pk__in=keys), claimed_count=CLAIMED)


@invariant("coupon_counts_its_grants", fix=_recount_claims)
def find_miscounted_coupons() -> Iterator[Finding]:
    """A coupon counts as many claims as buyers were given it."""
    coupons = Coupon._base_manager.annotate(given=CLAIMED).exclude(claimed_count=F("given"))
    for coupon in coupons.order_by("pk").iterator():
        detail = f"counts {coupon.claimed_count} claims, {coupon.given} were given to buyers"
        yield Finding(coupon.pk, f"coupon {coupon.pk}", detail)


@invariant("used_coupon_has_its_order")
def find_coupons_lost_with_an_order() -> Iterator[Finding]:
    """A coupon that is used belongs to the buyer of its order, which was not closed unpaid."""
    used = CouponGrant.objects.filter(state=CouponGrant.State.USED)
    right = ~Q(order=None) & ~Q(order__status__in=CLOSED) & Q(order__user=F("user"))
    for grant in used.exclude(right).select_related("order").order_by("pk").iterator():
        order = f"{grant.order.number}, which is {grant.order.status}" if grant.order else "no order"
        yield Finding(grant.pk, f"coupon {grant.public_id} of user {grant.user_id}", f"is used for {order}")


@invariant("points_are_their_ledger")
def find_points_off_their_ledger() -> Iterator[Finding]:
    """The points of a buyer are the sum of their entries."""
    booked = sum_of(PointsEntry.objects.filter(account=OuterRef("pk")), by="account", column="delta")
    accounts = PointsAccount.objects.annotate(booked=booked).exclude(balance=F("booked"))
    for account in accounts.order_by("pk").iterator():
        detail = f"has {account.balance} points, the ledger says {account.booked}"
        yield Finding(account.pk, f"points of user {account.user_id}", detail)


@invariant("order_spent_its_points")
def find_orders_off_their_points() -> Iterator[Finding]:
    """An order took the points that its lines were paid with, and gave them back if it was closed unpaid."""
    moves = (PointsEntry.Reason.SPENT, PointsEntry.Reason.CLOSED)
    entries = PointsEntry.objects.filter(order=OuterRef("pk"), reason__in=moves)
    on_lines = sum_of(OrderLine.objects.filter(order=OuterRef("pk")), by="order", column="points_spent")
    orders = Order._base_manager.annotate(
        booked=sum_of(entries, by="order", column="delta"),
        on_lines=Case(
            When(status__in=CLOSED, then=0),
            default=on_lines,
            output_field=IntegerField(),
        ),
    ).annotate(spent=-F("booked"))
    for order in orders.exclude(spent=F("on_lines")).order_by("pk").iterator():
        detail = f"is {order.status} and holds {order.on_lines} points, the ledger took {order.spent}"
        yield Finding(order.pk, f"order {order.number}", detail)


def _counted_orders() -> QuerySet[Order]:
    """Return the orders that count for limits: not those that ended before anything of them had left."""
    shipped = Shipment.objects.filter(order=OuterRef("pk"))
    as_if_never_placed = Q(status__in=CLOSED) | (Q(status=OrderStatus.REFUNDED) & ~Exists(shipped))
    return Order._base_manager.exclude(as_if_never_placed)


def _bought() -> Coalesce:
    """Return how many pieces the buyer of a GoodsPurchase had of its goods.

    The goods are no condition of the rows, or a database may look through all that was ever sold of them, once for
    each buyer, instead of through the buyer's orders.
    """
    counted = Q(lines__goods=OuterRef("goods"), lines__counts_for_limit=True)
    of_buyer = _counted_orders().filter(user=OuterRef("user")).order_by().values("user")
    return Coalesce(Subquery(of_buyer.annotate(sum=Sum("lines__quantity", filter=counted)).values("sum")), 0)


def _recount_purchases(keys: list[int]) -> None:
    rewrite(GoodsPurchase.objects.filter(pk__in=keys), quantity=_bought())


@invariant("purchases_are_counted", fix=_recount_purchases)
def find_miscounted_purchases() -> Iterator[Finding]:
    """What a buyer had of limited goods is the pieces of the orders that count."""
    purchases = GoodsPurchase.objects.annotate(bought=_bought()).exclude(quantity=F("bought"))
    for one in purchases.order_by("pk").iterator():
        detail = f"counts {one.quantity} pieces of goods {one.goods_id}, the orders have {one.bought}"
        yield Finding(one.pk, f"purchases of user {one.user_id}", detail)


@invariant("counted_line_has_its_purchase")
def find_uncounted_lines() -> Iterator[Finding]:
    """A line that counts for a purchase limit is counted for its buyer."""
    counted = GoodsPurchase.objects.filter(user=OuterRef("order__user"), goods=OuterRef("goods"))
    lines = OrderLine.objects.filter(counts_for_limit=True, order__in=_counted_orders())
    for line in lines.exclude(Exists(counted)).select_related("order").order_by("pk").iterator():
        detail = f"has {line.quantity} pieces of goods {line.goods_id}, which nothing counts for its buyer"
        yield Finding(line.pk, f"order {line.order.number}", detail)
