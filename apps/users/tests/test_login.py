"""Log-in, by every name, and what a refusal gives away."""

import time
from statistics import median
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user, login
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from rest_framework.test import APIClient

from apps.users.hashers import CheapArgon2Hasher
from apps.users.models import DeviceSession, UserProfile
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import PASSWORD, UserFactory

WRONG = "用户名或密码错误。 尝试过多的账号在一小时内只在其主人登录过的地方接受密码；在商城中可在任何地方用验证码登录。"
HASH_OF_ANOTHER_SHOP = PBKDF2PasswordHasher().encode(PASSWORD, "saltsaltsalt", iterations=1000)


class OlderHasher(CheapArgon2Hasher):
    """What the parameters may have been once."""

    time_cost = 3


def log_in(client: APIClient, username: object, password: object = PASSWORD) -> Any:
    return client.post("/login/", {"username": username, "password": password}, headers={"User-Agent": "a browser"})


@pytest.fixture
def proven(alice: UserProfile) -> UserProfile:
    UserProfile.objects.filter(pk=alice.pk).update(email="Typed@example.com", verified_email="alice@example.com")
    return alice


@pytest.mark.parametrize(
    "name", ["alice", "13800000001", "alice@example.com", "Alice@Example.COM", " alice ", "１３８０００００００１"]
)
def test_every_name_of_a_user_logs_in(visitor: APIClient, proven: UserProfile, name: str) -> None:
    response = log_in(visitor, name)

    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"token", "user"}
    assert body["user"] == {
        "username": "alice",
        "name": "Alice",
        "birthday": None,
        "gender": "female",
        "email": "Typed@example.com",
        "mobile": "13800000001",
        "avatar": "/static/mxshop/placeholder.svg",
    }
    session = DeviceSession.objects.get()
    assert (session.user_id, session.ip, session.user_agent) == (proven.pk, "127.0.0.1", "a browser")


def test_an_email_that_is_not_proven_does_not_log_in(visitor: APIClient, proven: UserProfile) -> None:
    assert log_in(visitor, "typed@example.com").status_code == 400


def test_log_in_is_bounded(visitor: APIClient, alice: UserProfile, at_most_statements) -> None:
    with at_most_statements(3):  # the user, the devices they are known on, the session
        assert log_in(visitor, "alice").status_code == 200


def test_b13_an_unknown_user_and_a_wrong_password_are_told_alike(visitor: APIClient, alice: UserProfile) -> None:
    UserFactory(username="sleeper", is_active=False)
    UserFactory(username="gone", is_deleted=True)

    answers = [
        log_in(visitor, "nobody"),
        log_in(visitor, "alice", "wrong"),
        log_in(visitor, "sleeper"),
        log_in(visitor, "gone"),
        log_in(visitor, "13700000000"),
    ]

    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["non_field_errors"] == [WRONG]
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    assert not DeviceSession.objects.exists()


