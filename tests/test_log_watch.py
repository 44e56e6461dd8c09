"""The watch that every test runs under sees a secret, and only a secret."""

import json
import logging
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.tests.factories import PASSWORD
from tests.log_watch import WATCH, LogWatch

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiJhYmMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


@pytest.fixture
def watch() -> LogWatch:
    return LogWatch()


@pytest.fixture
def logger(watch: LogWatch) -> logging.Logger:
    """Heard by this watch alone: what is said here must not fail the test."""
    logger = logging.getLogger("tests.leaky")
    logger.handlers, logger.propagate = [watch], False
    logger.setLevel(logging.DEBUG)
    return logger


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (json.dumps({"username": "alice", "password": PASSWORD}), f"tried {PASSWORD!r}"),
        (json.dumps({"deep": [{"new_password": "battery of tomorrow"}]}), "battery of tomorrow"),
        ("username=alice&password=right+horse+battery", f"POST with {PASSWORD}"),
        ('--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nright horse battery\r\n--x--', PASSWORD),
        (json.dumps({"mobile": "13800000001", "code": "4711"}), "sent 4711 to 138"),
        (
            json.dumps({"mobile": "13800000001", "code": "471108"}),
            "验证码是471108，".replace("是", "是 ").replace("，", " "),
        ),
        (json.dumps({"ticket": "Zx81-ticket-of-once"}), "redeemed Zx81-ticket-of-once"),
        ("{}", f"Authorization: JWT {TOKEN}"),
    ],
)
def test_a_secret_in_a_line_is_seen(watch: LogWatch, logger: logging.Logger, body: str, line: str) -> None:
    watch.learn_body(body.encode())
    logger.debug("all is well")
    logger.debug("%s", line)

    [leak] = watch.leaks()
    assert line in leak
    assert watch.leaks() == []


def test_a_secret_in_a_traceback_is_seen(watch: LogWatch, logger: logging.Logger) -> None:
    watch.learn("password", PASSWORD)
    try:
        raise ValueError(PASSWORD)
    except ValueError:
        logger.exception("it failed")

    assert len(watch.leaks()) == 1


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (json.dumps({"code": "4711"}), "order 202611274711000000000000 of 14711"),
        (json.dumps({"password": "wrong"}), "the signature is wrong"),
        (json.dumps({"code": ["验证码错误"], "title": "right horse battery"}), "right horse battery"),
        (json.dumps({"username": "13800000001"}), "13800000001"),
    ],
)
def test_what_is_no_secret_is_let_be(watch: LogWatch, logger: logging.Logger, body: str, line: str) -> None:
    watch.learn_body(body.encode())
    logger.info(line)

    assert watch.leaks() == []


@pytest.mark.django_db
def test_e27_the_watch_knows_what_a_log_in_sends_and_gets(visitor: APIClient, alice: UserProfile) -> None:
    token: Any = visitor.post("/login/", {"username": "alice", "password": PASSWORD}).json()["token"]
    visitor.get("/users/1/", headers={"authorization": f"JWT {token}"})

    assert WATCH.gives_away(PASSWORD)
    assert WATCH.gives_away(token)
    assert WATCH in logging.getLogger().handlers
    assert logging.getLogger("apps.users").isEnabledFor(logging.DEBUG)
