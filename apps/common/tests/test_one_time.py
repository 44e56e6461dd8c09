"""Tokens that work once."""

from datetime import timedelta

import pytest
from django_redis import get_redis_connection

from apps.common import one_time
from apps.common.exceptions import Busy
from apps.common.tests.racing import run_together

HOUR = timedelta(hours=1)


def issue(owner: str = "alice", kind: str = "test") -> str:
    return one_time.issue(kind, owner=owner, value={"user": 7}, lifetime=HOUR)


def test_a_token_is_looked_at_often_and_taken_once() -> None:
    token = issue()

    assert [one_time.peek("test", token) for _ in range(2)] == [{"user": 7}] * 2
    assert one_time.take("test", token) == {"user": 7}
    assert one_time.take("test", token) is None
    assert one_time.peek("test", token) is None


def test_of_many_who_bring_a_token_at_once_one_gets_it() -> None:
    token = issue()

    taken = run_together(8, lambda _number: one_time.take("test", token))

    assert sorted(taken, key=bool) == [None] * 7 + [{"user": 7}]


def test_an_older_token_of_the_same_owner_and_kind_dies() -> None:
    first, other_kind, other_owner = issue(), issue(kind="other"), issue("charlie")
    second = issue()

    assert one_time.take("test", first) is None
    assert one_time.take("test", second) == {"user": 7}
    assert one_time.take("other", other_kind) == {"user": 7}
    assert one_time.take("test", other_owner) == {"user": 7}


def test_of_tokens_issued_at_once_one_lives() -> None:
    tokens = run_together(6, lambda _number: issue("crowd"))

    assert sum(one_time.peek("test", token) is not None for token in tokens) == 1


def test_a_token_is_of_its_kind() -> None:
    assert one_time.take("other", issue()) is None


@pytest.mark.parametrize("token", ["", "nonsense", "é" * 1000, "of:alice", "*"])
def test_what_is_no_token_stands_for_nothing(token: str) -> None:
    issue()

    assert one_time.take("test", token) is None


def test_redis_holds_no_token_and_forgets_in_time() -> None:
    token = issue()

    redis = get_redis_connection("default")
    names = redis.keys("*one-time:test:*")
    assert all(token.encode() not in name for name in names)
    assert all(token.encode() not in redis.get(name) for name in names)
    assert all(0 < redis.ttl(name) <= 3600 for name in names)


@pytest.fixture
def no_redis(settings) -> None:
    """Nobody listens; the setting, and the connections with it, come back after the test."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": {}}}


@pytest.mark.usefixtures("no_redis")
def test_without_redis_everybody_is_asked_to_wait() -> None:
    with pytest.raises(Busy):
        issue()
    with pytest.raises(Busy):
        one_time.take("test", "token")
