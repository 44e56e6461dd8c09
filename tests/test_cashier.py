"""The sandbox's cashier notifies the very server that shows it; a crowd must not stop both."""

import time
from pathlib import Path

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Order, SandboxNotice
from tests.buyers import Buyer
from tests.cashier import pay
from tests.servers import THREADS, granian


@pytest.mark.django_db(transaction=True)
def test_more_buyers_than_the_server_has_threads_pay_at_once(tmp_path: Path) -> None:
    sku = SkuFactory(stock=1000)
    with granian(tmp_path) as shop:
        cashiers = [shop + Buyer(shop, sku).submit().json()["alipay_url"] for _ in range(2 * THREADS)]
        began = time.monotonic()

        answers = run_together(len(cashiers), lambda number: pay(requests.Session(), cashiers[number]).status_code)

        while SandboxNotice.objects.exclude(status="sent").exists() and time.monotonic() < began + 15:
            time.sleep(0.1)
    assert answers == [302] * len(cashiers)
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert set(SandboxNotice.objects.values_list("status", flat=True)) == {"sent"}
