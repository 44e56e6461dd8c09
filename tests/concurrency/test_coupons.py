"""C17: a coupon wanted by many, or by one in a hurry, through live servers."""

from collections import Counter

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Coupon, CouponGrant, Order, OrderDiscount
from apps.trade.tests.factories import CouponFactory, CouponGrantFactory
from tests.buyers import ORDER, Buyer, assert_ledger_equals_stock

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def claim(buyer: Buyer, coupon: Coupon) -> int:
    address = f"{buyer.shop}/coupons/{coupon.public_id}/claim/"
    return requests.post(address, headers=buyer.headers, timeout=60).status_code


def test_c17_sixty_four_buyers_of_one_coupon_get_exactly_one(shop: str) -> None:
    coupon = CouponFactory(total_limit=1)
    buyers = [Buyer(shop) for _ in range(64)]

    answers = Counter(run_together(64, lambda number: claim(buyers[number], coupon)))

    assert answers == {201: 1, 409: 63}
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == 1


def test_c17_one_buyer_claims_a_coupon_once_however_fast(shop: str) -> None:
    coupon, buyer = CouponFactory(user_limit=1), Buyer(shop)
    assert Counter(run_together(16, lambda _: claim(buyer, coupon))) == {201: 1, 409: 15}
    assert CouponGrant.objects.count() == 1


def test_c17_a_coupon_pays_for_one_order(shop: str) -> None:
    buyer, skus = Buyer(shop), [SkuFactory() for _ in range(12)]
    grant = CouponGrantFactory(user=buyer.user)

    def order(number: int) -> int:
        body = {**ORDER, "items": [{"sku": skus[number].pk, "nums": 1}], "coupon": str(grant.public_id)}
        return requests.post(f"{shop}/orders/", json=body, headers=buyer.headers, timeout=60).status_code

    assert Counter(run_together(12, order)) == {201: 1, 409: 11}
    assert OrderDiscount.objects.count() == Order.objects.count() == 1
    assert_ledger_equals_stock()
