"""The price of an order: each step to the cent, and what holds for all prices whatever goes into them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.trade.exceptions import CouponNotApplicable, OrderTooLarge
from apps.trade.models import OrderDiscount
from apps.trade.services.pricing import CouponTerms, Item, PointsTerms, Price, Reduction, Scope, Terms, price_items

MONEY = st.integers(min_value=0, max_value=10**7).map(lambda fen: Decimal(fen) / 100)
POSITIVE = st.integers(min_value=1, max_value=10**6).map(lambda fen: Decimal(fen) / 100)
SCOPES = st.sampled_from([Scope(), Scope(category_id=1), Scope(category_id=3), Scope(goods_id=2), Scope(goods_id=9)])


def an_item(sku_id: int = 1, *, price: str | Decimal = "100.00", quantity: int = 1, **more: object) -> Item:
    facts = {"goods_id": sku_id, "category_path": "/1/", "list_price": Decimal(price), "quantity": quantity, **more}
    return Item(sku_id=sku_id, **facts)


def price_of(*items: Item, **terms: object) -> Price:
    return price_items(items=items, terms=Terms(**terms))


EVERYTHING = Scope()


def reduction(key: int = 1, *, scope: Scope = EVERYTHING, **tiers: str) -> Reduction:
    return Reduction(
        key=key, label=f"满减{key}", scope=scope, tiers={Decimal(m[1:]): Decimal(off) for m, off in tiers.items()}
    )


def coupon(value: str, **terms: object) -> CouponTerms:
    return CouponTerms(label="券", value=Decimal(value), **terms)


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    count = draw(st.integers(min_value=1, max_value=6))
    return [
        Item(
            sku_id=number,
            goods_id=draw(st.integers(min_value=1, max_value=3)),
            category_path=draw(st.sampled_from(["/1/", "/1/3/", "/2/"])),
            quantity=draw(st.integers(min_value=1, max_value=50)),
            list_price=draw(MONEY),
            member_price=draw(st.none() | MONEY),
        )
        for number in range(count)
    ]


@st.composite
def all_terms(draw: st.DrawFn) -> Terms:
    def tiers() -> dict[Decimal, Decimal]:
        steps = draw(st.lists(st.tuples(POSITIVE, st.integers(1, 100)), max_size=3))
        return {minimum: (minimum * share / 100).quantize(Decimal("0.01")) for minimum, share in steps}

    reductions = [
        Reduction(key=key, label="", tiers=tiers(), scope=draw(SCOPES)) for key in range(draw(st.integers(0, 3)))
    ]
    is_percentage = draw(st.booleans())
    value = Decimal(draw(st.integers(1, 100))) if is_percentage else draw(POSITIVE)
    of_coupon = CouponTerms(
        label="", value=value, is_percentage=is_percentage, cap=draw(st.none() | POSITIVE), scope=draw(SCOPES)
    )
    points = PointsTerms(
        wanted=draw(st.integers(0, 10**6)),
        per_yuan=draw(st.sampled_from([1, 3, 100, 1000])),
        most_percent=draw(st.integers(0, 100)),
    )
    return Terms(reductions=reductions, coupon=draw(st.none() | st.just(of_coupon)), points=points)


@given(goods=items(), terms=all_terms())
def test_lines_sum_to_the_payable_and_nothing_is_ever_negative(goods: list[Item], terms: Terms) -> None:
    try:
        price = price_items(items=goods, terms=terms)
    except CouponNotApplicable:
        return

    assert sum(line.amount for line in price.lines) == price.total >= 0
    assert all(0 <= line.discount <= line.full and line.points >= 0 for line in price.lines)
    assert sum(line.discount for line in price.lines) == sum(one.amount for one in price.discounts) == price.discount
    assert all(one.amount > 0 for one in price.discounts)
    assert price.points_spent <= terms.points.wanted
    assert price_items(items=goods, terms=terms) == price, "the same order always costs the same"


@given(goods=items(), terms=all_terms())
def test_no_line_is_discounted_by_what_is_not_for_it(goods: list[Item], terms: Terms) -> None:
    unscoped = PointsTerms()
    scoped = Terms(reductions=terms.reductions, coupon=terms.coupon, points=unscoped)
    try:
        price = price_items(items=goods, terms=scoped)
    except CouponNotApplicable:
        return

    scopes = [one.scope for one in terms.reductions] + ([terms.coupon.scope] if terms.coupon else [])
    for line in price.lines:
        if not any(scope.covers(line.item) for scope in scopes):
            assert line.discount == 0


@pytest.mark.parametrize(("member", "paid"), [(None, "100.00"), ("88.00", "88.00"), ("120.00", "100.00")])
def test_step_1_the_lower_of_the_two_prices_counts(member: str | None, paid: str) -> None:
    price = price_of(an_item(member_price=member and Decimal(member), quantity=2))
    assert price.goods_total == price.total == Decimal(paid) * 2
    assert price.discount == 0


@pytest.mark.parametrize(("amount", "off"), [("99.99", 0), ("100.00", 10), ("199.99", 10), ("200.00", 30), ("900", 30)])
def test_step_2_the_highest_tier_reached_counts_once(amount: str, off: int) -> None:
    assert price_of(an_item(price=amount), reductions=[reduction(_100="10", _200="30")]).discount == off


def test_step_2_a_line_takes_part_in_the_reduction_that_takes_off_most() -> None:
    small, large = reduction(1, _100="10"), reduction(2, scope=Scope(goods_id=1), _100="25")

    price = price_of(an_item(1), an_item(2), reductions=[small, large])

    assert [line.discount for line in price.lines] == [25, 10]
    assert [one.label for one in price.discounts] == ["满减2", "满减1"]


def test_step_2_what_is_left_may_be_too_little_for_the_other() -> None:
    small, large = reduction(1, _150="10"), reduction(2, scope=Scope(goods_id=1), _100="25")

    assert [line.discount for line in price_of(an_item(1), an_item(2), reductions=[small, large]).lines] == [25, 0]


def test_step_2_of_equal_ones_the_older_counts() -> None:
    price = price_of(an_item(), reductions=[reduction(2, _100="10"), reduction(1, _100="10")])
    assert [one.label for one in price.discounts] == ["满减1"]


@pytest.mark.parametrize(
    ("terms", "off"),
    [
        (coupon("15"), "15.00"),
        (coupon("500"), "90.00"),
        (coupon("20", is_percentage=True), "18.00"),
        (coupon("20", is_percentage=True, cap=Decimal("9.90")), "9.90"),
        (coupon("15", minimum=Decimal("90.00")), "15.00"),
    ],
)
def test_step_3_the_coupon_looks_at_what_is_left_after_reductions(terms: CouponTerms, off: str) -> None:
    price = price_of(an_item(), reductions=[reduction(_100="10")], coupon=terms)
    assert [one.amount for one in price.discounts] == [10, Decimal(off)]


@pytest.mark.parametrize("terms", [coupon("15", minimum=Decimal("90.01")), coupon("15", scope=Scope(goods_id=7))])
def test_step_3_a_coupon_that_does_not_fit_is_refused(terms: CouponTerms) -> None:
    with pytest.raises(CouponNotApplicable):
        price_of(an_item(), reductions=[reduction(_100="10")], coupon=terms)


def test_step_3_a_coupon_for_a_category_is_for_all_below_it() -> None:
    below, beside = an_item(1, category_path="/1/15/"), an_item(2, category_path="/151/")
    price = price_of(below, beside, coupon=coupon("10", scope=Scope(category_id=15)))
    assert [line.discount for line in price.lines] == [10, 0]


@pytest.mark.parametrize(
    ("wanted", "per_yuan", "most", "money", "points"),
    [(1050, 100, 100, "10.50", 1050), (99999, 100, 50, "50.00", 5000), (7, 3, 100, "2.33", 7), (5, 1000, 50, "0", 0)],
)
def test_step_4_points_pay_a_share(wanted: int, per_yuan: int, most: int, money: str, points: int) -> None:
    price = price_of(an_item(), points=PointsTerms(wanted=wanted, per_yuan=per_yuan, most_percent=most))
    assert (price.discount, price.points_spent) == (Decimal(money), points)


def test_all_steps_together() -> None:
    price = price_of(
        an_item(1, price="120.00", member_price=Decimal("100.00")),
        an_item(2, price="50.00", quantity=2),
        reductions=[reduction(_200="30")],
        coupon=coupon("10", is_percentage=True, scope=Scope(goods_id=2)),
        points=PointsTerms(wanted=1000, per_yuan=100, most_percent=50),
    )

    assert (price.goods_total, price.discount, price.total) == (200, Decimal("48.50"), Decimal("151.50"))
    assert [(one.kind, one.amount) for one in price.discounts] == [
        (OrderDiscount.Kind.REDUCTION, 30),
        (OrderDiscount.Kind.COUPON, Decimal("8.50")),
        (OrderDiscount.Kind.POINTS, 10),
    ]
    assert [line.amount for line in price.lines] == [Decimal("79.74"), Decimal("71.76")]
    assert [line.points for line in price.lines] == [526, 474]


def test_a_sum_that_no_order_holds_is_refused() -> None:
    with pytest.raises(OrderTooLarge):
        price_of(an_item(price="99999999.99", quantity=9999))
