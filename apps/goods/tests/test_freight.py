"""Freight: which zone counts, what it costs to the fen, and where nothing is delivered."""

from decimal import Decimal

import pytest

from apps.goods.exceptions import RegionNeeded, Unreachable
from apps.goods.models import FreightTemplate
from apps.goods.services.freight import Shipped, freight_of, load_templates
from apps.goods.tests.factories import FreightTemplateFactory, FreightZoneFactory

XIHU, HANGZHOU, ZHEJIANG, TIBET = 330106, 330100, 330000, 540000

pytestmark = pytest.mark.django_db


def fee(*items: Shipped, region: int | None = XIHU) -> Decimal:
    templates = load_templates(template_ids={item.template_id for item in items})
    return freight_of(items=items, templates=templates, region_code=region)


def some(template: FreightTemplate, quantity: int = 1, *, weight: int = 0, amount: str = "10.00") -> Shipped:
    return Shipped(template_id=template.pk, goods_id=1, quantity=quantity, weight=weight, amount=Decimal(amount))


@pytest.mark.parametrize(("pieces", "expected"), [(1, "8.00"), (2, "8.00"), (3, "10.50"), (5, "13.00"), (6, "13.00")])
def test_further_pieces_cost_as_many_units_as_are_begun(pieces: int, expected: str) -> None:
    template = FreightZoneFactory(first_units=2, next_units=2, next_fee="2.50").template

    assert fee(some(template, pieces)) == Decimal(expected)


@pytest.mark.parametrize(("grams", "expected"), [(0, "8.00"), (1000, "8.00"), (1001, "10.00"), (2500, "12.00")])
def test_weight_is_that_of_all_pieces_together(grams: int, expected: str) -> None:
    template = FreightTemplateFactory(unit=FreightTemplate.Unit.WEIGHT)
    FreightZoneFactory(template=template, first_units=1000, next_units=1000)

    half = grams // 2
    assert fee(some(template, weight=half), some(template, weight=grams - half)) == Decimal(expected)


@pytest.mark.parametrize(
    ("region", "expected"),
    [(XIHU, "1.00"), (330102, "2.00"), (330200, "3.00"), (ZHEJIANG, "3.00"), (110101, "9.00")],
)
def test_the_narrowest_zone_counts(region: int, expected: str) -> None:
    template = FreightTemplateFactory()
    for code, first_fee in ((ZHEJIANG, 3), (XIHU, 1), (HANGZHOU, 2)):
        FreightZoneFactory(template=template, regions=[code], first_fee=first_fee)
    FreightZoneFactory(template=template, first_fee=9)

    assert fee(some(template), region=region) == Decimal(expected)


@pytest.mark.parametrize(
    ("amount", "pieces", "expected"), [("98.99", 1, "8.00"), ("99.00", 1, "0.00"), ("1", 3, "0.00")]
)
def test_free_from_an_amount_or_a_count(amount: str, pieces: int, expected: str) -> None:
    template = FreightZoneFactory(free_from_amount=99, free_from_count=3).template

    assert fee(some(template, pieces, amount=amount)) == Decimal(expected)


def test_templates_add_up_and_goods_of_one_travel_together() -> None:
    one, other = FreightZoneFactory().template, FreightZoneFactory(first_fee="5.55").template

    assert fee(some(one), some(other), some(one)) == Decimal("15.55")
    assert fee() == Decimal("0.00")


@pytest.mark.parametrize("zone", [{"regions": [TIBET], "is_unreachable": True}, {"regions": [ZHEJIANG]}])
def test_where_nothing_is_delivered_is_said(zone: dict[str, object]) -> None:
    template = FreightZoneFactory(**zone).template

    with pytest.raises(Unreachable) as refusal:
        fee(some(template), region=TIBET + 102)

    assert refusal.value.members == {"goods": [1]}


def test_a_template_that_names_regions_insists_on_one() -> None:
    everywhere, by_region = FreightZoneFactory().template, FreightZoneFactory(regions=[ZHEJIANG]).template

    assert fee(some(everywhere), region=None) == Decimal("8.00")
    with pytest.raises(RegionNeeded) as refusal:
        fee(some(by_region), region=None)
    assert set(refusal.value.fields) == {"address"}


def test_templates_are_read_in_two_queries(at_most_statements) -> None:
    keys = {FreightZoneFactory().template_id for _ in range(5)}
    with at_most_statements(2):
        assert load_templates(template_ids=keys).keys() == keys
    with at_most_statements(0):
        assert load_templates(template_ids=[]) == {}
