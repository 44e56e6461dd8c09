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
from tests.concurrency.conftest import LUCKY

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def claim(buyer: Buyer, coupon: Coupon) -> int:
    """Claim a coupon, by its code where it has one."""
    what = "redeem" if coupon.code else f"{coupon.public_id}/claim"
    body = {"code_word": coupon.code} if coupon.code else {}
    return requests.post(f"{buyer.shop}/coupons/{what}/", json=body, headers=buyer.headers, timeout=60).status_code


BY_CLICK_OR_CODE = pytest.mark.parametrize("code", [None, "SPRING-26"], ids=["click", "code"])


def order(buyer: Buyer, sku: Sku, **wishes: object) -> int:
    return answer_to_order(buyer, sku, **wishes).status_code


def answer_to_order(buyer: Buyer, sku: Sku, **wishes: object) -> requests.Response:
    body = {**ORDER, "items": [{"sku": sku.pk, "nums": 1}], **wishes}
    return requests.post(f"{buyer.shop}/orders/", json=body, headers=buyer.headers, timeout=60)


@BY_CLICK_OR_CODE
def test_without_the_guard_more_are_claimed_than_there_are(naive_shop: str, code: str | None) -> None:
    """If this fails, the tests below may prove nothing."""

    def goes_wrong() -> bool:
        Coupon.objects.update(code=None)
        coupon = CouponFactory(total_limit=1, code=code)
        buyers = [Buyer(naive_shop) for _ in range(16)]
        run_together(16, lambda number: claim(buyers[number], coupon))
        return coupon.grants.count() > 1

    assert any(goes_wrong() for _ in range(LUCKY))


@BY_CLICK_OR_CODE
@pytest.mark.parametrize("limit", [1, 10])
@pytest.mark.rounds
def test_c17_sixty_four_buyers_get_exactly_as_many_coupons_as_there_are(
    shop: str, limit: int, code: str | None
) -> None:
    coupon = CouponFactory(total_limit=limit, code=code)
    buyers = [Buyer(shop) for _ in range(64)]

    answers = Counter(run_together(64, lambda number: claim(buyers[number], coupon)))

    assert answers == {201: limit, 409: 64 - limit}
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == limit


@BY_CLICK_OR_CODE
@pytest.mark.rounds
def test_c17_one_buyer_claims_a_coupon_once_however_fast(shop: str, code: str | None) -> None:
    coupon, buyer = CouponFactory(user_limit=1, code=code), Buyer(shop)
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

    answers = run_together(6, lambda number: answer_to_order(buyer, skus[number], points=300))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 5}
    refusals = [answer.json() for answer in answers if answer.status_code == 409]
    told = {(one["type"], one["detail"], one["available"]) for one in refusals}
    assert told == {("urn:mxshop:problem:not_enough_points", "仅有 0 积分。", 0)}
    assert Order.objects.count() == 1
    assert PointsAccount.objects.get().balance == 0


@pytest.mark.rounds
def test_a_limited_goods_is_had_as_often_as_its_limit(shop: str) -> None:
    buyer, sku = Buyer(shop), SkuFactory(stock=20, goods__purchase_limit=3)

    answers = run_together(8, lambda _: order(buyer, sku))

    assert Counter(answers) == {201: 3, 409: 5}
    assert GoodsPurchase.objects.get().quantity == Order.objects.count() == 3
