"""The watch that every test runs under sees a secret, and only a secret."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.common import one_time
from apps.users.models import UserProfile, VerifyCode
from apps.users.services import codes, known_browsers, scans, second_factors
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD
from tests import log_watch
from tests.log_watch import WATCH, LogWatch

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiJhYmMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ"

RANDOM = "Zx81qwErtyUiop0pasDfgH"


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
        (json.dumps({"old_code": "471108", "new_code": "471109"}), "changed by 471109"),
        (json.dumps({"otp": "471108"}), "otp 471108"),
        (json.dumps({"otp": "ab2c-de3f-gh4j-km5n"}), "recovered by ab2cde3fgh4jkm5n"),
        ("grant_type=authorization_code&code_verifier=wrong-horse-battery-4711", "proof wrong-horse-battery-4711"),
        (json.dumps({"grant_type": "x", "whatever": RANDOM}), f"found {RANDOM}, whatever it is"),
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
        (json.dumps({"region_code": "330106"}), "region 330106"),
        (json.dumps({"public_id": "0b7c5b0e-7d0a-4d0f-9a55-3f6f2f1f8d11"}), "0b7c5b0e-7d0a-4d0f-9a55-3f6f2f1f8d11"),
        (json.dumps({"client_id": RANDOM}), f"application {RANDOM}"),
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


def secrets_of_every_kind(user: UserProfile) -> dict[str, str]:
    """What the shop makes for somebody, and nobody else is to see."""
    lifetime = timedelta(minutes=1)
    scan = scans.ask_for_scan(device=Device(ip=None, user_agent="")).secret
    return {
        "code": codes._random_code(VerifyCode.Purpose.LOGIN),
        "code to register": codes._random_code(VerifyCode.Purpose.REGISTER),
        "recovery or enrolment code": second_factors._random_code(),
        "one-time token": one_time.issue("test", owner="1", value={}, lifetime=lifetime),
        "scan": scan,
        "mark of a browser": known_browsers.mark_for(user),
    }


@pytest.mark.django_db
def test_e27_a_secret_is_known_from_the_moment_it_is_made(
    alice: UserProfile, logger: logging.Logger, watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_watch, "WATCH", watch)
    made = secrets_of_every_kind(alice)
    for kind, secret in made.items():
        logger.warning("%s: %s", kind, secret)
    assert watch.leaks() == [f"tests.leaky: {kind}: {secret}" for kind, secret in made.items()]


@pytest.mark.django_db
def test_e27_a_code_that_is_handed_over_is_known_as_it_is_written(
    staff: UserProfile, settings: Any, logger: logging.Logger, watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_watch, "WATCH", watch)
    settings.STAFF_SECOND_FACTOR = True
    code = second_factors.hand_out_enrolment(user=staff)
    for written in (code, code.replace("-", "")):
        logger.warning("hand over %s", written)
    assert len(watch.leaks()) == 2


@pytest.mark.django_db
def test_e27_what_a_cookie_of_ours_holds_is_known(
    client: Client, watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_watch, "WATCH", watch)
    client.get("/xadmin/")

    assert watch.secrets == {client.cookies["csrftoken"].value}, "of no maker that is watched"


def test_e27_where_somebody_is_sent_with_a_secret_is_looked_at(watch: LogWatch, logger: logging.Logger) -> None:
    watch.learn_query(f"https://forum.example/?code={RANDOM}&state=x")
    logger.warning("GET /back?code=%s", RANDOM)
    assert len(watch.leaks()) == 1
