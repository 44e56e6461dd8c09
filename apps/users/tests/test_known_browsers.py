"""A browser that its user has logged in on is known, wherever it is: strangers do not lock the owner out there."""

from collections.abc import Callable
from datetime import timedelta
from http.cookies import Morsel
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.common.throttling import _rate
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import codes, known_browsers, sessions
from apps.users.services.known_browsers import COOKIE
from apps.users.services.sessions import Device
from apps.users.tests.conftest import Mailbox, Phone, in_session
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_lockout import attack
from apps.users.tests.third_parties import whole_way
from apps.users.tests.third_party_doubles import WeixinDouble

HOME = "198.51.100.7"
ELSEWHERE = "203.0.113.9"


@pytest.fixture(autouse=True)
def _strict(settings: Any) -> None:
    settings.THROTTLE_SCALE = 1


def log_in(browser: APIClient, name: str = "alice", password: str = PASSWORD, *, ip: str = ELSEWHERE) -> int:
    return browser.post("/login/", {"username": name, "password": password}, REMOTE_ADDR=ip).status_code


def marked(mark: str) -> APIClient:
    browser = APIClient()
    browser.cookies[COOKIE] = mark
    return browser


@pytest.fixture
def own(alice: UserProfile) -> APIClient:
    """alice's own browser; she has logged in on it at home."""
    browser = APIClient()
    assert log_in(browser, ip=HOME) == 200
    return browser


@pytest.mark.parametrize("name", ["alice", "13800000001", " alice ", "ａｌｉｃｅ"])
def test_b15_the_owners_browser_logs_in_from_a_new_address(own: APIClient, name: str) -> None:
    attack("alice", 12)
    attack(name, 12)

    assert log_in(APIClient(), name) == 429, "a browser that nobody knows"
    assert log_in(own, name) == 200


def test_b15_it_logs_in_for_as_long_as_the_attack_lasts(own: APIClient, time_machine: Any) -> None:
    for minute in range(0, 60, 5):
        time_machine.move_to(f"2027-01-01 10:{minute:02d}:00+08:00", tick=False)
        attack("alice", 12)
        assert log_in(own) == 200


def test_b15_the_back_office_knows_it_too(own: APIClient, client: Client) -> None:
    attack("alice", 12)
    client.cookies[COOKIE] = own.cookies[COOKIE].value
    form = {"username": "alice", "password": PASSWORD, "this_is_the_login_form": "1"}
    page = client.post("/xadmin/", form, REMOTE_ADDR=ELSEWHERE).content.decode()

    assert "尝试次数过多" not in page
    assert "Too many tries" not in page


def enter_office(browser: Client, name: str = "staff") -> Any:
    form = {"username": name, "password": PASSWORD, "this_is_the_login_form": "1", "next": "/xadmin/"}
    return browser.post("/xadmin/", form, REMOTE_ADDR=ELSEWHERE)


def enter_staff_api(browser: Client, name: str = "staff") -> Any:
    form = {"username": name, "password": PASSWORD}
    return browser.post("/staff/login/", form, "application/json", REMOTE_ADDR=ELSEWHERE)


@pytest.mark.parametrize("enter", [enter_office, enter_staff_api])
def test_b15_strangers_lock_no_staff_out_of_their_own_browser(
    staff: UserProfile, client: Client, enter: Callable[..., Any]
) -> None:
    assert enter(client).status_code in (200, 302)
    assert_good(client.cookies[COOKIE], "staff")
    DeviceSession.objects.all().delete()  # the place is forgotten, the browser is not
    client.cookies.pop("sessionid", None)
    attack("staff", 12)

    assert enter(client).status_code in (200, 302)
    for other in (enter_office, enter_staff_api):
        DeviceSession.objects.all().delete()
        assert other(Client()).status_code == 429


def test_b15_nor_out_of_the_place_where_they_work(staff: UserProfile) -> None:
    assert enter_office(Client()).status_code == 302
    attack("staff", 12)

    for enter in (enter_office, enter_staff_api):
        assert enter(Client()).status_code in (200, 302)


