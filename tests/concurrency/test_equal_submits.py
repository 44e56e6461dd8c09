"""One click too many: equal submits at the same moment are one order."""

from collections import Counter

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.goods.models import Sku, StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import CartLine, IdempotencyKey, Order
from apps.trade.tests.test_at_the_same_moment import assert_one_answer
from apps.users.models import DeviceSession, Role, RoleGrant
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import UserFactory
from tests.buyers import Buyer
from tests.concurrency.conftest import LUCKY

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

CLICKS = 8


def staff_headers(*, resource: str) -> dict[str, str]:
    """What a member of staff sends who may read and write the resource."""
    user, role = UserFactory(is_staff=True), Role.objects.create(name=resource)
    RoleGrant.objects.create(role=role, resource=resource, mask=3)
    user.roles.add(role)
    device, realm = Device(ip=None, user_agent="a scanner"), DeviceSession.Realm.STAFF
    return {"Authorization": f"JWT {sessions.open_session(user=user, device=device, realm=realm).token}"}


def assert_one_order_of_two_pieces() -> None:
    assert Order.objects.count() == 1
    assert Sku.objects.get().stock == 98
    assert not CartLine.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one-click"}], ids=["cart", "key"])
def test_without_the_guard_equal_submits_are_many_orders(naive_shop: str, headers: dict[str, str]) -> None:
    """If this fails, the tests below may prove nothing."""

    def goes_wrong() -> bool:
        buyer = Buyer(naive_shop, SkuFactory(stock=100), quantity=2)
        run_together(CLICKS, lambda _: buyer.submit(**headers))
        return buyer.user.orders.count() > 1

    assert any(goes_wrong() for _ in range(LUCKY))


@pytest.mark.rounds
def test_c7_without_a_key_the_cart_is_the_guard(shop: str) -> None:
    buyer = Buyer(shop, SkuFactory(stock=100), quantity=2)

    answers = Counter(run_together(CLICKS, lambda _: buyer.submit().status_code))

    assert answers[201] == 1
    assert answers.total() - answers[201] == answers[400] + answers[409]
    assert_one_order_of_two_pieces()


@pytest.mark.rounds
def test_c8_with_one_key_one_has_the_effect_and_afterwards_all_get_its_answer(shop: str) -> None:
    buyer = Buyer(shop, SkuFactory(stock=100), quantity=2)

    answers = run_together(CLICKS, lambda _: buyer.submit(**{"Idempotency-Key": "one-click"}))

    assert_one_answer(answers, buyer.submit(**{"Idempotency-Key": "one-click"}))
    assert IdempotencyKey.objects.count() == 1
    assert_one_order_of_two_pieces()


@pytest.mark.rounds
def test_c8_one_key_in_the_hands_of_eight_buyers_is_eight_keys(shop: str) -> None:
    buyers = [Buyer(shop, SkuFactory(stock=100)) for _ in range(CLICKS)]

    answers = run_together(CLICKS, lambda number: buyers[number].submit(**{"Idempotency-Key": "the-same"}))

    assert [answer.status_code for answer in answers] == [201] * CLICKS
    assert len({answer.json()["order_sn"] for answer in answers}) == Order.objects.count() == CLICKS


@pytest.mark.rounds
def test_c8_a_warehouse_that_sends_again_and_again_moves_the_stock_once(shop: str) -> None:
    sku, headers = SkuFactory(stock=100), staff_headers(resource="goods.stockmovement")
    body = {"sku": sku.pk, "delta": -7, "note": "盘点"}

    def send(_number: int) -> requests.Response:
        key = {"Idempotency-Key": "one-scan"}
        return requests.post(f"{shop}/staff/stock-movements/", json=body, headers={**headers, **key}, timeout=60)

    assert_one_answer(run_together(CLICKS, send), send(0))
    sku.refresh_from_db()
    assert sku.stock == 93
    assert StockMovement.objects.filter(sku=sku, reason="adjustment").count() == 1
