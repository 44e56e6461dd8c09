"""Log-in by code, and a new password for who has lost theirs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import codes
from apps.users.tests.conftest import Mailbox, Phone
from apps.users.tests.factories import PASSWORD, UserFactory

EMAIL = "alice@example.com"
NEW = "left donkey capacitor"
Purpose = VerifyCode.Purpose


@pytest.fixture
def proven(alice: UserProfile) -> UserProfile:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email=EMAIL)
    alice.refresh_from_db()
    return alice


def code_for(visitor: APIClient, phone: Phone, mailbox: Mailbox, address: str, purpose: str) -> str:
    field, box = ("email", mailbox) if "@" in address else ("mobile", phone)
    assert visitor.post("/code/", {field: address, "purpose": purpose}).status_code == 201
    return box.code()


def enter(visitor: APIClient, username: object, code: object) -> Any:
    return visitor.post("/login/code/", {"username": username, "code": code}, headers={"User-Agent": "a browser"})


def reset(visitor: APIClient, username: object, code: object, password: object = NEW) -> Any:
    return visitor.post("/users/password/reset/", {"username": username, "code": code, "password": password})


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def status_of(token: str) -> int:
    return APIClient().get("/users/", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.mark.parametrize("address", ["13800000001", EMAIL])
def test_a_code_logs_in(visitor: APIClient, proven: UserProfile, phone: Phone, mailbox: Mailbox, address: str) -> None:
    code = code_for(visitor, phone, mailbox, address, "login")

    response = enter(visitor, address.upper(), code)

    assert response.status_code == 200
    assert response.json()["user"]["username"] == "alice"
    assert status_of(response.json()["token"]) == 200
    session = DeviceSession.objects.get()
    assert (session.user_id, session.ip, session.user_agent) == (proven.pk, "127.0.0.1", "a browser")


def test_b6_a_code_logs_in_once(visitor: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox) -> None:
    code = code_for(visitor, phone, mailbox, alice.mobile, "login")
    enter(visitor, alice.mobile, code)

    again = enter(visitor, alice.mobile, code)

    assert (again.status_code, again.json()["code"]) == (400, ["验证码错误"])
    assert DeviceSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_b6_of_eight_who_log_in_with_one_code_one_enters(alice: UserProfile, phone: Phone) -> None:
    codes.send_code(address=alice.mobile, purpose=Purpose.LOGIN, ip=None)
    body = {"username": alice.mobile, "code": phone.code()}

    answers = run_together(5, lambda _number: Client().post("/login/code/", body, "application/json"))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 4
    assert DeviceSession.objects.count() == 1


def test_b8_after_five_wrong_tries_the_right_code_logs_nobody_in(
    visitor: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox
) -> None:
    code = code_for(visitor, phone, mailbox, alice.mobile, "login")
    for _try in range(5):
        assert enter(visitor, alice.mobile, other_than(code)).status_code == 400

    assert enter(visitor, alice.mobile, code).status_code == 400
    assert not DeviceSession.objects.exists()


@pytest.mark.parametrize("use", [enter, reset])
def test_b17_who_has_no_account_is_told_only_after_the_right_code(
    visitor: APIClient, db, phone: Phone, mailbox: Mailbox, use: Any
) -> None:
    UserFactory(mobile="13700000001", is_active=False)
    UserFactory(mobile="13700000002", is_deleted=True)
    for mobile in ("13700000001", "13700000002", "13700000003"):
        code = code_for(visitor, phone, mailbox, mobile, "login" if use is enter else "reset")

        wrong, right, again = (use(visitor, mobile, sent) for sent in (other_than(code), code, code))

        assert (wrong.json()["code"], "username" in wrong.json()) == (["验证码错误"], False)
        assert right.status_code == 400
        assert right.json()["username"] == ["该手机号或邮箱没有账号。"]
        assert again.json()["code"] == ["验证码错误"]
    assert not DeviceSession.objects.exists()


@pytest.mark.parametrize("use", [enter, reset])
def test_an_address_that_is_only_typed_or_another_name_opens_nothing(
    visitor: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox, use: Any
) -> None:
    UserProfile.objects.update(email=EMAIL)
    code = code_for(visitor, phone, mailbox, EMAIL, "login" if use is enter else "reset")

    assert use(visitor, EMAIL, code).json()["username"] == ["该手机号或邮箱没有账号。"]
    assert use(visitor, "alice", "123456").json()["username"] == ["请输入手机号码或邮箱。"]


@pytest.mark.parametrize("use", [enter, reset])
@pytest.mark.parametrize(
    ("username", "code", "field"),
    [
        ("", "123456", "username"),
        ("13800000001\n", "123456", "username"),
        ("álice@example.com", "123456", "username"),
        (["13800000001"], "123456", "username"),
        ("13800000001", "", "code"),
        ("13800000001", "1234", "code"),
        ("13800000001", "1234567", "code"),
        ("13800000001", ["123456"], "code"),
        ("13800000001", None, "code"),
    ],
)
def test_odd_fields_are_told_under_their_names(
    visitor: APIClient, alice: UserProfile, use: Any, username: object, code: object, field: str
) -> None:
    response = use(visitor, username, code)

    assert response.status_code == 400
    assert isinstance(response.json()[field][0], str)


@pytest.mark.parametrize("address", ["13800000001", EMAIL])
def test_b24_a_reset_sets_the_password_and_logs_out_everywhere(
    visitor: APIClient, proven: UserProfile, phone: Phone, mailbox: Mailbox, alice_token: str, address: str
) -> None:
    client = Client()
    UserProfile.objects.update(is_staff=True)
    client.force_login(UserProfile.objects.get())
    code = code_for(visitor, phone, mailbox, address, "reset")

    response = reset(visitor, address, code)

    assert (response.status_code, response.content) == (204, b"")
    assert status_of(alice_token) == 401
    assert not DeviceSession.objects.filter(ended_at__isnull=True).exists()
    assert client.get("/xadmin/").context.get("user").is_anonymous, "the back office as well"
    assert visitor.post("/login/", {"username": "alice", "password": PASSWORD}).status_code == 400
    assert visitor.post("/login/", {"username": "alice", "password": NEW}).status_code == 200
    assert reset(visitor, address, code, "another of donkeys").json()["code"] == ["验证码错误"]


@pytest.mark.parametrize("password", ["short", "12345678901", "password123", "13800000001", "x" * 129, ["a"], ""])
def test_b16_a_weak_new_password_costs_no_try(
    visitor: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox, password: object
) -> None:
    code = code_for(visitor, phone, mailbox, alice.mobile, "reset")

    response = reset(visitor, alice.mobile, code, password)

    assert response.status_code == 400
    assert isinstance(response.json()["password"][0], str)
    assert VerifyCode.objects.get().tries == 0
    assert UserProfile.objects.get().password == alice.password


def test_b16_a_password_like_the_users_own_name_is_refused_and_the_code_kept(
    visitor: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox
) -> None:
    UserProfile.objects.update(username="donkeycapacitor")
    code = code_for(visitor, phone, mailbox, alice.mobile, "reset")

    assert "password" in reset(visitor, alice.mobile, code, "donkeycapacitor1").json()
    assert reset(visitor, alice.mobile, code, "staple of tomorrow").status_code == 204


def test_b23_a_code_to_log_in_resets_nothing(visitor: APIClient, alice: UserProfile, phone: Phone) -> None:
    codes.send_code(address=alice.mobile, purpose=Purpose.LOGIN, ip=None)

    assert reset(visitor, alice.mobile, phone.code()).json()["code"] == ["验证码错误"]
    assert UserProfile.objects.get().password == alice.password


def test_codes_are_tried_within_a_limit(visitor: APIClient, alice: UserProfile, settings) -> None:
    settings.THROTTLE_SCALE = 1

    statuses = [enter(visitor, f"139000000{n:02d}", "000000").status_code for n in range(10)]
    statuses += [reset(visitor, f"139000000{n:02d}", "000000").status_code for n in range(11)]

    assert statuses == [400] * 20 + [429]


def test_b17_nobody_learns_by_guessing_that_a_code_was_asked_for(visitor: APIClient, alice: UserProfile) -> None:
    VerifyCode.objects.create(
        address=alice.mobile, purpose="login", code_hash="x", expires_at=timezone.now() - timedelta(minutes=1)
    )
    wrong = {"code": "000000"}
    known = visitor.post("/login/code/", {"username": alice.mobile, **wrong}).json()
    unknown = visitor.post("/login/code/", {"username": "13899999999", **wrong}).json()
    assert known == unknown
