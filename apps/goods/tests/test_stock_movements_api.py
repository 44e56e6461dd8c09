"""The stock ledger over the API: read and written by staff with the power to, and by nobody else."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.goods.models import Sku, StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.users.models import Role, RoleGrant, UserProfile
from conftest import client_of

pytestmark = pytest.mark.django_db

ROUTE = "/staff/stock-movements/"


@pytest.fixture
def scanner(staff: UserProfile) -> APIClient:
    """The warehouse's: it reads and writes the ledger."""
    role = Role.objects.create(name="仓管")
    RoleGrant.objects.create(role=role, resource="goods.stockmovement", mask=3)
    staff.roles.add(role)
    return client_of(staff)


def adjust(client: APIClient, sku: Sku, **body: Any) -> Any:
    return client.post(ROUTE, {"sku": sku.pk, "delta": 2, "note": "盘点", **body})


def state(sku: Sku) -> tuple[int, int]:
    return Sku.objects.values_list("stock", flat=True).get(pk=sku.pk), StockMovement.objects.filter(sku=sku).count()


def test_an_adjustment_moves_the_stock_beside_its_row(scanner: APIClient, staff: UserProfile) -> None:
    sku = SkuFactory(stock=5)
    response = adjust(scanner, sku, delta=-3, note=" 破损 ")

    assert response.status_code == 201
    body = response.json()
    assert (body["sku"], body["delta"], body["note"], body["actor"]) == (sku.pk, -3, "破损", "staff")
    assert (body["reason"], body["goods_name"]) == ("adjustment", sku.goods.name)
    assert state(sku)[0] == 2
    movement = StockMovement.objects.get(pk=body["id"])
    assert (movement.delta, movement.actor_id) == (-3, staff.pk)


def test_less_than_nothing_is_refused_and_nothing_moves(scanner: APIClient) -> None:
    sku = SkuFactory(stock=5)
    before = state(sku)
    response = adjust(scanner, sku, delta=-6)

    assert (response.status_code, response.json()["available"]) == (409, 5)
    assert state(sku) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"delta": 0}, "delta"),
        ({"delta": 1_000_000}, "delta"),
        ({"delta": "1.5"}, "delta"),
        ({"note": "  "}, "note"),
        ({"note": "x" * 201}, "note"),
        ({"sku": 2**63 - 1}, "sku"),
        ({"sku": 2**63}, "sku"),
        ({"sku": "x"}, "sku"),
    ],
)
def test_bad_input_is_named(scanner: APIClient, body: dict[str, Any], field: str) -> None:
    sku = SkuFactory(stock=5)
    before = state(sku)
    response = scanner.post(ROUTE, {"sku": sku.pk, "delta": 2, "note": "盘点"} | body)

    assert response.status_code == 400
    assert list(response.json()[field])
    assert state(sku) == before


def test_what_the_shop_decides_is_not_taken_from_the_body(scanner: APIClient, alice: UserProfile) -> None:
    body = adjust(scanner, SkuFactory(), reason="order", reference="x", actor=alice.username, id=1).json()

    assert (body["reason"], body["reference"], body["actor"]) == ("adjustment", "", "staff")


def test_the_ledger_is_listed_and_narrowed(scanner: APIClient, at_most_statements: Any) -> None:
    skus = [SkuFactory(stock=5) for _ in range(5)]
    adjust(scanner, skus[0])

    with at_most_statements(6):
        everything = scanner.get(ROUTE).json()
    assert everything["count"] == 6
    assert everything["results"][0]["reason"] == "adjustment"
    assert scanner.get(ROUTE, {"sku": skus[0].pk}).json()["count"] == 2
    assert scanner.get(ROUTE, {"sku": skus[0].pk, "reason": "opening"}).json()["count"] == 1
    assert scanner.get(ROUTE, {"sku": 2**63 - 1}).json()["count"] == 0
    assert scanner.get(ROUTE, {"reason": "whim"}).status_code == 400


def test_reading_does_not_include_writing(staff: UserProfile) -> None:
    role = Role.objects.create(name="会计")
    RoleGrant.objects.create(role=role, resource="goods.stockmovement", mask=1)
    staff.roles.add(role)
    sku, client = SkuFactory(stock=5), client_of(staff)
    before = state(sku)

    assert client.get(ROUTE).status_code == 200
    assert adjust(client, sku).status_code == 403
    assert state(sku) == before
