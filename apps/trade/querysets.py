"""Which cart lines, orders, refunds and parcels, in words that chain."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from apps.trade.states import IN_PROGRESS, UNDECIDED, OrderStatus, RefundState

if TYPE_CHECKING:
    from apps.trade.models.cart import CartLine, GuestCartLine
    from apps.trade.models.coupons import Coupon, CouponGrant
    from apps.trade.models.orders import Order
    from apps.trade.models.promotions import FullReduction
    from apps.trade.models.refunds import Refund
    from apps.trade.models.shipments import Shipment
    from apps.users.models import UserProfile


class CartLineQuerySet(models.QuerySet["CartLine"]):
    """Lines of carts."""

    def of(self, user: "UserProfile") -> "CartLineQuerySet":
        """Return the user's own cart."""
        return self.filter(user=user)

    def for_display(self) -> "CartLineQuerySet":
        """Fetch with what a line shows: SKU, goods and pictures, in two queries."""
        return self.select_related("sku__goods").prefetch_related("sku__goods__images")


class GuestCartLineQuerySet(models.QuerySet["GuestCartLine"]):
    """Lines of guests' carts."""

    def for_display(self) -> "GuestCartLineQuerySet":
        """Fetch with what a line shows: SKU, goods and pictures, in two queries."""
        return self.select_related("sku__goods").prefetch_related("sku__goods__images")


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders."""

    def of(self, user: "UserProfile") -> "OrderQuerySet":
        """Return the user's own orders, without those they removed from their list."""
        return self.filter(user=user, hidden_at=None)

    def with_payments(self) -> "OrderQuerySet":
        """Fetch with the payments, in one further query."""
        return self.prefetch_related("payments")

    def overdue(self, now: datetime) -> "OrderQuerySet":
        """Return unpaid orders whose time to pay is over."""
        return self.filter(status=OrderStatus.PENDING_PAYMENT, expires_at__lte=now)

    def shipped_before(self, moment: datetime) -> "OrderQuerySet":
        """Return orders that are on their way since then or longer."""
        return self.filter(status=OrderStatus.SHIPPED, shipped_at__lte=moment)

    def received_before(self, moment: datetime) -> "OrderQuerySet":
        """Return orders that their buyers have since then or longer, and of which no money is asked back now."""
        old_enough = self.filter(status=OrderStatus.RECEIVED, received_at__lte=moment)
        return old_enough.exclude(refunds__state__in=IN_PROGRESS)


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds."""

    def of(self, user: "UserProfile") -> "RefundQuerySet":
        """Return the refunds of the user's own orders."""
        return self.filter(order__user=user)

    def for_display(self) -> "RefundQuerySet":
        """Fetch with the order, the lines with what they are for, and the pictures."""
        return self.select_related("order").prefetch_related("lines__line", "pictures")

    def with_steps(self) -> "RefundQuerySet":
        """Fetch with the steps, in one further query."""
        return self.prefetch_related("events")

    def owed(self, now: datetime) -> "RefundQuerySet":
        """Return those that the gateway is to be asked about now."""
        return self.filter(state=RefundState.PROCESSING, next_try_at__lte=now)

    def past_deadline(self, now: datetime) -> "RefundQuerySet":
        """Return those whose present state ends by itself, and should have."""
        return self.filter(state__in=UNDECIDED, deadline_at__lte=now)


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    """Parcels."""

    def of(self, user: "UserProfile") -> "ShipmentQuerySet":
        """Return the parcels of the user's own orders, without orders they removed from their list."""
        return self.filter(order__user=user, order__hidden_at=None)

    def for_display(self) -> "ShipmentQuerySet":
        """Fetch with carrier and contents, in two queries."""
        return self.select_related("carrier").prefetch_related("lines")

    def to_track(self, now: datetime) -> "ShipmentQuerySet":
        """Return parcels on their way whose carrier is to be asked."""
        return self.filter(next_check_at__lte=now)


class CouponQuerySet(models.QuerySet["Coupon"]):
    """Coupons."""

    def running(self, now: datetime) -> "CouponQuerySet":
        """Return those whose time is now."""
        return self.filter(starts_at__lte=now, ends_at__gt=now)

    def with_some_left(self) -> "CouponQuerySet":
        """Return those that are not all claimed."""
        return self.filter(Q(total_limit=None) | Q(claimed_count__lt=F("total_limit")))

    def listed(self, now: datetime) -> "CouponQuerySet":
        """Return what everybody may claim now, without a code."""
        return self.running(now).with_some_left().filter(code=None)


class CouponGrantQuerySet(models.QuerySet["CouponGrant"]):
    """Coupons in the hands of buyers."""

    def of(self, user: "UserProfile") -> "CouponGrantQuerySet":
        """Return the user's own, with their coupons."""
        return self.filter(user=user).select_related("coupon")


class FullReductionQuerySet(models.QuerySet["FullReduction"]):
    """Full reductions."""

    def running(self, now: datetime) -> "FullReductionQuerySet":
        """Return those that are switched on and whose time is now."""
        return self.filter(is_active=True, starts_at__lte=now, ends_at__gt=now)
