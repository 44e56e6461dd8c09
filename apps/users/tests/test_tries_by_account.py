"""Three names of an account give no more guesses than one, and nobody learns that they are one user's."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.known_browsers import COOKIE, mark_for
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD

HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"
NAMES = ["alice", "13800000001", "alice@example.com"]


@pytest.fixture(autouse=True)
def _strict(settings: Any) -> None:
    settings.THROTTLE_SCALE = 1


@pytest.fixture
def owner(alice: UserProfile) -> UserProfile:
    """alice with all three names, who has logged in from home."""
    UserProfile.objects.filter(pk=alice.pk).update(verified_email="alice@example.com")
    sessions.open_session(user=alice, device=Device(ip=HOME, user_agent="a browser"))
    return alice


def log_in(name: str, password: str = PASSWORD, *, ip: str = ELSEWHERE, mark: str = "", to: str = "/login/") -> Any:
    browser = APIClient()
    browser.cookies[COOKIE] = mark
    return browser.post(to, {"username": name, "password": password}, REMOTE_ADDR=ip)


def attack(*names: str, tries: int = 10) -> None:
    """Strangers guess, each at one of the names, and none too often for it."""
    for number in range(tries):
        answer = log_in(names[number % len(names)], "wrong", ip=f"192.0.2.{number}")
        assert answer.status_code == 400


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("name", NAMES)
def test_b15_names_of_one_account_share_its_tries(name: str) -> None:
    attack(*NAMES, tries=9)
    assert log_in(name).status_code == 200, "the tenth"
    assert log_in(name, ip="203.0.113.10").status_code == 400, "the eleventh"


@pytest.mark.usefixtures("owner")
def test_b17_what_is_tried_by_one_name_tells_nothing_of_another() -> None:
    attack("alice")
    answers = {
        name: [log_in(name, password, ip=f"203.0.113.{n}") for n, password in enumerate([PASSWORD] + ["wrong"] * 10)]
        for name in ("13800000001", "13900000009")
    }

    told = [[(a.status_code, a.content, frozenset(a.headers)) for a in of] for of in answers.values()]
    assert told[0] == told[1]
    assert [status for status, *_ in told[0]] == [400] * 10 + [429]
    [words] = {answer.json()["detail"] for answer in answers["13800000001"][:10]}
    assert "在一小时内" in words, "what may be the matter, and for how long"
    assert "在商城中可在任何地方用验证码登录" in words, "and what does not wait"


@pytest.mark.usefixtures("owner")
def test_b15_the_owner_comes_in_by_any_name_at_home() -> None:
    attack(*NAMES, tries=12)
    assert [log_in(name, ip=HOME).status_code for name in NAMES] == [200] * 3


def test_b15_the_owner_comes_in_on_a_known_browser(owner: UserProfile) -> None:
    attack(*NAMES, tries=12)
    assert [log_in(name, mark=mark_for(owner)).status_code for name in NAMES] == [200] * 3


@pytest.mark.usefixtures("owner")
def test_b15_home_gives_ten_more_for_all_names_together() -> None:
    attack(*NAMES, tries=12)
    for number in range(10):
        log_in(NAMES[number % 3], "wrong", ip=HOME)
    assert [log_in(name, ip=HOME).status_code for name in NAMES] == [400] * 3


def test_b15_staff_are_counted_together_with_the_shop(owner: UserProfile, client: Client) -> None:
    UserProfile.objects.filter(pk=owner.pk).update(is_staff=True)
    attack("alice")

    assert log_in("13800000001", to="/staff/login/").status_code == 400
    assert log_in("13800000001", to="/staff/login/", ip=HOME).status_code == 200
    page = RequestFactory().post("/xadmin/", REMOTE_ADDR=ELSEWHERE)
    assert authenticate(page, username="13800000001", password=PASSWORD) is None
    page.COOKIES[COOKIE] = mark_for(owner)
    assert authenticate(page, username="13800000001", password=PASSWORD) == owner


def test_b14_an_account_tried_too_often_costs_a_hash_as_well(
    owner: UserProfile, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    encode = Argon2PasswordHasher.encode
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *given: hashed.append(1) or encode(*given))  # type: ignore[func-returns-value]
    with django_assert_num_queries(1):
        log_in("nobody")
    attack("alice")
    before = len(hashed)
    with django_assert_num_queries(2):  # and whether the owner is known here
        log_in("13800000001")
    assert len(hashed) == before + 1


@pytest.mark.django_db(transaction=True)
def test_b15_tries_at_once_by_all_names_are_all_counted(owner: UserProfile) -> None:
    def guess(number: int) -> int:
        form = {"username": NAMES[number % 3], "password": PASSWORD}
        return Client(REMOTE_ADDR=f"192.0.2.{number}").post("/login/", form, "application/json").status_code

    statuses = run_together(15, guess)

    assert sorted(statuses) == [200] * 10 + [400] * 5