@pytest.mark.parametrize("enter", [enter_office, enter_staff_api])
def test_a_shopper_who_tries_the_back_office_is_given_no_mark(
    alice: UserProfile, client: Client, enter: Callable[..., Any]
) -> None:
    enter(client, "alice")
    assert COOKIE not in client.cookies


def flood(path: str = "/login/", tries: int = 21) -> list[int]:
    """A stranger at the same address goes on and on."""
    forms = ({"username": f"name{n}", "password": "wrong", "code": "000000"} for n in range(tries))
    return [APIClient().post(path, form, REMOTE_ADDR=ELSEWHERE).status_code for form in forms]


def test_b15_strangers_behind_the_same_address_shut_no_owner_out(own: APIClient) -> None:
    assert flood()[-1] == 429

    assert log_in(APIClient()) == 429, "a browser that nobody knows"
    assert log_in(own) == 200
    assert log_in(own, "charlie") == 429, "it is known as alice's alone"


def test_b15_nor_out_of_any_other_way_in(own: APIClient, staff: UserProfile, client: Client) -> None:
    assert enter_office(client).status_code == 302
    client.cookies.pop("sessionid")
    flood()
    flood("/login/code/")

    assert enter_staff_api(client).status_code == 200
    assert enter_office(client).status_code == 302
    form = {"username": "13800000001", "code": "000000", "password": PASSWORD}
    for path in ("/login/code/", "/users/password/reset/"):
        assert own.post(path, form, REMOTE_ADDR=ELSEWHERE).status_code == 400
        assert APIClient().post(path, form, REMOTE_ADDR=ELSEWHERE).status_code == 429


def test_a_known_browsers_tries_at_an_address_end_as_well(own: APIClient, settings: Any) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login": "2/minute"}
    _rate.cache_clear()
    flood(tries=3)
    other = APIClient()
    assert log_in(other, ip=HOME) == 200  # many marks are worth no more tries than one

    assert [log_in(own, password="wrong"), log_in(other, password="wrong"), log_in(own)] == [400, 400, 429]
    _rate.cache_clear()


def test_b15_guesses_behind_a_full_address_count_against_the_account(own: APIClient) -> None:
    flood()
    assert [log_in(own, password="wrong") for _try in range(21)][-1] == 429
    assert log_in(APIClient(), ip="203.0.113.77") == 429, "the account's tries are used up for all"


def test_a_known_browser_has_its_limit_too(own: APIClient) -> None:
    attack("alice", 10)
    other = APIClient()
    assert log_in(other, ip=HOME) == 200

    assert [log_in(own, password="wrong", ip=f"203.0.113.{n}") for n in range(11)] == [400] * 10 + [429]
    assert log_in(other) == 200, "which is its own"


def test_a_mark_opens_nothing(own: APIClient, phone: Phone) -> None:
    browser = marked(own.cookies[COOKIE].value)

    assert log_in(browser, password="wrong") == 400
    assert browser.get("/users/").status_code == 401
    form = {"username": "13800000001", "code": "000000"}
    assert browser.post("/login/code/", form).status_code == 400


def test_who_does_not_get_in_is_given_none(alice: UserProfile) -> None:
    browser = APIClient()
    log_in(browser, password="wrong")
    log_in(browser, "nobody")

    assert COOKIE not in browser.cookies


def test_somebody_elses_mark_is_a_strangers(own: APIClient, charlie: UserProfile) -> None:
    browser = APIClient()
    assert log_in(browser, "charlie") == 200
    browser = marked(browser.cookies[COOKIE].value)
    attack("alice", 12)
    attack("charlie", 12)

    assert log_in(browser, "alice", ip="203.0.113.10") == 429
    assert log_in(browser, "charlie", ip="203.0.113.10") == 200


