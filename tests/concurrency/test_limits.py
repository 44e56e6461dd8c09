"""Limits hold across the worker processes of a server, and know what to do when Redis is gone."""

import time
from collections import Counter
from pathlib import Path

import pytest
import requests
from django.conf import settings

from apps.common.tests.racing import run_together
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Order
from tests.buyers import ORDER, Buyer
from tests.concurrency.conftest import WORKERS
from tests.servers import granian

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

TRIES = 48


def test_b28_workers_share_their_limits(tmp_path: Path) -> None:
    """Of many log-ins at once, spread over the workers, as many are looked at as the table says, and not one more."""
    allowed = int(settings.THROTTLE_RATES["login"].partition("/")[0])
    with granian(tmp_path, workers=WORKERS, MXSHOP_THROTTLE_SCALE="1") as url:

        def guess(number: int) -> int:
            # A connection of its own, so that the kernel hands it to any of the workers.
            form = {"username": f"name{number}", "password": "wrong"}
            return requests.post(f"{url}/login/", json=form, timeout=60).status_code

        statuses = [status for _round in range(TRIES // 8) for status in run_together(8, guess)]

    assert Counter(statuses) == {400: allowed, 429: TRIES - allowed}


def test_b28_a_rush_of_one_buyer_is_cut_off_on_all_workers_together(tmp_path: Path) -> None:
    """The others at the same address buy on, once each."""
    allowed = int(settings.THROTTLE_RATES["order"].partition("/")[0])
    sku = SkuFactory(stock=100)
    with granian(tmp_path, workers=WORKERS, MXSHOP_THROTTLE_SCALE="1") as url:
        script, others = Buyer(url), [Buyer(url) for _ in range(4)]
        buy = {**ORDER, "items": [{"sku": sku.pk, "nums": 1}]}

        def buys(buyer: Buyer) -> requests.Response:
            return requests.post(f"{url}/orders/", json=buy, headers=buyer.headers, timeout=60)

        buyers = [buyer for other in others for buyer in (script, script, script, other)]
        run_together(len(buyers), lambda _: requests.get(f"{url}/goods/", timeout=60))  # until all workers are awake
        begun = time.monotonic()
        answers = run_together(len(buyers), lambda number: buys(buyers[number]))
        assert time.monotonic() - begun < 10, "the window has moved on: this machine is too slow for the test"

    hasty = [answer for buyer, answer in zip(buyers, answers, strict=True) if buyer is script]
    calm = [answer for buyer, answer in zip(buyers, answers, strict=True) if buyer is not script]
    assert Counter(answer.status_code for answer in hasty) == {201: allowed, 429: len(hasty) - allowed}
    assert [answer.status_code for answer in calm] == [201] * len(others)
    sku.refresh_from_db()
    assert (sku.stock, Order.objects.count()) == (100 - allowed - len(others), allowed + len(others))
    refused = next(answer for answer in hasty if answer.status_code == 429)
    assert refused.json()["type"] == "urn:mxshop:problem:too_many_requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 11
    assert refused.headers["RateLimit"].startswith('"order";r=0;t=')


def test_b28_without_redis_reads_are_served_and_guarded_doors_stay_shut(tmp_path: Path) -> None:
    with granian(tmp_path, workers=2, ready="healthz", REDIS_URL="redis://127.0.0.1:1/0") as url:
        reads = [requests.get(f"{url}/{path}", timeout=60).status_code for path in ("goods/", "categorys/", "banners/")]
        doors = {
            "code/": {"mobile": "13812345678"},
            "login/": {"username": "alice", "password": "wrong"},
            "users/": {"username": "13812345678", "password": "right horse battery", "code": "0000"},
        }
        shut = [requests.post(f"{url}/{path}", json=body, timeout=60) for path, body in doors.items()]

    assert reads == [200] * 3
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in shut] == [(503, "5")] * 3
