"""`/quotes/`, and orders that confirm one."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.goods.models import Sku
from apps.goods.services.pricing import set_price
from apps.goods.services.stock import adjust
from apps.goods.tests.factories import FreightZoneFactory, SkuFactory
from apps.trade.models import CartLine, CouponGrant, Order, PointsAccount
from apps.trade.services.points import adjust_points
from apps.trade.tests.factories import CartLineFactory, CouponFactory, CouponGrantFactory, FullReductionFactory
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile


@pytest.fixture
def sku(db: None) -> Sku:
    return SkuFactory(price=Decimal("60.00"))


def quoted(client: APIClient, *skus: Sku, nums: int = 1, **wishes: Any) -> dict[str, Any]:
    answer = client.post("/quotes/", {"items": [{"sku": sku.pk, "nums": nums} for sku in skus], **wishes})
    assert answer.status_code == 200, answer.content
    return answer.json()


def order(client: APIClient, sku: Sku, nums: int = 1, **more: Any) -> Any:
    return client.post("/orders/", {**BODY, "items": [{"sku": sku.pk, "nums": nums}], **more})


def test_a_goods_is_enough_where_there_is_one_sku(shopper: APIClient, sku: Sku) -> None:
    items = [{"goods": sku.goods_id, "nums": 2}]

    asked = shopper.post("/quotes/", {"items": items})
    placed = shopper.post("/orders/", {**BODY, "items": items, "quote": asked.json()["quote"]})

    assert [line["sku"] for line in asked.json()["lines"]] == [sku.pk]
    assert placed.status_code == 201
    assert [(line["sku"], line["goods_num"]) for line in placed.json()["goods"]] == [(sku.pk, 2)]


def test_each_line_of_an_order_says_what_the_quote_said(shopper: APIClient, alice: UserProfile, sku: Sku) -> None:
    """Also later, and where the discount does not go into the lines evenly."""
    FullReductionFactory(name="满百减十", tiers={"100": "10"})
    grant = CouponGrantFactory(user=alice, coupon=CouponFactory(name="五元券"))
    skus = [sku, SkuFactory(price=Decimal("33.33")), SkuFactory(price=Decimal("19.99"))]
    wishes = {
        "items": [{"sku": one.pk, "nums": 1 + place} for place, one in enumerate(skus)],
        "coupon": str(grant.public_id),
    }
    told = ("sku", "list_price", "price", "discount", "amount")
    quote = shopper.post("/quotes/", wishes).json()

    placed = shopper.post("/orders/", {**BODY, **wishes, "quote": quote["quote"]}).json()

    shown = shopper.get(f"/orders/{placed['id']}/").json()
    lines = [{name: line[name] for name in told} for line in quote["lines"]]
    for page in (placed, shown):
        assert [{name: line[name] for name in told} for line in page["goods"]] == lines
        assert sum(Decimal(line["discount"]) for line in page["goods"]) == Decimal(page["discount"]) == 15
        assert sum(Decimal(line["amount"]) for line in page["goods"]) == Decimal(page["order_mount"])


def test_of_several_skus_it_is_the_cheapest_in_stock(shopper: APIClient, sku: Sku) -> None:
    cheaper = SkuFactory(goods=sku.goods, price=Decimal("50.00"))
    SkuFactory(goods=sku.goods, price=Decimal("40.00"), stock=0)
    answer = shopper.post("/quotes/", {"items": [{"goods": sku.goods_id, "nums": 1}]})
    assert answer.json()["lines"][0]["sku"] == cheaper.pk


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([{"nums": 1}], "items"),
        ([{"goods": 999, "nums": 1}], "goods"),
        ([{"goods": "{goods}", "nums": 1}, {"sku": "{sku}", "nums": 1}], "items"),
        ([{"goods": "{goods}", "sku": 999, "nums": 1}], "sku"),
    ],
)
def test_what_names_no_sku_or_one_twice_is_refused(
    shopper: APIClient, sku: Sku, items: list[dict[str, Any]], field: str
) -> None:
    given = {"{goods}": sku.goods_id, "{sku}": sku.pk}
    body = {"items": [{name: given.get(value, value) for name, value in item.items()} for item in items]}
    for path in ("/quotes/", "/orders/"):
        answer = shopper.post(path, {**BODY, **body})
        assert answer.status_code == 400
        assert field in answer.json()
    assert not Order.objects.exists()


def test_a_quote_explains_the_price_and_writes_nothing(shopper: APIClient, alice: UserProfile, sku: Sku) -> None:
    FullReductionFactory(name="满百减十", tiers={"100": "10"})
    grant = CouponGrantFactory(user=alice, coupon=CouponFactory(name="五元券"))
    adjust_points(account=PointsAccount.objects.create(user=alice), delta=500, note="x", actor_id=None)
    sku.goods.ships_free, sku.goods.freight_template = False, FreightZoneFactory().template
    sku.goods.save()

    body = quoted(shopper, sku, nums=2, coupon=str(grant.public_id), points=300)

    assert body.pop("quote")
    assert body == {
        "lines": [
            {
                "sku": sku.pk,
                "goods": sku.goods_id,
                "nums": 2,
                "list_price": "60.00",
                "price": "60.00",
                "discount": "18.00",
                "amount": "102.00",
            }
        ],
        "discounts": [
            {"kind": "reduction", "label": "满百减十", "amount": "10.00"},
            {"kind": "coupon", "label": "五元券", "amount": "5.00"},
            {"kind": "points", "label": "300", "amount": "3.00"},
        ],
        "goods_total": "120.00",
        "discount": "18.00",
        "freight": "10.00",
        "total": "112.00",
        "points_spent": 300,
        "points_earned": 102,
    }
    assert not Order.objects.exists()
    assert CouponGrant.objects.get().state == "unused"
    assert (Sku.objects.get().stock, PointsAccount.objects.get().balance) == (10, 500)


def test_without_items_the_cart_is_meant_and_stays(shopper: APIClient, alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, quantity=3)
    body = shopper.post("/quotes/", {}).json()
    assert [(entry["sku"], entry["nums"]) for entry in body["lines"]] == [(line.sku_id, 3)]
    assert CartLine.objects.get() == line


def test_an_order_confirms_the_quote_and_explains_itself(shopper: APIClient, alice: UserProfile, sku: Sku) -> None:
    wishes = {"coupon": str(CouponGrantFactory(user=alice).public_id)}
    line = CartLineFactory(user=alice)

    answer = order(shopper, sku, quote=quoted(shopper, sku, **wishes)["quote"], **wishes)

    assert answer.status_code == 201, answer.content
    shown = shopper.get(f"/orders/{answer.json()['id']}/").json()
    assert (shown["goods_total"], shown["discount"], shown["freight"], shown["order_mount"]) == (
        "60.00", "5.00", "0.00", "55.00",
    )  # fmt: skip
    assert [one["amount"] for one in shown["discounts"]] == ["5.00"]
    assert CartLine.objects.get() == line


def test_c9_a_changed_price_is_refused_with_the_difference(shopper: APIClient, sku: Sku) -> None:
    quote = quoted(shopper, sku, nums=2)["quote"]
    set_price(sku=sku, price=Decimal("61.00"))

    answer = order(shopper, sku, 2, quote=quote)

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:mxshop:problem:quote_changed"
    assert answer.json()["difference"] == {
        "lines": [
            {
                "sku": sku.pk,
                "old": {"sku": sku.pk, "nums": 2, "price": "60.00", "amount": "120.00"},
                "new": {"sku": sku.pk, "nums": 2, "price": "61.00", "amount": "122.00"},
            }
        ],
        "freight": {"old": "0.00", "new": "0.00"},
        "total": {"old": "120.00", "new": "122.00"},
    }
    assert not Order.objects.exists()
    assert Sku.objects.get().stock == 10


def test_c9_a_stock_that_went_is_refused_with_what_is_left(shopper: APIClient, sku: Sku) -> None:
    quote = quoted(shopper, sku, nums=2)["quote"]
    adjust(sku_id=sku.pk, delta=-9, note="破损")

    answer = order(shopper, sku, 2, quote=quote)

    assert answer.status_code == 409
    (line,) = answer.json()["difference"]["lines"]
    assert (line["old"]["nums"], line["new"]) == (2, {"sku": sku.pk, "nums": 1})
    assert not Order.objects.exists()


def test_another_order_than_the_quoted_one_is_refused(shopper: APIClient, sku: Sku) -> None:
    answer = order(shopper, SkuFactory(), quote=quoted(shopper, sku)["quote"])
    assert answer.status_code == 409
    assert [line["new"] is None for line in answer.json()["difference"]["lines"]] == [True, False]


def test_a_quote_counts_for_its_buyer_and_its_time(
    shopper: APIClient, stranger: APIClient, sku: Sku, settings: Any
) -> None:
    quote = quoted(shopper, sku)["quote"]
    for client, token in ((stranger, quote), (shopper, quote[:-1] + "_"), (shopper, "x")):
        answer = order(client, sku, quote=token)
        assert (answer.status_code, list(answer.json())[4:]) == (400, ["quote"])
    settings.QUOTE_LIFETIME = 0
    assert order(shopper, sku, quote=quote).status_code == 400
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"items": []}, "items"),
        ({"items": [{"sku": 1, "nums": 1}, {"sku": 1, "nums": 2}]}, "items"),
        ({"items": [{"sku": 1, "nums": 0}]}, "items"),
        ({"items": [{"sku": 1, "nums": 1.5}]}, "items"),
        ({"items": [{"sku": 2**63, "nums": 1}]}, "items"),
        ({"items": {"sku": 1}}, "items"),
        ({"coupon": "x"}, "coupon"),
        ({"points": -1}, "points"),
        ({"region_code": 1}, "region_code"),
        ({}, "non_field_errors"),
    ],
)
@pytest.mark.parametrize("route", ["/quotes/", "/orders/"])
def test_c1_what_cannot_be_meant_is_refused(
    shopper: APIClient, sku: Sku, route: str, body: dict[str, Any], field: str
) -> None:
    answer = shopper.post(route, {**(BODY if route == "/orders/" else {}), **body})
    assert answer.status_code == 400
    assert field in answer.json()
    assert not Order.objects.exists()


def test_what_cannot_be_bought_cannot_be_quoted(shopper: APIClient, sku: Sku) -> None:
    answer = shopper.post("/quotes/", {"items": [{"sku": sku.pk, "nums": 11}]})
    assert (answer.status_code, answer.json()["available"]) == (409, 10)
    assert shopper.post("/quotes/", {"items": [{"sku": sku.pk + 1, "nums": 1}]}).status_code == 409
    sku.goods.purchase_limit = 2
    sku.goods.save()
    answer = shopper.post("/quotes/", {"items": [{"sku": sku.pk, "nums": 3}]})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mxshop:problem:purchase_limit_reached")


def test_a1_a_visitor_gets_no_quote(visitor: APIClient) -> None:
    assert visitor.post("/quotes/", {}).status_code == 401


def test_a_quote_takes_few_queries(shopper: APIClient, at_most_statements: Any) -> None:
    skus = [SkuFactory() for _ in range(10)]
    with at_most_statements(4):
        quoted(shopper, *skus)
