"""The stock ledger over the API: read and written by staff with the power to, and by nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.goods.models import Sku, StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import IdempotencyKey
from apps.users.models import Role, RoleGrant, UserProfile
from apps.users.tests.factories import UserFactory
from conftest import client_of

pytestmark = pytest.mark.django_db

ROUTE = "/staff/stock-movements/"
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def warehouse(db: None) -> Role:
    """Reads and writes the ledger."""
    role = Role.objects.create(name="仓管")
    RoleGrant.objects.create(role=role, resource="goods.stockmovement", mask=3)
    return role


@pytest.fixture
def scanner(staff: UserProfile, warehouse: Role) -> APIClient:
    staff.roles.add(warehouse)
    return client_of(staff)


@pytest.fixture
def other_scanner(warehouse: Role) -> APIClient:
    colleague = UserFactory(is_staff=True)
    colleague.roles.add(warehouse)
    return client_of(colleague)


def adjust(client: APIClient, sku: Sku, *, headers: dict[str, str] | None = None, **body: Any) -> Any:
    return client.post(ROUTE, {"sku": sku.pk, "delta": 2, "note": "盘点", **body}, headers=headers)


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


def test_c8_the_same_key_moves_the_stock_once(scanner: APIClient, other_scanner: APIClient) -> None:
    sku = SkuFactory(stock=5)
    first, again = (adjust(scanner, sku, delta=3, headers=KEY) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (201, 201, "true")
    assert "Idempotent-Replay" not in first
    assert first.json() == again.json()
    assert state(sku) == (8, 2)

    other = adjust(scanner, sku, delta=4, headers=KEY)
    assert (other.status_code, other.json()["type"]) == (422, "urn:mxshop:problem:idempotency_key_reused")
    assert state(sku) == (8, 2)

    theirs = adjust(other_scanner, sku, delta=3, headers=KEY)
    assert "Idempotent-Replay" not in theirs
    assert state(sku) == (11, 3)


def test_c8_while_the_first_is_under_way_the_second_waits(scanner: APIClient) -> None:
    sku = SkuFactory(stock=5)
    adjust(scanner, sku, headers=KEY)
    IdempotencyKey.objects.update(status=0, answer=None, claimed_until=timezone.now() + timedelta(seconds=30))
    before = state(sku)

    answer = adjust(scanner, sku, headers=KEY)
    assert (answer.status_code, answer["Retry-After"]) == (409, "1")
    assert answer.json()["type"] == "urn:mxshop:problem:in_flight"
    assert state(sku) == before


def test_a_refused_one_lets_its_key_go(scanner: APIClient) -> None:
    sku = SkuFactory(stock=5)
    assert adjust(scanner, sku, delta=-6, headers=KEY).status_code == 409
    Sku.objects.filter(pk=sku.pk).update(stock=6)
    assert adjust(scanner, sku, delta=-6, headers=KEY).status_code == 201
    assert state(sku)[0] == 0


def test_a_kept_answer_is_for_who_may_still_ask(scanner: APIClient, staff: UserProfile) -> None:
    sku = SkuFactory(stock=5)
    adjust(scanner, sku, headers=KEY)
    staff.roles.clear()
    assert adjust(client_of(UserProfile.objects.get(pk=staff.pk)), sku, headers=KEY).status_code == 403


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
