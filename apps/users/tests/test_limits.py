"""Limits on codes and log-ins."""

import pytest
from rest_framework.test import APIClient

from apps.users.models import UserProfile, VerifyCode
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import PASSWORD


def log_in(client: APIClient, name: str, password: str = "wrong", *, ip: str = "192.0.2.1", **headers: str) -> int:
    body = {"username": name, "password": password}
    return client.post("/login/", body, REMOTE_ADDR=ip, headers=headers).status_code


@pytest.fixture(autouse=True)
def _strict(settings) -> None:
    settings.THROTTLE_SCALE = 1


def test_b15_log_ins_are_limited_by_account_from_wherever_they_come(visitor: APIClient, alice: UserProfile) -> None:
    names = ["alice", "ALICE", " alice ", "ａｌｉｃｅ"]
    statuses = [log_in(visitor, names[n % 4], ip=f"192.0.2.{n}") for n in range(10)]
    assert statuses == [400] * 10

    response = visitor.post("/login/", {"username": "alice", "password": PASSWORD}, REMOTE_ADDR="192.0.2.99")

    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 61
    assert len(response.json()["non_field_errors"]) == 1
    assert log_in(visitor, "charlie", ip="192.0.2.99") == 400


def test_what_is_left_of_an_accounts_tries_is_told_to_nobody(visitor: APIClient, alice: UserProfile) -> None:
    response = visitor.post("/login/", {"username": "alice", "password": "wrong"})

    assert response["RateLimit-Policy"] == (
        '"login";q=20;w=60, "login_account";q=10;w=60, "login_account_hour";q=30;w=3600'
    )
    assert response["RateLimit"].startswith('"login";r=19;t=')
    assert "," not in response["RateLimit"]


def test_an_unknown_account_is_limited_alike(db, visitor: APIClient) -> None:
    statuses = [log_in(visitor, "nobody", ip=f"192.0.2.{n}") for n in range(11)]

    assert statuses == [400] * 10 + [429]


def test_log_ins_are_limited_by_ip(db, visitor: APIClient) -> None:
    statuses = [log_in(visitor, f"name{n}") for n in range(21)]

    assert statuses == [400] * 20 + [429]


def test_b22_a_forwarded_address_resets_no_limit(db, visitor: APIClient) -> None:
    spoofed = [
        log_in(visitor, f"name{n}", **{"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": f"198.51.100.{n}"})
        for n in range(21)
    ]

    assert spoofed[-1] == 429


def test_a_token_resets_no_limit(alice: UserProfile, visitor: APIClient) -> None:
    device = Device(ip=None, user_agent="")
    statuses = [
        log_in(visitor, f"name{n}", Authorization=f"JWT {sessions.open_session(user=alice, device=device).token}")
        for n in range(21)
    ]

    assert statuses[-1] == 429


def test_codes_are_limited_by_ip(db, visitor: APIClient, phone: Phone) -> None:
    statuses = [visitor.post("/code/", {"mobile": f"139000000{n:02d}"}).status_code for n in range(11)]

    assert statuses == [201] * 10 + [429]
    assert len(phone.messages) == 10


def test_codes_are_tried_within_a_limit_whatever_the_number(db, visitor: APIClient) -> None:
    def register(number: int) -> int:
        form = {"username": f"139000000{number:02d}", "password": PASSWORD, "code": "0000"}
        return visitor.post("/users/", form).status_code

    assert [register(number) for number in range(21)] == [400] * 20 + [429]
    assert visitor.get("/users/").status_code == 401  # reading has its own


@pytest.mark.usefixtures("nobody_counts")
def test_b28_when_nobody_can_count_no_code_is_sent_and_nobody_logs_in(
    alice: UserProfile, visitor: APIClient, phone: Phone
) -> None:
    code = visitor.post("/code/", {"mobile": "13912345678"})
    login = visitor.post("/login/", {"username": "alice", "password": PASSWORD})
    register = visitor.post("/users/", {"username": "13912345678", "password": PASSWORD, "code": "0000"})

    for response in (code, login, register):
        assert response.status_code == 503
        assert response["Retry-After"] == "5"
        assert response.json()["type"] == "urn:mxshop:problem:busy"
    assert phone.messages == []
    assert not VerifyCode.objects.exists()


@pytest.mark.usefixtures("nobody_counts")
def test_b28_who_is_signed_in_goes_on(shopper: APIClient) -> None:
    assert shopper.get("/users/1/").status_code == 200
    assert shopper.patch("/users/1/", {"name": "A"}).status_code == 200


def test_avatars_have_a_limit_of_their_own(shopper: APIClient) -> None:
    statuses = [shopper.patch("/users/1/", {"avatar": ""}, format="multipart").status_code for _ in range(31)]

    assert statuses == [200] * 30 + [429]
    assert shopper.patch("/users/1/", {"name": "Alice"}).status_code == 200


def test_b15_a_name_that_is_a_number_is_no_name(visitor: APIClient, alice: UserProfile) -> None:
    """DRF would make a text of it, and nobody would have counted the try."""
    for name in (13800000001, 13800000001.0, True):
        answer = visitor.post("/login/", {"username": name, "password": PASSWORD}, format="json")
        assert (answer.status_code, list(answer.json()["username"])) == (400, ["不是有效的字符串。"])
