"""Coupons, points and limits wanted twice at the same moment are had once. Each guard's removal is shown to fail."""

from collections.abc import Callable
from decimal import Decimal
from time import sleep
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from apps.common.exceptions import ShopError
from apps.common.tests.racing import run_together
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.trade.exceptions import CouponGone
from apps.trade.models import (
    Coupon,
    CouponGrant,
    GoodsPurchase,
    Order,
    OrderDiscount,
    OrderLine,
    OrderStatus,
    PointsAccount,
    PointsEntry,
)
from apps.trade.services import closing, coupons, points
from apps.trade.services.offers import Wishes
from apps.trade.services.order_moves import try_move
from apps.trade.services.orders import place_order
from apps.trade.services.points import adjust_points
from apps.trade.services.price_changes import change_price
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import RECIPIENT, CouponFactory, CouponGrantFactory, an_order
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


def succeeds(function: Callable[[], Any]) -> bool:
    try:
        function()
    except ShopError:
        return False
    return True


def sixty_four_claim(coupon: Coupon, buyers: list[UserProfile]) -> int:
    def claim(number: int) -> bool:
        user = buyers[number % len(buyers)]
        return succeeds(lambda: coupons.claim_coupon(user=user, public_id=coupon.public_id))

    return sum(run_together(64, claim))


def test_c17_sixty_four_buyers_of_one_coupon_get_exactly_one() -> None:
    coupon = CouponFactory(total_limit=1)
    assert sixty_four_claim(coupon, [UserFactory() for _ in range(64)]) == 1
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == 1


def test_c17_sixty_four_claims_of_one_buyer_are_one(alice: UserProfile) -> None:
    coupon = CouponFactory(user_limit=1)
    assert sixty_four_claim(coupon, [alice]) == 1
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: there is no race to lose")
def test_c17_without_the_guard_several_buyers_get_it() -> None:
    """If this fails, the tests above may prove nothing."""

    def grant_what_was_left(coupon: Coupon, user: UserProfile) -> CouponGrant:
        if CouponGrant.objects.filter(coupon=coupon).count() >= (coupon.total_limit or 0):
            raise CouponGone
        sleep(0.1)  # until others have come as far
        return CouponGrant.objects.create(coupon=coupon, user=user)

    coupon, buyers = CouponFactory(total_limit=1), [UserFactory() for _ in range(64)]
    with patch.object(coupons, "_grant", grant_what_was_left):
        assert sixty_four_claim(coupon, buyers) > 1


def buy_with(user: UserProfile, sku: Sku, **wishes: Any) -> bool:
    return succeeds(lambda: place_order(user=user, items={sku.pk: 1}, wishes=Wishes(**wishes), **RECIPIENT))


def eight_use(grant: CouponGrant, sku: Sku) -> int:
    return sum(run_together(8, lambda _: buy_with(grant.user, sku, coupon=grant.public_id)))


def test_c17_a_coupon_pays_for_one_of_eight_orders(alice: UserProfile) -> None:
    grant, sku = CouponGrantFactory(user=alice), SkuFactory(stock=100)
    assert eight_use(grant, sku) == Order.objects.count() == OrderDiscount.objects.count() == 1
    grant.refresh_from_db()
    assert (grant.state, grant.order) == ("used", Order.objects.get())
    assert Sku.objects.get().stock == 99


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time: there is no race to lose")
def test_c17_without_the_guard_it_pays_for_several(alice: UserProfile) -> None:
    """If this fails, the test above may prove nothing."""

    def use_what_was_there(*, grant: CouponGrant, order: Order) -> None:
        CouponGrant.objects.filter(pk=grant.pk).update(state="used", order=order)

    # Different SKUs, whose rows do not make the orders queue.
    grant, skus = CouponGrantFactory(user=alice), [SkuFactory() for _ in range(8)]
    with patch.object(coupons, "use_coupon", use_what_was_there):
        run_together(8, lambda number: buy_with(alice, skus[number], coupon=grant.public_id))
    assert OrderDiscount.objects.count() > 1


def test_points_are_spent_once(alice: UserProfile) -> None:
    adjust_points(account=PointsAccount.objects.create(user=alice), delta=500, note="x", actor_id=None)
    skus = [SkuFactory() for _ in range(8)]

    bought = run_together(8, lambda number: buy_with(alice, skus[number], points=500))

    assert sum(bought) == Order.objects.count() == 1
    assert PointsAccount.objects.get().balance == PointsEntry.objects.aggregate(sum=Sum("delta"))["sum"] == 0


def test_a_limit_is_not_passed_together(alice: UserProfile) -> None:
    goods = SkuFactory(goods__purchase_limit=3).goods
    skus = [SkuFactory(goods=goods) for _ in range(8)]

    bought = run_together(8, lambda number: buy_with(alice, skus[number]))

    assert sum(bought) == OrderLine.objects.count() == GoodsPurchase.objects.get().quantity == 3


def test_what_returns_returns_once(alice: UserProfile) -> None:
    adjust_points(account=PointsAccount.objects.create(user=alice), delta=500, note="x", actor_id=None)
    grant, sku = CouponGrantFactory(user=alice), SkuFactory(goods__purchase_limit=3)
    wishes = Wishes(coupon=grant.public_id, points=200)
    order = place_order(user=alice, items={sku.pk: 2}, wishes=wishes, **RECIPIENT)
    read = [Order.objects.get(pk=order.pk) for _ in range(6)]

    cancelled = run_together(
        6, lambda number: succeeds(lambda: closing.cancel_order(order=read[number], actor_id=alice.pk))
    )

    assert sum(cancelled) == 1
    assert PointsAccount.objects.get().balance == 500
    assert CouponGrant.objects.get().state == "unused"
    assert GoodsPurchase.objects.get().quantity == 0


def test_a_price_changed_while_it_is_paid_ends_in_one_of_both(alice: UserProfile) -> None:
    order = an_order(alice)
    form = signed(fields_for(order))

    def act(number: int) -> Any:
        if number:
            return notify(client_of(None), form)
        return succeeds(lambda: change_price(order=order, goods=order.goods_total / 2, reason="x", actor_id=None))

    changed, _answer = run_together(2, act)

    order.refresh_from_db()
    assert (order.status, order.total) == ((OrderStatus.PENDING_PAYMENT, 5) if changed else (OrderStatus.PAID, 10))
    assert not order.payments.filter(status="accepted").exclude(amount=order.total).exists()


def test_money_for_a_price_that_was_changed_pays_nothing(alice: UserProfile) -> None:
    order = an_order(alice)
    as_read = Order.objects.get(pk=order.pk)
    change_price(order=order, goods=Decimal("5.00"), reason="x", actor_id=None)

    with transaction.atomic():
        assert not try_move(order=as_read, to=OrderStatus.PAID, reason="test")

    order.refresh_from_db()
    assert (order.status, order.total) == (OrderStatus.PENDING_PAYMENT, 5)


def test_adjustments_at_once_all_count(alice: UserProfile) -> None:
    account = PointsAccount.objects.create(user=alice)
    run_together(8, lambda number: adjust_points(account=account, delta=number + 1, note="x", actor_id=None))
    assert points.balance_of(user=alice) == PointsEntry.objects.aggregate(sum=Sum("delta"))["sum"] == 36
