"""Coupons, points and limits, wanted by many or by one in a hurry, through live servers."""

from collections import Counter

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Coupon, CouponGrant, GoodsPurchase, Order, OrderDiscount, PointsAccount
from apps.trade.services.points import adjust_points
from apps.trade.tests.factories import CouponFactory, CouponGrantFactory
from tests.buyers import ORDER, Buyer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def claim(buyer: Buyer, coupon: Coupon) -> int:
    address = f"{buyer.shop}/coupons/{coupon.public_id}/claim/"
    return requests.post(address, headers=buyer.headers, timeout=60).status_code


def order(buyer: Buyer, sku: Sku, **wishes: object) -> int:
    body = {**ORDER, "items": [{"sku": sku.pk, "nums": 1}], **wishes}
    return requests.post(f"{buyer.shop}/orders/", json=body, headers=buyer.headers, timeout=60).status_code


def test_without_the_guard_more_are_claimed_than_there_are(naive_shop: str) -> None:
    """If this fails, the tests below may prove nothing."""
    coupon = CouponFactory(total_limit=1)
    buyers = [Buyer(naive_shop) for _ in range(64)]

    run_together(64, lambda number: claim(buyers[number], coupon))

    assert CouponGrant.objects.count() > 1


@pytest.mark.rounds
def test_c17_sixty_four_buyers_of_one_coupon_get_exactly_one(shop: str) -> None:
    coupon = CouponFactory(total_limit=1)
    buyers = [Buyer(shop) for _ in range(64)]

    answers = Counter(run_together(64, lambda number: claim(buyers[number], coupon)))

    assert answers == {201: 1, 409: 63}
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == 1


@pytest.mark.rounds
def test_c17_one_buyer_claims_a_coupon_once_however_fast(shop: str) -> None:
    coupon, buyer = CouponFactory(user_limit=1), Buyer(shop)
    assert Counter(run_together(16, lambda _: claim(buyer, coupon))) == {201: 1, 409: 15}
    assert CouponGrant.objects.count() == 1


@pytest.mark.rounds
def test_c17_a_coupon_pays_for_one_order(shop: str) -> None:
    buyer, skus = Buyer(shop), [SkuFactory() for _ in range(12)]
    grant = CouponGrantFactory(user=buyer.user)

    answers = run_together(12, lambda number: order(buyer, skus[number], coupon=str(grant.public_id)))

    assert Counter(answers) == {201: 1, 409: 11}
    assert OrderDiscount.objects.count() == Order.objects.count() == 1


@pytest.mark.rounds
def test_points_wanted_by_six_orders_pay_for_one(shop: str) -> None:
    buyer, skus = Buyer(shop), [SkuFactory(price="10.00") for _ in range(6)]
    adjust_points(account=PointsAccount.objects.create(user=buyer.user), delta=300, note="生日", actor_id=None)

    answers = run_together(6, lambda number: order(buyer, skus[number], points=300))

    assert answers.count(201) == Order.objects.count() == 1
    assert PointsAccount.objects.get().balance == 0


@pytest.mark.rounds
def test_a_limited_goods_is_had_as_often_as_its_limit(shop: str) -> None:
    buyer, sku = Buyer(shop), SkuFactory(stock=20, goods__purchase_limit=3)

    answers = run_together(8, lambda _: order(buyer, sku))

    assert Counter(answers) == {201: 3, 409: 5}
    assert GoodsPurchase.objects.get().quantity == Order.objects.count() == 3
