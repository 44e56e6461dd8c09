"""Orders with all that makes a price: what is written, what is taken, and what returns when it is closed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.common.exceptions import InvalidInput, ShopError
from apps.goods.exceptions import RegionNeeded, Unreachable
from apps.goods.models import Sku
from apps.goods.tests.factories import FreightZoneFactory, SkuFactory
from apps.regions.models import Region
from apps.regions.services.lookup import find_region_of_address
from apps.trade.exceptions import CouponNotApplicable, CouponNotUsable, NotEnoughPoints, PurchaseLimitReached
from apps.trade.models import (
    CartLine,
    CouponGrant,
    GoodsPurchase,
    MemberPrice,
    Membership,
    Order,
    OrderStatus,
    PointsAccount,
    PointsEntry,
)
from apps.trade.services import closing
from apps.trade.services.offers import Wishes
from apps.trade.services.orders import place_order
from apps.trade.services.points import adjust_points
from apps.trade.tests.factories import (
    RECIPIENT,
    CartLineFactory,
    CouponFactory,
    CouponGrantFactory,
    FullReductionFactory,
    MemberLevelFactory,
    an_order,
)
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile
from conftest import client_of

ADDRESS = RECIPIENT["address"]


def with_points(user: UserProfile, points: int) -> PointsAccount:
    account = PointsAccount.objects.create(user=user)
    adjust_points(account=account, delta=points, note="生日", actor_id=None)
    return account


def buy(user: UserProfile, *skus: Sku, quantity: int = 1, **wishes: object) -> Order:
    items = {sku.pk: quantity for sku in skus}
    return place_order(user=user, items=items, wishes=Wishes(address=ADDRESS, **wishes), **RECIPIENT)


def balance(user: UserProfile) -> int:
    account = PointsAccount.objects.get(user=user)
    assert account.balance == account.entries.aggregate(sum=Sum("delta"))["sum"], "the ledger explains every point"
    return account.balance


def assert_nothing_was_written(sku: Sku) -> None:
    assert not Order.objects.exists()
    assert Sku.objects.get(pk=sku.pk).stock == 10
    assert not PointsEntry.objects.exclude(reason="adjustment").exists()
    assert not CouponGrant.objects.exclude(state="unused").exists()


def test_an_order_with_everything_explains_its_price(alice: UserProfile) -> None:
    Membership.objects.create(user=alice, level=MemberLevelFactory(percentage=90))
    FullReductionFactory(name="满百减十", tiers={"100": "10"})
    grant = CouponGrantFactory(user=alice, coupon=CouponFactory(name="五元券"))
    with_points(alice, 800)
    sku = SkuFactory(price=Decimal("100.00"))
    sku.goods.ships_free, sku.goods.freight_template = False, FreightZoneFactory().template
    sku.goods.save()

    order = buy(alice, sku, quantity=2, coupon=grant.public_id, points=500)

    order.refresh_from_db()
    assert (order.goods_total, order.discount, order.freight, order.total) == (180, 20, 10, 170)
    assert list(order.discounts.values_list("kind", "label", "amount")) == [
        ("reduction", "满百减十", 10),
        ("coupon", "五元券", 5),
        ("points", "500", 5),
    ]
    line = order.lines.get()
    assert (line.list_price, line.unit_price, line.discount, line.points_spent) == (100, 90, 20, 500)
    grant.refresh_from_db()
    assert (grant.state, grant.order_id) == ("used", order.pk)
    assert balance(alice) == 300
    assert PointsEntry.objects.get(reason="spent").reference == order.number


@pytest.mark.parametrize("by_time", [False, True])
def test_what_an_unpaid_order_took_returns_when_it_is_closed(alice: UserProfile, by_time: bool) -> None:
    grant = CouponGrantFactory(user=alice)
    with_points(alice, 300)
    sku = SkuFactory(goods__purchase_limit=3)
    order = buy(alice, sku, quantity=2, coupon=grant.public_id, points=300)
    assert (GoodsPurchase.objects.get().quantity, balance(alice)) == (2, 0)

    if by_time:
        closing.close_expired_orders(now=timezone.now() + timedelta(days=1))
    else:
        closing.cancel_order(order=order, actor_id=alice.pk)

    grant.refresh_from_db()
    assert (grant.state, grant.order_id, grant.used_at) == ("unused", None, None)
    assert (GoodsPurchase.objects.get().quantity, balance(alice)) == (0, 300)
    assert Sku.objects.get().stock == 10
    buy(alice, sku, quantity=3, coupon=grant.public_id)


def test_bought_at_once_the_cart_stays(alice: UserProfile) -> None:
    line = CartLineFactory(user=alice)
    order = buy(alice, SkuFactory(), quantity=3)
    assert order.lines.get().quantity == 3
    assert CartLine.objects.get() == line


def test_an_order_that_costs_nothing_is_paid_at_once(alice: UserProfile) -> None:
    order = buy(alice, SkuFactory(price=Decimal("5.00")), coupon=CouponGrantFactory(user=alice).public_id)
    order.refresh_from_db()
    assert (order.total, order.status) == (0, OrderStatus.PAID)
    assert order.paid_at is not None
    assert order.lines.get().goods.sold_count == 1


def test_a_price_of_its_own_counts_for_members(alice: UserProfile) -> None:
    level = MemberLevelFactory(percentage=90)
    Membership.objects.create(user=alice, level=level)
    own, by_level, dearer = SkuFactory(), SkuFactory(), SkuFactory()
    MemberPrice.objects.create(sku=own, level=level, price="7.77")
    MemberPrice.objects.create(sku=dearer, level=level, price="12.00")
    MemberPrice.objects.create(sku=by_level, level=MemberLevelFactory(), price="1.00")

    prices = dict(buy(alice, own, by_level, dearer).lines.values_list("sku_id", "unit_price"))

    assert prices == {own.pk: Decimal("7.77"), by_level.pk: 9, dearer.pk: 10}


@pytest.mark.parametrize("change", [{"is_active": False}, {"ends_at": timezone.now()}])
def test_a_reduction_counts_only_while_it_runs(alice: UserProfile, change: dict[str, object]) -> None:
    FullReductionFactory(tiers={"10": "1"}, **change)
    assert buy(alice, SkuFactory()).discount == 0


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"state": "void"}, CouponNotUsable),
        ({"coupon__ends_at": timezone.now()}, CouponNotUsable),
        ({"coupon__minimum": Decimal("10.01")}, CouponNotApplicable),
    ],
)
def test_a_coupon_that_cannot_be_used_is_refused(
    alice: UserProfile, wrong: dict[str, object], refusal: type[ShopError]
) -> None:
    sku, grant = SkuFactory(), CouponGrantFactory(user=alice, **wrong)
    with pytest.raises(refusal):
        buy(alice, sku, coupon=grant.public_id)
    assert not Order.objects.exists()
    assert Sku.objects.get().stock == 10


def test_another_ones_coupon_is_none(alice: UserProfile, charlie: UserProfile) -> None:
    sku = SkuFactory()
    with pytest.raises(InvalidInput) as refusal:
        buy(charlie, sku, coupon=CouponGrantFactory(user=alice).public_id)
    assert set(refusal.value.fields) == {"coupon"}
    assert_nothing_was_written(sku)


def test_c17_a_coupon_is_used_once(alice: UserProfile) -> None:
    grant = CouponGrantFactory(user=alice)
    buy(alice, SkuFactory(), coupon=grant.public_id)
    with pytest.raises(CouponNotUsable):
        buy(alice, SkuFactory(), coupon=grant.public_id)
    assert Order.objects.count() == 1


def test_points_that_are_not_there_are_not_spent(alice: UserProfile) -> None:
    with_points(alice, 99)
    sku = SkuFactory()
    with pytest.raises(NotEnoughPoints) as refusal:
        buy(alice, sku, points=100)
    assert refusal.value.members == {"available": 99}
    assert_nothing_was_written(sku)
    assert balance(alice) == 99


def test_no_more_points_are_spent_than_may_pay(alice: UserProfile) -> None:
    with_points(alice, 5000)
    order = buy(alice, SkuFactory(), points=5000)
    assert (order.total, balance(alice)) == (Decimal("5.00"), 4500)


def test_a_limit_counts_all_orders_and_all_skus(alice: UserProfile, charlie: UserProfile) -> None:
    one = SkuFactory(goods__purchase_limit=3)
    other = SkuFactory(goods=one.goods)
    buy(alice, one, other)
    with pytest.raises(PurchaseLimitReached) as refusal:
        buy(alice, one, other)
    assert refusal.value.members == {"goods": one.goods_id, "available": 1}
    assert Order.objects.count() == 1
    buy(alice, other)
    buy(charlie, one, quantity=3)


@pytest.fixture
def charged(db: None) -> Sku:
    """A SKU whose delivery costs 6 yuan in Hangzhou and does not reach Tibet."""
    sku = SkuFactory()
    template = FreightZoneFactory(regions=[330100], first_fee=6).template
    FreightZoneFactory(template=template, regions=[540000], is_unreachable=True)
    sku.goods.ships_free, sku.goods.freight_template = False, template
    sku.goods.save()
    top = Region.objects.create(code=330000, name="浙江省", kind="province")
    city = Region.objects.create(code=330100, name="杭州市", kind="city", parent=top)
    Region.objects.create(code=330106, name="西湖区", kind="district", parent=city)
    Region.objects.create(
        code=330782,
        name="义乌市",
        kind="district",
        parent=Region.objects.create(code=330700, name="金华市", kind="city", parent=top),
    )
    tibet = Region.objects.create(code=540000, name="西藏自治区", kind="province")
    lhasa = Region.objects.create(code=540100, name="拉萨市", kind="city", parent=tibet)
    Region.objects.create(code=540102, name="城关区", kind="district", parent=lhasa)
    capital = Region.objects.create(code=110000, name="北京市", kind="province")
    holder = Region.objects.create(code=110100, name="市辖区", kind="city", parent=capital)
    Region.objects.create(code=110101, name="东城区", kind="district", parent=holder)
    FreightZoneFactory(template=template, regions=[110000, 330000], first_fee=6)
    return sku


def test_the_region_is_read_from_the_address_where_freight_needs_it(alice: UserProfile, charged: Sku) -> None:
    order = buy(alice, charged)
    assert (order.freight, order.total, order.region_code) == (6, 16, 330106)
    assert an_order(alice).region_code is None


@pytest.mark.parametrize(
    ("address", "sent", "region"),
    [
        (ADDRESS, 330106, 330106),
        (ADDRESS, 330000, 330106),
        ("浙江省杭州市某处", 330106, 330106),
        ("文三路1号", 330100, 330100),
        ("西湖区文三路1号", 330100, 330106),
    ],
)
def test_of_address_and_code_the_narrower_region_counts(
    alice: UserProfile, charged: Sku, address: str, sent: int, region: int
) -> None:
    order = to(alice, charged, address, sent)
    assert order.region_code == region


def to(user: UserProfile, sku: Sku, address: str, sent: int | None) -> Order:
    recipient = {**RECIPIENT, "address": address}
    return place_order(user=user, items={sku.pk: 1}, wishes=Wishes(region_code=sent), **recipient)


@pytest.mark.parametrize(
    ("written", "sent", "kept"),
    [
        (ADDRESS, 330106, ADDRESS),
        ("浙江杭州西湖文三路1号", 330106, "浙江杭州西湖文三路1号"),
        ("文三路1号", 330106, "浙江省杭州市西湖区文三路1号"),
        ("西湖区文三路1号", 330106, "浙江省杭州市西湖区文三路1号"),
        ("杭州市西湖区文三路1号", 330106, "浙江省杭州市西湖区文三路1号"),
        ("杭州西湖区文三路1号", 330106, "浙江省杭州西湖区文三路1号"),
        ("浙江省文三路1号", 330106, "浙江省杭州市西湖区文三路1号"),
        ("北京路1号", 330106, "浙江省杭州市西湖区北京路1号"),
        ("拉萨东二路1号", 330106, "浙江省杭州市西湖区拉萨东二路1号"),
        ("西藏村3号", 330106, "浙江省杭州市西湖区西藏村3号"),
        ("拉萨公园", 330106, "浙江省杭州市西湖区拉萨公园"),
        # Nobody here knows where Taipei is, so the label says where the parcel goes.
        ("台北市信义区1号", 330106, "浙江省杭州市西湖区台北市信义区1号"),
        ("浙江省杭州市西湖区 转 西藏拉萨市", 330106, "浙江省杭州市西湖区 转 西藏拉萨市"),
        ("东城区长安街1号", 110101, "北京市东城区长安街1号"),
        ("北京东城区长安街1号", 110101, "北京东城区长安街1号"),
        ("浙江省杭州市西湖区文三路1号", None, "浙江省杭州市西湖区文三路1号"),
        ("浙江西湖", None, "浙江西湖"),
    ],
)
def test_the_address_that_is_kept_begins_with_the_region_that_was_charged_for(
    alice: UserProfile, charged: Sku, written: str, sent: int | None, kept: str
) -> None:
    order = to(alice, charged, written, sent)
    assert Order.objects.get(pk=order.pk).address == kept
    read = find_region_of_address(kept)
    assert read is not None
    assert read.code == order.region_code


@pytest.mark.parametrize(
    "written",
    [
        "拉萨市城关区北京路1号",
        "拉萨城关区北京路1号",
        "拉萨 北京路1号",
        "西藏自治区拉萨市",
        "西藏拉萨",
        "北京市东城区长安街1号",
        "北京东城长安街1号",
        "义乌市稠州路1号",
    ],
)
def test_an_address_that_begins_elsewhere_is_refused(alice: UserProfile, charged: Sku, written: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        to(alice, charged, written, 330106)
    assert set(refusal.value.fields) == {"region_code"}
    assert_nothing_was_written(charged)


def test_an_address_that_grows_too_long_is_refused(alice: UserProfile, charged: Sku) -> None:
    with pytest.raises(InvalidInput) as refusal:
        to(alice, charged, "文三路" * 100, 330106)
    assert set(refusal.value.fields) == {"address"}


@pytest.mark.parametrize(
    ("wishes", "refusal"),
    [
        (Wishes(address="文三路1号"), RegionNeeded),
        (Wishes(address="文三路1号", region_code=540000), Unreachable),
        (Wishes(address=ADDRESS, region_code=540000), InvalidInput),
        (Wishes(address="西藏拉萨", region_code=330106), InvalidInput),
        (Wishes(address="西藏拉萨"), Unreachable),
        (Wishes(address=ADDRESS, region_code=999999), InvalidInput),
    ],
)
def test_where_it_cannot_go_it_is_not_sold(
    alice: UserProfile, charged: Sku, wishes: Wishes, refusal: type[ShopError]
) -> None:
    with pytest.raises(refusal):
        to(alice, charged, wishes.address, wishes.region_code)
    assert_nothing_was_written(charged)


def test_an_order_with_everything_takes_a_bounded_number_of_queries(alice: UserProfile, at_most_statements) -> None:
    Membership.objects.create(user=alice, level=MemberLevelFactory())
    FullReductionFactory(tiers={"10": "1"})
    with_points(alice, 100)
    grant = CouponGrantFactory(user=alice)
    skus = [SkuFactory() for _ in range(5)]
    with at_most_statements(29):
        buy(alice, *skus, coupon=grant.public_id, points=100)


def test_an_order_of_two_lines_takes_few_queries(alice: UserProfile, at_most_statements) -> None:
    skus = [CartLineFactory(user=alice).sku for _ in range(2)]
    assert skus
    with at_most_statements(14):
        place_order(user=alice, **RECIPIENT)


@pytest.mark.parametrize("written", [ADDRESS, "杭州西湖区文三路1号", "西湖区文三路1号", "文三路1号", "拉萨公园"])
def test_a_region_code_costs_an_order_one_statement(
    alice: UserProfile, charged: Sku, alice_token: str, at_most_statements, written: str
) -> None:
    for sku in (charged, SkuFactory()):
        CartLineFactory(user=alice, sku=sku)
    body = {**BODY, "address": written, "region_code": 330106}
    headers = {"Authorization": f"JWT {alice_token}", "Idempotency-Key": "k"}
    with at_most_statements(18):  # one for the token, two for the key, two for the freight
        answer = client_of(None).post("/orders/", body, headers=headers)
    assert answer.status_code == 201


def test_the_destination_of_a_code_is_found_before_the_stock_is_taken(alice: UserProfile, charged: Sku) -> None:
    with CaptureQueriesContext(connection) as captured:
        to(alice, charged, ADDRESS, 330106)
    tables = [table for query in captured for table in ("regions_region", "goods_sku") if table in query["sql"]]
    assert tables.index("regions_region") < tables.index("goods_sku")
    assert tables.count("regions_region") == 1
