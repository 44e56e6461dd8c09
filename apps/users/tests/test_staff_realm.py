"""Two realms: what a token of one opens, the other keeps closed."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.back_office import browser_of, send
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import second_factors, sessions
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_tokens import payload_of, status_of


def log_in(address: str = "/staff/login/", name: str = "staff", password: str = PASSWORD, **more: str) -> Any:
    return APIClient().post(address, {"username": name, "password": password, **more})


def leave(token: str) -> int:
    return APIClient().post("/staff/logout/", headers={"Authorization": f"JWT {token}"}).status_code


def test_staff_get_a_token_of_their_own_realm(staff: UserProfile) -> None:
    answer = log_in()

    assert answer.status_code == 200
    assert answer.json()["user"]["username"] == "staff"
    payload = payload_of(answer.json()["token"])
    assert payload["sub"] == f"staff_{staff.public_id.hex}"
    assert payload["exp"] - payload["iat"] == 12 * 3600
    assert DeviceSession.objects.get().realm == "staff"


def test_a_token_opens_its_own_realm_alone(staff: UserProfile) -> None:
    of_staff, of_shop = log_in().json()["token"], log_in("/login/").json()["token"]

    assert [status_of(of_staff), status_of(of_shop)] == [401, 200]
    assert [leave(of_shop), leave(of_staff), leave(of_staff)] == [401, 204, 401]
    assert status_of(of_shop) == 200


@pytest.mark.parametrize(("name", "password"), [("staff", "wrong"), ("alice", PASSWORD), ("nobody", PASSWORD)])
def test_b13_who_has_no_business_there_is_told_nothing_more(
    staff: UserProfile, alice: UserProfile, name: str, password: str
) -> None:
    answer = log_in(name=name, password=password)

    assert answer.status_code == 400
    assert answer.json() == log_in(name="staff", password="wrong too").json()
    assert not DeviceSession.objects.exists()


def test_b15_tries_count_together_with_the_shops(staff: UserProfile, settings) -> None:
    settings.THROTTLE_SCALE = 1
    statuses = [log_in(("/login/", "/staff/login/")[n % 2], password="wrong").status_code for n in range(11)]

    assert statuses == [400] * 10 + [429]


def test_the_second_factor_is_asked_for_here_too(staff: UserProfile, settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    assert log_in(otp="000000").json()["type"] == "urn:mxshop:problem:wrong_second_factor", "none was set up"
    factor = second_factors.begin_enrolment(user=staff, code=second_factors.hand_out_enrolment(user=staff))
    app = pyotp.parse_uri(second_factors.address_for_app(factor=factor))
    assert log_in(otp=app.at(timezone.now())).status_code == 400, "it was not confirmed"
    (recovery, *_others) = second_factors.confirm_enrolment(factor=factor, code=app.at(timezone.now()))

    for otp in ("", "000000", app.at(timezone.now())):
        refused = log_in(otp=otp)
        assert (refused.status_code, list(refused.json()["otp"])) == (400, ["验证码错误，或已使用过。"])
    assert log_in(otp=app.at(timezone.now() + timedelta(seconds=30))).status_code == 200
    assert [log_in(otp=recovery).status_code for _ in range(2)] == [200, 400]
    assert log_in(password="wrong", otp=recovery).json()["type"] == "urn:mxshop:problem:wrong_login"


@pytest.mark.parametrize("also_this", [False, True])
def test_who_logs_out_everywhere_is_logged_out_of_the_back_office(
    staff: UserProfile, superuser: UserProfile, also_this: bool
) -> None:
    theirs, of_another = browser_of(staff), browser_of(superuser)
    headers = {"Authorization": f"JWT {log_in('/login/').json()['token']}"}
    assert [is_in(theirs), is_in(of_another)] == [True, True]

    ended = APIClient().post("/devices/end/", {"also_this": also_this}, headers=headers)

    assert ended.json() == {"count": 1 + also_this}
    assert [is_in(theirs), is_in(of_another)] == [False, True]
    staff.refresh_from_db()
    assert is_in(browser_of(staff)), "and may come back"


def test_a_log_out_everywhere_holds_after_another_secret(staff: UserProfile, settings) -> None:
    sessions.end_sessions_of(user_id=staff.pk)
    staff.refresh_from_db()
    late = browser_of(staff)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-fifty-characters-or-more"
    assert is_in(late)

    sessions.end_sessions_of(user_id=staff.pk)
    assert not is_in(late)


def test_who_sets_another_password_stays_in_with_this_browser_alone(staff: UserProfile) -> None:
    this, other = browser_of(staff), browser_of(staff)
    typed = {"old_password": PASSWORD, "new_password1": "another good one 9", "new_password2": "another good one 9"}
    assert send(this, "/xadmin/account/password/", typed).status_code == 302
    assert [is_in(this), is_in(other)] == [True, False]


def test_a_log_out_elsewhere_is_no_other_password(staff: UserProfile) -> None:
    before = staff.password_fingerprints()
    sessions.end_sessions_of(user_id=staff.pk)
    staff.refresh_from_db()
    assert staff.password_fingerprints() == before, "what the kept device let into sister applications stays"


def is_in(browser: Client) -> bool:
    return "this_is_the_login_form" not in browser.get("/xadmin/").content.decode()


def test_tokens_end_with_the_second_factor_that_opened_them(
    staff: UserProfile, superuser: UserProfile, settings
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    tokens = {}
    for user in (staff, superuser):
        factor = second_factors.begin_enrolment(user=user, code=second_factors.hand_out_enrolment(user=user))
        app = pyotp.parse_uri(second_factors.address_for_app(factor=factor))
        (recovery, *_others) = second_factors.confirm_enrolment(factor=factor, code=app.at(timezone.now()))
        tokens[user.username] = log_in(name=user.username, otp=recovery).json()["token"]
    of_shop = log_in("/login/").json()["token"]

    second_factors.reset_second_factor(user=staff)

    assert [leave(tokens["staff"]), leave(tokens["root"])] == [401, 204]
    assert status_of(of_shop) == 200, "which no second factor opened"


def test_tries_of_the_second_factor_are_limited(staff: UserProfile, settings) -> None:
    settings.STAFF_SECOND_FACTOR, settings.THROTTLE_SCALE = True, 1

    with time_machine.travel(timezone.now()) as clock:
        answers = [log_in(otp="000000") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [400] * 5 + [429]
        assert 1 <= int(answers[-1]["Retry-After"]) <= 60
        assert answers[-1].json()["detail"] == f"尝试次数过多，请在 {answers[-1]['Retry-After']} 秒后再试。"
        for _hour in range(5):
            clock.shift(timedelta(minutes=61))
            assert {log_in(otp="000000").status_code for _ in range(5)} == {400}
        clock.shift(timedelta(minutes=61))
        refused = log_in(otp="000000")

    assert refused.status_code == 429
    assert 17 * 3600 < int(refused["Retry-After"]) < 19 * 3600
    assert re.fullmatch("尝试次数过多，请在 1[89] 小时后再试。", refused.json()["detail"])


def test_staff_see_both_realms_among_their_devices_and_end_either(staff: UserProfile) -> None:
    of_staff, of_shop = log_in().json()["token"], log_in("/login/").json()["token"]
    headers = {"Authorization": f"JWT {of_shop}"}
    listed = APIClient().get("/devices/", headers=headers).json()["results"]

    assert [device["realm"] for device in listed] == ["shop", "staff"]
    assert APIClient().delete(f"/devices/{listed[1]['public_id']}/", headers=headers).status_code == 204
    assert leave(of_staff) == 401