@pytest.mark.parametrize("name", ["alice", "nobody", "sleeper", "no_password", "of_another_shop"])
def test_b14_every_refusal_hashes_once(
    visitor: APIClient, alice: UserProfile, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    UserFactory(username="sleeper", is_active=False)
    UserFactory(username="no_password", password="!")
    UserFactory(username="of_another_shop", password=HASH_OF_ANOTHER_SHOP)
    hashed: list[str] = []
    verify, encode = Argon2PasswordHasher.verify, Argon2PasswordHasher.encode

    def counted_verify(self: Any, password: str, encoded: str) -> bool:
        hashed.append("verify")
        return verify(self, password, encoded)

    def counted_encode(self: Any, password: str, salt: str) -> str:
        hashed.append("encode")
        return encode(self, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "verify", counted_verify)
    monkeypatch.setattr(Argon2PasswordHasher, "encode", counted_encode)

    log_in(visitor, name, "wrong")

    assert len(hashed) == 1


@pytest.mark.services
def test_b14_every_refusal_takes_about_the_same_time(visitor: APIClient, settings, db) -> None:
    settings.PASSWORD_HASHERS = ["apps.users.hashers.Argon2Hasher"]
    UserFactory(username="alice")
    UserFactory(username="sleeper", is_active=False)

    def seconds(name: str) -> float:
        taken = []
        for _attempt in range(7):
            start = time.perf_counter()
            log_in(visitor, name, "wrong")
            taken.append(time.perf_counter() - start)
        return median(taken)

    times = [seconds(name) for name in ("alice", "nobody", "sleeper")]

    assert max(times) / min(times) < 3


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"username", "password"}),
        ({"username": "", "password": ""}, {"username", "password"}),
        ({"username": "   ", "password": "x"}, {"username"}),
        ({"username": "alice"}, {"password"}),
        ({"username": "alice", "password": ""}, {"password"}),
        ({"username": None, "password": None}, {"username", "password"}),
        ({"username": ["alice"], "password": {"a": 1}}, {"username", "password"}),
        ({"username": "a" * 151, "password": "b" * 129}, {"username", "password"}),
    ],
)
def test_empty_and_odd_fields_are_told_under_their_names(
    db, visitor: APIClient, body: dict[str, object], fields: set[str]
) -> None:
    response = visitor.post("/login/", body)

    assert response.status_code == 400
    assert response.json().keys() - {"type", "title", "status", "detail"} == fields
    assert all(isinstance(response.json()[field][0], str) for field in fields)


@pytest.mark.parametrize(
    "name",
    [
        "' OR 1=1 --",
        "alice\x00",
        "alice\n",
        "13800000001\n",
        "\t13800000001",
        "😀",
        "\u202ealice",
        "alice\u200b",
        "Alice",
        "álice",
        "a" * 150,
        "%",
        "alice'; DROP TABLE users_userprofile; --",
        "\\",
        "é",
        "{{7*7}}",
    ],
)
def test_b18_odd_user_names_are_wrong_and_nothing_worse(visitor: APIClient, alice: UserProfile, name: str) -> None:
    assert log_in(visitor, name).status_code == 400


def test_the_body_must_be_an_object(db, visitor: APIClient) -> None:
    for body in ([], "alice", 7, None):
        assert visitor.post("/login/", body).status_code == 400


def test_blanks_belong_to_a_password(visitor: APIClient, alice: UserProfile) -> None:
    assert log_in(visitor, "alice", f" {PASSWORD}").status_code == 400


def test_an_older_hash_is_renewed_and_the_token_fits_the_new_one(visitor: APIClient, alice: UserProfile) -> None:
    older = OlderHasher().encode(PASSWORD, "saltsaltsalt")
    UserProfile.objects.update(password=older)

    token = log_in(visitor, "alice").json()["token"]

    renewed = UserProfile.objects.get().password
    assert "t=3" in older
    assert "t=1" in renewed
    assert visitor.get("/users/", headers={"Authorization": f"JWT {token}"}).status_code == 200


def test_a_hash_of_another_algorithm_opens_nothing_until_a_code_sets_a_password(
    visitor: APIClient, alice: UserProfile, phone: Phone
) -> None:
    UserProfile.objects.update(password=HASH_OF_ANOTHER_SHOP)
    assert log_in(visitor, "alice").status_code == 400

    visitor.post("/code/", {"mobile": alice.mobile, "purpose": "reset"})
    new = {"username": alice.mobile, "code": phone.code(), "password": "battery of tomorrow"}
    assert visitor.post("/users/password/reset/", new).status_code < 300

    assert log_in(visitor, "alice", "battery of tomorrow").status_code == 200


def test_the_back_office_finds_the_same_user_in_one_select(proven: UserProfile, django_assert_num_queries) -> None:
    for name in ("alice", "13800000001", "alice@example.com"):
        with django_assert_num_queries(1):
            assert authenticate(username=name, password=PASSWORD) == proven


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_deleted": True}])
def test_a_session_of_the_back_office_ends_with_its_user(staff: UserProfile, change: dict[str, bool]) -> None:
    request = RequestFactory().get("/xadmin/")
    request.session = SessionStore()
    login(request, staff)
    assert get_user(request) == staff

    UserProfile.objects.update(**change)

    assert get_user(request).is_anonymous
