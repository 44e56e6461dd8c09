"""Registration by mobile and code."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import codes
from apps.users.tests.conftest import Phone

MOBILE = "13912345678"
PASSWORD = "right horse battery"


@pytest.fixture
def code(db, phone: Phone) -> str:
    codes.send_code(address=MOBILE, purpose=VerifyCode.Purpose.REGISTER, ip=None)
    return phone.code()


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


def form(**changes: object) -> dict[str, object]:
    return {"username": MOBILE, "password": PASSWORD, "code": "0000", **changes}


def test_a_newcomer_is_signed_in_at_once(visitor: APIClient, code: str) -> None:
    response = visitor.post("/users/", form(code=code))

    assert response.status_code == 201
    body = response.json()
    token = body.pop("token")
    assert body == {"username": MOBILE, "mobile": MOBILE, "name": MOBILE}
    profile = visitor.get("/users/", headers={"Authorization": f"JWT {token}"})
    assert profile.json()["mobile"] == MOBILE
    user = UserProfile.objects.get()
    assert (user.username, user.mobile, user.is_staff, user.is_superuser) == (MOBILE, MOBILE, False, False)
    assert user.password.startswith("argon2$argon2id$")


def test_b6_a_code_works_once(visitor: APIClient, code: str) -> None:
    visitor.post("/users/", form(code=code))

    again = visitor.post("/users/", form(code=code))

    assert again.status_code == 400
    assert again.json()["code"] == ["验证码错误"]
    assert "username" not in again.json()
    assert UserProfile.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"code": ""}, "code", "请输入验证码"),
        ({"code": None}, "code", "请输入验证码"),
        ({"code": "123"}, "code", "验证码格式错误"),
        ({"code": "12345"}, "code", "验证码格式错误"),
        ({"code": " 123 "}, "code", "验证码格式错误"),
        ({"code": ["1234"]}, "code", "验证码格式错误"),
        ({"username": "12345"}, "username", "手机号码格式不正确。"),
        ({"username": MOBILE + "\n"}, "username", "手机号码格式不正确。"),
        ({"username": "１３９１２３４５６７８"}, "username", "手机号码格式不正确。"),
    ],
)
def test_bad_fields_are_told_under_their_names(
    visitor: APIClient, code: str, changes: dict[str, object], field: str, message: str
) -> None:
    response = visitor.post("/users/", form(code=code) | changes)

    assert response.status_code == 400
    assert response.json()[field] == [message]
    assert not UserProfile.objects.exists()
    assert VerifyCode.objects.get().tries == 0


def test_a_code_left_out_is_asked_for(db, visitor: APIClient) -> None:
    response = visitor.post("/users/", {"username": MOBILE, "password": PASSWORD})

    assert response.json()["code"] == ["请输入验证码"]


def test_empty_fields_are_all_told(db, visitor: APIClient) -> None:
    response = visitor.post("/users/", {"username": "", "password": "", "code": ""})

    assert response.status_code == 400
    assert {"username", "password", "code"} <= response.json().keys()


def test_a_wrong_code_opens_nothing(visitor: APIClient, code: str) -> None:
    response = visitor.post("/users/", form(code=other_than(code)))

    assert response.status_code == 400
    assert response.json()["code"] == ["验证码错误"]
    assert not UserProfile.objects.exists()
    assert VerifyCode.objects.get().tries == 1


def test_b7_a_code_opens_no_account_for_another_number(visitor: APIClient, code: str) -> None:
    response = visitor.post("/users/", form(username="13912345679", code=code))

    assert response.json()["code"] == ["验证码错误"]
    assert not UserProfile.objects.exists()


def test_b20_an_old_code_has_expired(db, visitor: APIClient, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        visitor.post("/code/", {"mobile": MOBILE})
        clock.shift(300)
        response = visitor.post("/users/", form(code=phone.code()))

    assert response.status_code == 400
    assert response.json()["code"] == ["验证码过期"]
    assert not UserProfile.objects.exists()


@pytest.mark.parametrize(
    "password", ["short", "12345678901", "password123", MOBILE, f"{MOBILE}1", "x" * 129, ["right horse battery"]]
)
def test_b16_a_weak_password_is_refused_before_the_code_is_tried(
    visitor: APIClient, code: str, password: object
) -> None:
    response = visitor.post("/users/", form(code=code, password=password))

    assert response.status_code == 400
    assert isinstance(response.json()["password"][0], str)
    assert "code" not in response.json()
    assert VerifyCode.objects.get().tries == 0
    assert not UserProfile.objects.exists()


@pytest.mark.parametrize("change", [{}, {"is_active": False}])
def test_b17_who_exists_is_told_only_after_the_right_code(
    visitor: APIClient, alice: UserProfile, phone: Phone, change: dict[str, bool]
) -> None:
    UserProfile.objects.update(**change)
    visitor.post("/code/", {"mobile": alice.mobile})
    before = UserProfile.objects.values().get()

    wrong = visitor.post("/users/", form(username=alice.mobile, code=other_than(phone.code())))
    right = visitor.post("/users/", form(username=alice.mobile, code=phone.code()))
    again = visitor.post("/users/", form(username=alice.mobile, code=phone.code()))

    assert wrong.json()["code"] == ["验证码错误"]
    assert "username" not in wrong.json()
    assert right.status_code == 400
    assert right.json()["username"] == ["用户已经存在"]
    assert again.json()["code"] == ["验证码错误"]
    assert UserProfile.objects.values().get() == before
    assert not DeviceSession.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_b19_eight_registrations_at_once_are_one_account(phone: Phone) -> None:
    codes.send_code(address=MOBILE, purpose=VerifyCode.Purpose.REGISTER, ip=None)
    body = form(code=phone.code())

    answers = run_together(8, lambda _number: Client().post("/users/", body, "application/json"))

    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
    assert UserProfile.objects.count() == 1
    assert DeviceSession.objects.count() == 1


def test_what_only_staff_may_set_is_ignored(visitor: APIClient, code: str) -> None:
    visitor.post("/users/", form(code=code, is_staff=True, is_superuser=True, id=77, mobile="13912345670"))

    user = UserProfile.objects.get()
    assert (user.is_staff, user.is_superuser, user.mobile) == (False, False, MOBILE)
    assert user.pk != 77


def test_a_bad_token_does_not_keep_anybody_from_registering(visitor: APIClient, code: str) -> None:
    response = visitor.post("/users/", form(code=code), headers={"Authorization": "JWT nonsense"})

    assert response.status_code == 201


def test_f2_who_is_not_signed_in_leaves_no_file(db, visitor: APIClient) -> None:
    response = visitor.post("/users/", {"username": MOBILE, "file": SimpleUploadedFile("a.bin", b"x")}, "multipart")

    assert response.status_code == 415
