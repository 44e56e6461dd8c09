"""Limits count per caller, and nobody who cannot be counted passes a guarded door."""

import re
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from apps.common import throttling

pytestmark = [pytest.mark.urls("apps.common.tests.urls"), pytest.mark.django_db]


@pytest.fixture
def two_a_minute(settings) -> Iterator[None]:
    settings.THROTTLE_SCALE = 1
    settings.THROTTLE_RATES = {"read": "2/minute", "write": "2/minute", "login": "1/minute"}
    throttling._rate.cache_clear()
    yield
    throttling._rate.cache_clear()


@pytest.mark.usefixtures("two_a_minute")
def test_third_request_has_to_wait(visitor: APIClient) -> None:
    assert [visitor.get("/echo/").status_code for _ in range(3)] == [200, 200, 429]
    response = visitor.get("/echo/")
    assert 1 <= int(response["Retry-After"]) <= 61
    body = response.json()
    assert body["type"] == "urn:mxshop:problem:too_many_requests"
    assert body["non_field_errors"] == [body["detail"]]


@pytest.mark.usefixtures("two_a_minute")
def test_answers_tell_the_limit_and_what_is_left_of_it(visitor: APIClient) -> None:
    answers = [visitor.get("/echo/") for _ in range(3)]

    assert [answer["RateLimit-Policy"] for answer in answers] == ['"read";q=2;w=60'] * 3
    assert [answer["RateLimit"].partition(";t=")[0] for answer in answers] == [
        '"read";r=1', '"read";r=0', '"read";r=0',
    ]  # fmt: skip
    rest = re.fullmatch(r'"read";r=0;t=(\d+)', answers[-1]["RateLimit"])
    assert rest is not None
    assert abs(int(rest[1]) - int(answers[-1]["Retry-After"])) <= 1


@pytest.mark.usefixtures("two_a_minute")
def test_a_strict_limit_tells_what_is_left_each_time(visitor: APIClient) -> None:
    answers = [visitor.get("/guarded/") for _ in range(2)]

    assert [answer["RateLimit"].partition(";t=")[0] for answer in answers] == ['"login";r=0', '"login";r=0']
    assert [answer.status_code for answer in answers] == [200, 429]


@pytest.mark.usefixtures("two_a_minute")
def test_each_caller_and_each_kind_of_call_counts_for_itself(visitor: APIClient, shopper: APIClient) -> None:
    for client in (visitor, shopper):
        assert [client.get("/echo/").status_code for _ in range(3)] == [200, 200, 429]
    assert visitor.get("/echo/", REMOTE_ADDR="10.0.0.9").status_code == 200
    assert visitor.post("/echo/", {"text": "x"}).status_code == 201


@pytest.mark.usefixtures("two_a_minute")
def test_b22_a_header_does_not_make_another_caller(visitor: APIClient) -> None:
    for n in range(2):
        visitor.get("/echo/", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
    assert visitor.get("/echo/", HTTP_X_FORWARDED_FOR="10.0.0.9").status_code == 429


@pytest.fixture
def redis_is_down(settings) -> Iterator[None]:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    throttling.limiter.cache_clear()
    yield
    throttling.limiter.cache_clear()


@pytest.mark.usefixtures("redis_is_down")
def test_b28_without_redis_the_shop_sells_but_guarded_doors_stay_shut(visitor: APIClient) -> None:
    assert visitor.get("/echo/").status_code == 200
    assert not visitor.get("/echo/").has_header("RateLimit")
    response = visitor.get("/guarded/")
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response.json()["type"] == "urn:mxshop:problem:busy"


@pytest.mark.usefixtures("two_a_minute")
@pytest.mark.skipif(not django_settings.REDIS_URL, reason="Without Redis there is no trip to count.")
def test_a_request_is_counted_and_told_of_in_one_trip(visitor: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.get("/echo/")  # the script is loaded now
    sent: list[str] = []
    send = redis.Connection.send_command
    monkeypatch.setattr(
        redis.Connection, "send_command", lambda *args, **more: (sent.append(args[1]), send(*args, **more))
    )

    assert visitor.get("/echo/")["RateLimit"].startswith('"read";r=0')
    assert sent == ["EVALSHA"]
