"""Short tokens and their renewal."""

from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from apps.users.models import DeviceSession, UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device, SignedIn
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_tokens import signed, status_of

OVER = "urn:mxshop:problem:session_over"


@pytest.fixture
def pair(alice: UserProfile) -> SignedIn:
    return sessions.open_session(user=alice, device=Device(ip="192.0.2.1", user_agent="an app", refreshes=True))


def renew(token: str | None) -> Any:
    return APIClient().post("/token/refresh/", {"refresh_token": token})


def payload_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_who_does_not_ask_gets_one_long_token(alice: UserProfile, visitor: APIClient) -> None:
    body = visitor.post("/login/", {"username": "alice", "password": PASSWORD}).json()

    assert "refresh_token" not in body
    assert payload_of(body["token"])["exp"] - payload_of(body["token"])["iat"] == 7 * 24 * 3600


def test_who_asks_gets_a_short_one_and_another_to_renew_it(alice: UserProfile, visitor: APIClient) -> None:
    body = visitor.post("/login/", {"username": "alice", "password": PASSWORD, "refresh": True}).json()

    short, long = payload_of(body["token"]), payload_of(body["refresh_token"])
    assert short["exp"] - short["iat"] == 15 * 60
    assert long["exp"] - long["iat"] == 7 * 24 * 3600
    assert status_of(body["token"]) == 200
    assert status_of(body["refresh_token"]) == 401, "a refresh token opens nothing"
    assert renew(body["token"]).status_code == 400, "nor does a token renew"


def test_a_short_token_ends_and_is_renewed(pair: SignedIn) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=17), tick=False):
        assert status_of(pair.token) == 401
        answer = renew(pair.refresh_token)
        assert answer.status_code == 200
        assert status_of(answer.json()["token"]) == 200
    session = DeviceSession.objects.get()
    assert session.refresh_count == 1
    assert session.expires_at > timezone.now() + timedelta(days=7, minutes=16)


def test_b26_a_refresh_token_that_comes_again_ends_the_family(pair: SignedIn) -> None:
    second = renew(pair.refresh_token).json()
    third = renew(second["refresh_token"]).json()
    assert status_of(third["token"]) == 200

    again = renew(pair.refresh_token)

    assert (again.status_code, again.json()["type"]) == (400, OVER)
    assert list(again.json()["refresh_token"]) == ["登录已失效，请重新登录。"]
    assert [status_of(token) for token in (pair.token, second["token"], third["token"])] == [401] * 3
    assert renew(third["refresh_token"]).status_code == 400
    assert DeviceSession.objects.get().ended_at is not None


def test_b26_logging_out_ends_the_refresh_token_too(pair: SignedIn) -> None:
    assert APIClient().post("/logout/", headers={"Authorization": f"JWT {pair.token}"}).status_code == 204

    assert renew(pair.refresh_token).status_code == 400


def test_b5_a_new_password_ends_refresh_tokens_and_hands_out_new_ones(pair: SignedIn) -> None:
    form = {"old_password": PASSWORD, "new_password": "another horse battery"}
    body = APIClient().post("/users/password/", form, headers={"Authorization": f"JWT {pair.token}"}).json()

    assert renew(pair.refresh_token).status_code == 400
    assert DeviceSession.objects.get().ended_at is None, "an old password's token is no theft"
    assert renew(body["refresh_token"]).status_code == 200


def test_a_session_is_renewed_up_to_a_limit(pair: SignedIn) -> None:
    DeviceSession.objects.update(created_at=timezone.now() - timedelta(days=89))

    body = renew(pair.refresh_token).json()

    left = DeviceSession.objects.get().expires_at - timezone.now()
    assert timedelta(hours=23, minutes=59) < left <= timedelta(days=1)
    assert payload_of(body["refresh_token"])["exp"] - timezone.now().timestamp() <= 24 * 3600


@pytest.mark.parametrize("change", [{"rn": 7}, {"rn": -1}, {"rn": "x"}, {"rn": None}, {"sid": "0" * 32}])
def test_an_odd_refresh_token_is_refused(pair: SignedIn, change: dict[str, Any]) -> None:
    assert renew(signed(payload_of(str(pair.refresh_token)) | change)).status_code == 400


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "x" * 20_000, None])
def test_a_forged_refresh_token_is_refused_and_ends_nothing(pair: SignedIn, token: str | None) -> None:
    assert renew(token).status_code == 400
    assert status_of(pair.token) == 200


def test_a_switched_off_user_renews_nothing(pair: SignedIn) -> None:
    UserProfile.objects.update(is_active=False)

    assert renew(pair.refresh_token).status_code == 400


def test_renewing_is_limited(pair: SignedIn, settings) -> None:
    settings.THROTTLE_SCALE = 1

    assert [renew("nonsense").status_code for _ in range(61)] == [400] * 60 + [429]


def test_a_renewal_costs_little(pair: SignedIn, at_most_statements) -> None:
    with at_most_statements(3):
        assert renew(pair.refresh_token).status_code == 200
