"""The limit of a rush: by user and by address, as the table says, and a buyer with two hands never meets it."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from apps.common import throttling
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Order
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from conftest import client_of

pytestmark = pytest.mark.django_db

ALLOWED = int(django_settings.THROTTLE_RATES["order"].partition("/")[0])


@pytest.fixture(autouse=True)
def strict(settings: Any) -> Iterator[None]:
    """Limits as production has them; no time passes unless a test says so."""
    settings.THROTTLE_SCALE = 1
    throttling._rate.cache_clear()
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        yield
    throttling._rate.cache_clear()


@pytest.fixture
def sku(db: None) -> Sku:
    return SkuFactory(stock=50)


def buy(client: APIClient, sku: Sku, **more: Any) -> Any:
    return client.post("/orders/", {**BODY, "items": [{"sku": sku.pk, "nums": 1}]}, **more)


def test_b28_a_script_is_cut_off_and_told_when_to_come_back(shopper: APIClient, sku: Sku) -> None:
    answers = [buy(shopper, sku) for _ in range(ALLOWED + 3)]

    assert [answer.status_code for answer in answers] == [201] * ALLOWED + [429] * 3
    refused = answers[-1]
    assert refused.json()["type"] == "urn:mxshop:problem:too_many_requests"
    assert refused.json()["non_field_errors"] == [refused.json()["detail"]]
    assert refused["RateLimit-Policy"] == f'"order";q={ALLOWED};w=10, "order_ip";q=300;w=10'
    assert refused["RateLimit"] == '"order";r=0;t=10'
    assert 10 <= int(refused["Retry-After"]) <= 11
    sku.refresh_from_db()
    assert (Order.objects.count(), sku.stock) == (ALLOWED, 50 - ALLOWED)


def test_b28_it_may_go_on_afterwards_and_others_never_stopped(
    shopper: APIClient, stranger: APIClient, sku: Sku
) -> None:
    for _ in range(20):
        buy(shopper, sku)
    assert buy(stranger, sku).status_code == 201
    assert shopper.get("/orders/").status_code == 200, "only placing one is limited"

    with time_machine.travel("2026-03-01T12:00:11Z", tick=False):
        assert buy(shopper, sku).status_code == 201


def test_b28_who_orders_every_few_seconds_never_notices(shopper: APIClient, sku: Sku) -> None:
    for second in range(0, 60, 3):
        with time_machine.travel(f"2026-03-01T12:01:{second:02}Z", tick=False):
            assert buy(shopper, sku).status_code == 201


def test_b28_what_is_refused_or_sent_again_counts_as_well(shopper: APIClient, sku: Sku) -> None:
    """A script that asks for what is sold out costs as much as one that buys."""
    SkuFactory._meta.model.objects.update(stock=0)
    answers = [buy(shopper, sku, headers={"Idempotency-Key": "k"}) for _ in range(ALLOWED + 1)]
    assert [answer.status_code for answer in answers] == [409] * ALLOWED + [429]


def test_b28_many_accounts_at_one_address_share_a_limit(settings: Any, sku: Sku) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"order_ip": "3/10 seconds"}
    users: list[UserProfile] = UserFactory.create_batch(5)
    answers = [buy(client_of(user), sku, REMOTE_ADDR="203.0.113.7") for user in users]

    assert [answer.status_code for answer in answers] == [201] * 3 + [429] * 2
    assert answers[-1]["RateLimit"] == '"order_ip";r=0;t=10'
    assert buy(client_of(users[-1]), sku, REMOTE_ADDR="203.0.113.8").status_code == 201


def test_b28_who_is_cut_off_takes_nothing_from_the_address(settings: Any, shopper: APIClient, sku: Sku) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"order": "1/10 seconds", "order_ip": "2/10 seconds"}
    assert [buy(shopper, sku).status_code for _ in range(5)] == [201] + [429] * 4
    assert buy(client_of(UserFactory()), sku).status_code == 201


def test_b28_without_a_counter_the_shop_sells_on(settings: Any, shopper: APIClient, sku: Sku) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    throttling.limiter.cache_clear()
    try:
        answers = [buy(shopper, sku).status_code for _ in range(ALLOWED + 1)]
    finally:
        throttling.limiter.cache_clear()
    assert answers == [201] * (ALLOWED + 1)
