"""Limits hold across the worker processes of a server, and know what to do when Redis is gone."""

from collections import Counter
from pathlib import Path

import pytest
import requests
from django.conf import settings

from apps.common.tests.racing import run_together
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