FORGERIES: list[Callable[[str], str]] = [
    lambda mark: "",
    lambda mark: mark[:-1] + ("A" if mark[-1] != "A" else "E") + "A",
    lambda mark: mark.replace(mark[:4], "0000", 1),
    lambda mark: mark.rpartition(".")[0],
    lambda mark: mark + "." + mark,
    lambda mark: "......",
    lambda mark: "a.b.c.d.e.f",
    lambda mark: "x" * 100_000,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_mark_is_none_and_costs_no_look(
    own: APIClient, forge: Callable[[str], str], django_assert_num_queries: Any
) -> None:
    forged = forge(own.cookies[COOKIE].value)
    with django_assert_num_queries(0):
        assert known_browsers.browser_of(name="alice", mark=forged) is None
    attack("alice", 12)
    assert log_in(marked(forged)) == 429


def test_it_ends_with_the_password(own: APIClient, alice: UserProfile) -> None:
    mark = own.cookies[COOKIE].value
    alice.set_password("staple of tomorrow")
    alice.save()

    assert known_browsers.browser_of(name="alice", mark=mark) is None


def test_it_ends_with_its_age(own: APIClient) -> None:
    mark = own.cookies[COOKIE].value
    with time_machine.travel(known_browsers.LIFETIME - timedelta(minutes=1), tick=False):
        assert known_browsers.browser_of(name="alice", mark=mark)
    with time_machine.travel(known_browsers.LIFETIME + timedelta(minutes=1), tick=False):
        assert known_browsers.browser_of(name="alice", mark=mark) is None


def test_it_ends_with_nothing_else(own: APIClient, alice: UserProfile, settings: Any) -> None:
    own.post("/logout/")
    DeviceSession.objects.all().delete()
    UserProfile.objects.filter(pk=alice.pk).update(mobile="13800000077", username="alicia")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 5, [settings.SECRET_KEY]

    assert known_browsers.browser_of(name="13800000077", mark=own.cookies[COOKIE].value)
    assert known_browsers.browser_of(name="alice", mark=own.cookies[COOKIE].value) is None, "nobody's name now"


def test_who_changes_the_password_is_still_known(own: APIClient, alice: UserProfile) -> None:
    browser = in_session(alice)
    form = {"old_password": PASSWORD, "new_password": "staple of tomorrow"}
    answer = browser.post("/users/password/", form)

    assert answer.status_code == 200
    assert known_browsers.browser_of(name="alice", mark=browser.cookies[COOKIE].value)


def assert_good(cookie: "Morsel[str]", name: str) -> None:
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == 400 * 24 * 60 * 60
    assert known_browsers.browser_of(name=name, mark=cookie.value)


def test_each_way_in_sets_it(alice: UserProfile, phone: Phone, mailbox: Mailbox, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    by_code, newcomer, by_mail = APIClient(), APIClient(), APIClient()
    codes.send_code(address="13800000001", purpose=VerifyCode.Purpose.LOGIN, ip=None)
    by_code.post("/login/code/", {"username": "13800000001", "code": phone.code()})
    assert_good(by_code.cookies[COOKIE], "13800000001")
    assert by_code.cookies[COOKIE]["secure"] is True

    codes.send_code(address="13912345678", purpose=VerifyCode.Purpose.REGISTER, ip=None)
    newcomer.post("/users/", {"username": "13912345678", "code": phone.code(), "password": PASSWORD})
    assert_good(newcomer.cookies[COOKIE], "13912345678")

    by_mail.post("/users/by-email/", {"email": "new@example.com", "password": PASSWORD})
    by_mail.post("/users/activate/", {"token": mailbox.link_token(), "password": PASSWORD})
    assert_good(by_mail.cookies[COOKIE], "new@example.com")


def test_a_scan_sets_it(alice: UserProfile) -> None:
    phone = APIClient()
    signed_in = sessions.open_session(user=alice, device=Device(ip=HOME, user_agent="a phone"))
    phone.credentials(HTTP_AUTHORIZATION=f"JWT {signed_in.token}")
    browser = APIClient()
    scan = browser.post("/scans/").json()["public_id"]
    phone.post(f"/scans/{scan}/scan/")
    phone.post(f"/scans/{scan}/confirm/")

    assert browser.post(f"/scans/{scan}/claim/").status_code == 200
    assert_good(browser.cookies[COOKIE], "alice")


@pytest.mark.django_db
def test_a_third_party_sets_it(browser: Client, weixin: WeixinDouble) -> None:
    whole_way(browser, weixin)

    assert_good(browser.cookies[COOKIE], UserProfile.objects.get().username)


def test_b21_a_known_browser_gets_the_codes_that_are_kept(own: APIClient, phone: Phone, settings: Any) -> None:
    settings.CODES_PER_ADDRESS_AND_DAY = settings.CODES_PER_PURPOSE_AND_DAY = 1
    settings.CODES_KEPT_FOR_HOLDERS = 1
    with time_machine.travel("2027-01-01 10:00:00+08:00", tick=False) as clock:

        def ask(browser: APIClient, mobile: str = "13800000001") -> int:
            clock.shift(timedelta(seconds=61))
            form = {"mobile": mobile, "purpose": "login"}
            return browser.post("/code/", form, REMOTE_ADDR=ELSEWHERE).status_code

        assert [ask(APIClient()), ask(APIClient())] == [201, 429]
        assert [ask(own, "13900000009"), ask(own, "13900000009")] == [201, 429], "no name of this browser's user"
        assert [ask(own), ask(own)] == [201, 429]


def test_b21_a_known_browser_has_codes_where_others_used_up_the_address(
    own: APIClient, phone: Phone, settings: Any
) -> None:
    settings.CODES_PER_IP_AND_HOUR, settings.CODES_KEPT_FOR_HOLDERS = 1, 2
    with time_machine.travel("2027-01-01 10:00:00+08:00", tick=False) as clock:

        def ask(browser: APIClient, mobile: str) -> int:
            clock.shift(timedelta(seconds=61))
            form = {"mobile": mobile, "purpose": "login"}
            return browser.post("/code/", form, REMOTE_ADDR=ELSEWHERE).status_code

        assert [ask(APIClient(), "13900000009"), ask(APIClient(), "13900000008")] == [201, 429]
        assert ask(own, "13900000008") == 429, "no name of this browser's user"
        assert [ask(own, "13800000001") for _code in range(3)] == [201, 201, 429]


def test_b21_a_known_browser_asks_for_a_code_while_others_ask_for_many(own: APIClient, phone: Phone) -> None:
    for n in range(11):
        APIClient().post("/code/", {"mobile": f"139000000{n:02d}", "purpose": "login"}, REMOTE_ADDR=ELSEWHERE)

    form = {"mobile": "13800000001", "purpose": "login"}
    assert APIClient().post("/code/", form, REMOTE_ADDR=ELSEWHERE).status_code == 429
    assert own.post("/code/", form, REMOTE_ADDR=ELSEWHERE).status_code == 201


def test_b21_who_is_signed_in_confirms_on_a_known_browser(
    own: APIClient, alice: UserProfile, phone: Phone, settings: Any
) -> None:
    settings.CODES_PER_ADDRESS_AND_DAY, settings.CODES_KEPT_FOR_HOLDERS = 0, 1
    browser = in_session(alice)
    assert browser.post("/users/confirmation/", {"act": "export"}, REMOTE_ADDR=ELSEWHERE).status_code == 429
    browser.cookies[COOKIE] = own.cookies[COOKIE].value
    assert browser.post("/users/confirmation/", {"act": "export"}, REMOTE_ADDR=ELSEWHERE).status_code == 201


def test_b17_a_mark_costs_the_same_for_whoever_is_asked_for(own: APIClient, charlie: UserProfile, phone: Phone) -> None:
    counts = set()
    for mobile in (charlie.mobile, "13900000009"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            own.post("/code/", {"mobile": mobile, "purpose": "login"}, REMOTE_ADDR=ELSEWHERE)
        counts.add(len(queries))
    assert len(counts) == 1
