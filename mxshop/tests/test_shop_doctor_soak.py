"""A hundred thousand orders with all that came of them are looked through in less than a minute."""

import json
import time
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from apps.trade.models import Order, Refund
from mxshop.tests.many_orders import BUYERS, COPIED, ORDERS_EACH, multiply, place_orders

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]

ORDERS = 100_000
SECONDS = 60


@pytest.fixture
def _many_orders(transactional_db: None) -> Iterator[None]:
    place_orders()
    multiply(ORDERS // (BUYERS * ORDERS_EACH))
    yield
    if connection.vendor == "mysql":  # the flush would take them row by row
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            for model in COPIED:
                cursor.execute(f"TRUNCATE TABLE {model._meta.db_table}")


@pytest.mark.usefixtures("_many_orders")
def test_a_hundred_thousand_orders_take_less_than_a_minute() -> None:
    out = StringIO()
    started = time.monotonic()
    call_command("shop_doctor", "--json", stdout=out)  # fails on a finding
    seconds = time.monotonic() - started

    slowest = sorted(json.loads(out.getvalue())["invariants"], key=lambda report: -report["seconds"])[:5]
    print(f"{ORDERS} orders in {seconds:.1f} s; slowest: {[(one['name'], one['seconds']) for one in slowest]}")  # noqa: T201
    assert (Order.objects.count(), Refund.objects.filter(state="succeeded").count()) == (ORDERS, ORDERS // 10 * 3)
    assert seconds < SECONDS
