"""The shop without its guards: what is there is read, compared and written, as naive shops do it. Served by tests."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from mxshop.wsgi import application

# isort: split
# Only now, for no model can be imported before the application has set Django up.
from apps.goods.exceptions import InsufficientStock
from apps.goods.models import Sku, StockMovement
from apps.goods.services import stock
from apps.trade.exceptions import CouponGone, EmptyCart
from apps.trade.models import CartLine, Coupon, CouponGrant
from apps.trade.services import coupons, idempotency, orders
from apps.users.models import UserProfile

__all__ = ["application"]

MEANWHILE = 0.02  # seconds between reading and writing, as in a shop with more to do


def take_what_was_there(*, quantities: Mapping[int, int], reference: str) -> None:
    """Take stock as `stock.take` does, but write what was read a moment ago, less the pieces."""
    for sku in Sku.objects.filter(pk__in=quantities).order_by("pk"):
        pieces = quantities[sku.pk]
        if sku.stock < pieces:
            raise InsufficientStock(sku_id=sku.pk, available=sku.stock)
        Sku.objects.filter(pk=sku.pk).update(stock=sku.stock - pieces)
        StockMovement.objects.create(sku=sku, delta=-pieces, reason=StockMovement.Reason.ORDER, reference=reference)


def empty_whatever_is_there(user: UserProfile) -> dict[int, int]:
    """Empty the cart without asking whether these lines were still there."""
    quantities = dict(CartLine.objects.of(user).values_list("sku_id", "quantity"))
    if not quantities:
        raise EmptyCart
    time.sleep(MEANWHILE)
    CartLine.objects.of(user).delete()
    return quantities


def grant_what_was_left(coupon: Coupon, user: UserProfile) -> CouponGrant:
    """Count a claim from what was read."""
    coupon.refresh_from_db()
    if coupon.total_limit is not None and coupon.claimed_count >= coupon.total_limit:
        raise CouponGone
    time.sleep(MEANWHILE)
    Coupon.objects.filter(pk=coupon.pk).update(claimed_count=coupon.claimed_count + 1)
    return CouponGrant.objects.create(coupon=coupon, user=user, ordinal=1)


def answer_each_time(*, status: int, effect: Callable[[], Any], **_key: object) -> idempotency.Answer:
    """Have the effect, whatever the key."""
    return idempotency.Answer(status=status, body=effect())


stock.take = take_what_was_there
orders._empty_cart = empty_whatever_is_there
coupons._grant = grant_what_was_left
idempotency.answer_once = answer_each_time
