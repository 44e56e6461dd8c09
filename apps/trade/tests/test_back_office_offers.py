"""Staff write coupons, reductions and freight templates; what cannot be meant is said in words."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.common.tests.back_office import browser_of, page, send
from apps.goods.models import FreightTemplate
from apps.goods.tests.factories import CategoryFactory, SkuFactory
from apps.trade.models import Coupon, FullReduction, MemberPrice, Membership, PointsAccount
from apps.trade.services.points import adjust_points
from apps.trade.services.price_changes import change_price
from apps.trade.tests.factories import CouponGrantFactory, MemberLevelFactory, an_order
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

PERIOD = {
    "starts_at_0": "2026-11-01", "starts_at_1": "00:00", "ends_at_0": "2026-12-01", "ends_at_1": "00:00",
}  # fmt: skip
COUPON = {"name": "秋日券", "kind": "fixed", "value": "5", "minimum": "30", "user_limit": "1", **PERIOD}


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def rows(prefix: str, *entries: dict[str, Any]) -> dict[str, Any]:
    """The fields of an inline's rows as a page sends them."""
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(entries), f"{prefix}-INITIAL_FORMS": 0}
    return fields | {f"{prefix}-{n}-{key}": value for n, entry in enumerate(entries) for key, value in entry.items()}


def test_a_coupon_is_written_and_its_code_kept_in_capitals(office: Client) -> None:
    category = CategoryFactory()
    form = {**COUPON, "kind": "percentage", "cap": "20", "category": category.pk, "code": " autumn "}
    assert send(office, "/xadmin/trade/coupon/add/", form).status_code == 302
    coupon = Coupon.objects.get()
    assert (coupon.kind, coupon.value, coupon.cap, coupon.category, coupon.code) == (
        "percentage",
        5,
        20,
        category,
        "AUTUMN",
    )
    assert (coupon.total_limit, coupon.claimed_count) == (None, 0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "percentage", "value": "101"}, "最多减百分之百。"),
        ({"ends_at_0": "2026-10-01"}, "结束时间早于开始时间。"),
        ({"both": True}, "请选择分类或商品，不要同时选择。"),
    ],
)
def test_what_is_no_coupon_is_refused_in_words(office: Client, typed: dict[str, Any], said: str) -> None:
    if typed.pop("both", False):
        sku = SkuFactory()
        typed |= {"goods": sku.goods_id, "category": sku.goods.category_id}
    answer = send(office, "/xadmin/trade/coupon/add/", {**COUPON, **typed})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not Coupon.objects.exists()


def test_a_reduction_is_written_with_its_tiers(office: Client) -> None:
    tiers = rows("tiers", {"minimum": "100", "reduction": "10"}, {"minimum": "200", "reduction": "30"})
    form = {"name": "双十一", "is_active": "on", **PERIOD, **tiers}
    assert send(office, "/xadmin/trade/fullreduction/add/", form).status_code == 302
    assert list(FullReduction.objects.get().tiers.values_list("minimum", "reduction")) == [(100, 10), (200, 30)]


@pytest.mark.parametrize(
    ("tiers", "said"),
    [
        ([{"minimum": "100", "reduction": "101"}], "优惠金额超过了满额。"),
        ([{"minimum": "100", "reduction": "1"}, {"minimum": "100.00", "reduction": "2"}], "重复"),
    ],
)
def test_what_is_no_tier_is_refused_in_words(office: Client, tiers: list[dict[str, str]], said: str) -> None:
    form = {"name": "双十一", "is_active": "on", **PERIOD, **rows("tiers", *tiers)}
    assert said in send(office, "/xadmin/trade/fullreduction/add/", form).content.decode()
    assert not FullReduction.objects.exists()


ZONE = {"first_units": "1", "first_fee": "8", "next_units": "1", "next_fee": "2"}


def test_a_freight_template_is_written_with_its_zones(office: Client) -> None:
    zones = rows("zones", {**ZONE, "regions": "330000, 310000"}, {**ZONE, "regions": "", "first_fee": "12"})
    assert (
        send(office, "/xadmin/goods/freighttemplate/add/", {"name": "重货", "unit": "piece", **zones}).status_code
        == 302
    )
    assert list(FreightTemplate.objects.get().zones.values_list("regions", "first_fee")) == [
        ([310000, 330000], 8),
        ([], 12),
    ]


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        (("33", ""), "“33”不是六位行政区划代码。"),
        (("330000", "310000 330000"), "同一地区出现在本模板的两个区域中。"),
        (("", ""), "同一地区出现在本模板的两个区域中。"),
    ],
)
def test_what_is_no_zone_is_refused_in_words(office: Client, regions: tuple[str, str], said: str) -> None:
    zones = rows("zones", *({**ZONE, "regions": codes} for codes in regions))
    answer = send(office, "/xadmin/goods/freighttemplate/add/", {"name": "重货", "unit": "piece", **zones})
    assert said in answer.content.decode()
    assert not FreightTemplate.objects.exists()


def test_an_account_of_points_is_opened_empty(office: Client, alice: UserProfile) -> None:
    send(office, "/xadmin/trade/pointsaccount/add/", {"user": alice.pk, "balance": "500"})
    assert PointsAccount.objects.get(user=alice).balance == 0


@pytest.mark.parametrize(
    "model", ["coupon", "coupongrant", "membership", "memberprice", "pointsentry", "orderdiscount", "orderpricechange"]
)
def test_a_list_costs_the_same_however_long(
    office: Client, model: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    level = MemberLevelFactory()
    for number in range(20):
        order = an_order(UserFactory())
        CouponGrantFactory(user=order.user, order=order, state="used")
        Membership.objects.create(user=order.user, level=level)
        MemberPrice.objects.create(sku=order.lines.get().sku, level=level, price=number)
        adjust_points(account=PointsAccount.objects.create(user=order.user), delta=5, note="x", actor_id=order.user_id)
        change_price(order=order, goods=order.goods_total / 2, reason="x", actor_id=order.user_id)
    with django_assert_max_num_queries(14):
        assert page(office, f"/xadmin/trade/{model}/").count('class="grid-item') == 20
