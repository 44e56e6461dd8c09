"""The statements of `docs/statements.md` on who may what that are about more than one app.

What the table of `docs/access.md` says, `test_matrix.py` has asked; here stands what it must say.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.goods.models import Goods, Sku, StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import CartLine, Order
from apps.trade.tests.factories import CartLineFactory, an_order
from apps.user_operation.models import Address, Message
from apps.user_operation.tests.factories import AddressFactory, MessageFactory
from apps.users.models import UserProfile
from tests.access.test_matrix import promised

OWN = ("/shopcarts/", "/shoppingCart/", "/orders/", "/userfavs/", "/messages/", "/address/")
CATALOGUE = ("/goods/", "/categorys/", "/categories/", "/banners/", "/hotsearchs/", "/indexgoods/")
WRITES = ("post", "put", "patch", "delete")


def rows(*prefixes: str, with_key: bool = False) -> dict[str, list[str]]:
    """The rows below an address, or those of them that name one thing."""
    table = {name: row.split(" | ") for name, row in promised().items()}
    found = {name: row for name, row in table.items() if name.split(" ")[1].startswith(prefixes)}
    return {name: row for name, row in found.items() if "{" in name or not with_key}


def listed(client: APIClient, path: str) -> Any:
    return client.get(path).json()


def test_a1_nobody_gets_at_what_belongs_to_somebody() -> None:
    found = rows(*OWN)

    assert len(found) > 20
    assert {name: row[0] for name, row in found.items() if row[0] != "401"} == {}


@pytest.mark.parametrize("path", ["/orders/", "/address/", "/messages/", "/shopcarts/", "/userfavs/"])
def test_a2_a3_a4_to_everybody_else_it_is_not_there(path: str) -> None:
    found = rows(path, with_key=True)

    assert found
    assert {name: row for name, row in found.items() if row[2:] != ["404"] * 4} == {}
    assert all(row[1].startswith("2") for row in found.values())


@pytest.mark.django_db
def test_a2_anothers_order_is_in_no_list(alice: UserProfile, shopper: APIClient, stranger: APIClient) -> None:
    an_order(alice)

    assert (len(listed(shopper, "/orders/")), listed(stranger, "/orders/")) == (1, [])
    for method in ("get", "put", "patch", "delete"):
        status = getattr(stranger, method)(f"/orders/{Order.objects.get().pk}/").status_code
        assert status in (404, 405), method
    assert Order.objects.get().status == "pending_payment"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "make"), [("/address/", AddressFactory), ("/messages/", MessageFactory), ("/shopcarts/", CartLineFactory)]
)
def test_a3_a4_nor_is_anything_else(
    path: str, make: Callable[..., Any], alice: UserProfile, shopper: APIClient, stranger: APIClient
) -> None:
    make(user=alice)

    assert (len(listed(shopper, path)), listed(stranger, path)) == (1, [])


@pytest.mark.django_db
def test_a4_anothers_cart_is_not_changed(alice: UserProfile, stranger: APIClient) -> None:
    line = CartLineFactory(user=alice, sku=SkuFactory(stock=10), quantity=2)
    address = f"/shopcarts/{line.sku.goods_id}/"

    assert [stranger.patch(address, {"nums": 9}).status_code, stranger.delete(address).status_code] == [404, 404]
    stranger.post("/shoppingCart/clear")
    assert CartLine.objects.get().quantity == 2
    assert Address.objects.count() == Message.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("caller", ["visitor", "shopper"])
def test_a8_nobody_writes_the_catalogue(caller: str, request: pytest.FixtureRequest) -> None:
    client, sku = request.getfixturevalue(caller), SkuFactory(stock=5)
    before = (list(Goods.objects.values()), list(Sku.objects.values()), StockMovement.objects.count())
    body = {"name": "free", "shop_price": "0.01", "goods_num": 999, "id": sku.goods_id}

    for path in CATALOGUE:
        for address in (path, f"{path}{sku.goods_id}/"):
            statuses = {getattr(client, method)(address, body).status_code for method in WRITES}
            assert statuses <= {401, 404, 405}, address
    assert client.post("/staff/stock-movements/", {"sku": sku.pk, "delta": 9, "note": "x"}).status_code in (401, 403)
    assert (list(Goods.objects.values()), list(Sku.objects.values()), StockMovement.objects.count()) == before
    assert not [name for name in rows(*CATALOGUE) if not name.startswith("GET ")]


@pytest.mark.django_db
def test_a9_shoppers_stay_outside_the_back_office(alice: UserProfile) -> None:
    browser = Client()
    browser.force_login(alice)
    for address in (
        "/xadmin/",
        "/xadmin/goods/goods/",
        "/xadmin/users/userprofile/add/",
        "/xadmin/trade/order/1/detail/",
    ):
        for answer in (browser.get(address), browser.post(address, {"name": "x"})):
            assert answer.status_code == 200
            assert b"login-form" in answer.content

    staff_only = {name: row for name, row in rows("/staff/").items() if "/staff/log" not in name}
    assert staff_only
    assert {name: row for name, row in staff_only.items() if row[:4] != ["401", "401", "401", "403"]} == {}
