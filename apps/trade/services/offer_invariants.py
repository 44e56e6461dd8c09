"""What must always be true of coupons and purchase limits."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.invariants import Finding, count_of, invariant, rewrite
from apps.trade.models import (
    Coupon,
    CouponGrant,
    GoodsPurchase,
    Order,
    OrderDiscount,
    OrderLine,
    OrderStatus,
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


def _never_placed(order: str) -> Q:
    """Return the condition that an order, so many steps away, is as if it had never been placed.

    It ended before anything of it had left, so that coupon and purchase counts are free again.
    """
    shipped = Shipment.objects.filter(order=OuterRef(f"{order}pk"))
    status = f"{order}status"
    return Q(**{f"{status}__in": CLOSED}) | Q(~Exists(shipped), **{status: OrderStatus.REFUNDED})


def _counted_orders() -> QuerySet[Order]:
    """Return the orders that count for coupons and limits."""
    return Order._base_manager.exclude(_never_placed(""))


@invariant("used_coupon_has_its_order")
def find_coupons_lost_with_an_order() -> Iterator[Finding]:
    """A coupon that is used belongs to the buyer of an order that counts, and lets it off; no other one does."""
    used = CouponGrant.objects.filter(state=CouponGrant.State.USED)
    discount = OrderDiscount.objects.filter(order=OuterRef("order"), kind=OrderDiscount.Kind.COUPON)
    other = used.filter(order=OuterRef("order")).exclude(pk=OuterRef("pk"))
    right = Q(Exists(discount), ~Exists(other), order__user=F("user")) & ~_never_placed("order__")
    for grant in used.exclude(right).select_related("order").order_by("pk").iterator():
        order = f"{grant.order.number}, which is {grant.order.status}" if grant.order else "no order"
        yield Finding(grant.pk, f"coupon {grant.public_id} of user {grant.user_id}", f"is used for {order}")


@invariant("coupon_discount_has_its_coupon")
def find_discounts_without_coupons() -> Iterator[Finding]:
    """An order that counts and is let off for a coupon has used one, once."""
    used = CouponGrant.objects.filter(order=OuterRef("order"), state=CouponGrant.State.USED)
    discounts = OrderDiscount.objects.filter(kind=OrderDiscount.Kind.COUPON)
    other = discounts.filter(order=OuterRef("order")).exclude(pk=OuterRef("pk"))
    wrong = discounts.exclude(_never_placed("order__")).filter(~Exists(used) | Exists(other))
    for discount in wrong.select_related("order").order_by("pk").iterator():
        detail = f"is {discount.order.status} and let off {discount.amount} for a coupon that is used for no such order"
        yield Finding(discount.order_id, f"order {discount.order.number}", detail)


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
