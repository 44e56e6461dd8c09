"""Staff in the back office: each of their browsers is a device, listed, told of and ended as any other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.back_office import act, browser_of, send
from apps.notifications.models import Notice
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import by_staff, deletion, sessions, tokens
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_devices import CHROME, PHONE, ask

ORDERS = "/xadmin/trade/order/"
SESSIONS = "/xadmin/users/devicesession/"


def come_in(name: str = "staff", *, ip: str = "192.0.2.1", user_agent: str = CHROME) -> Client:
    client = Client(REMOTE_ADDR=ip, headers={"User-Agent": user_agent})
    log_in(client, name)
    return client


def log_in(client: Client, name: str, *, page: str = "/xadmin/") -> None:
    form = {"username": name, "password": PASSWORD, "this_is_the_login_form": 1, "next": "/xadmin/"}
    assert client.post(page, form).status_code == 302


def is_in(client: Client) -> bool:
    return "this_is_the_login_form" not in client.get("/xadmin/").content.decode()


def token_of(user: UserProfile) -> str:
    return sessions.open_session(user=user, device=Device(ip="192.0.2.1", user_agent=CHROME)).token


def listed(user: UserProfile) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(token_of(user)).json()["results"][1:]
    return found


def test_a_browser_in_the_back_office_is_among_the_devices(staff: UserProfile) -> None:
    come_in(ip="10.0.0.7")

    (device,) = listed(staff)

    assert (device["realm"], device["agent"], device["ip"], device["place"]) == (
        "staff", "Chrome, Windows", "10.0.0.7", "局域网",
    )  # fmt: skip
    assert device["is_current"] is False
    left = DeviceSession.objects.get(realm="staff").expires_at - timezone.now()
    assert abs(left.total_seconds() - django_settings.SESSION_COOKIE_AGE) < 5


def test_its_user_ends_it_from_the_shop(staff: UserProfile) -> None:
    at_home, elsewhere = come_in(), come_in()
    token = token_of(staff)
    _here, device, _other = ask(token).json()["results"]

    assert ask(token, "delete", f"/devices/{device['public_id']}/").status_code == 204

    assert [is_in(at_home), is_in(elsewhere)] == [True, False]
    assert not elsewhere.session.items(), "nothing of it is kept in the browser's session"


def test_b26_all_are_ended_together(staff: UserProfile) -> None:
    browsers, token = [come_in(), come_in()], token_of(staff)

    answer = ask(token, "post", "/devices/end/")

    assert answer.json() == {"count": 2}
    assert [is_in(browser) for browser in browsers] == [False, False]


def test_a_copy_of_the_cookie_is_ended_with_it(staff: UserProfile) -> None:
    browser, copy = come_in(), Client()
    copy.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert is_in(copy)
    DeviceSession.objects.get().delete()
    assert [is_in(copy), is_in(browser)] == [False, False]


def test_a_log_out_ends_it(staff: UserProfile) -> None:
    browser = come_in()
    assert browser.post("/xadmin/logout/").status_code == 200
    assert DeviceSession.objects.get().ended_at is not None
    assert listed(staff) == []


def test_who_logs_in_again_in_the_same_browser_has_one_device(staff: UserProfile) -> None:
    browser = come_in()
    log_in(browser, "staff", page="/xadmin/login/")
    assert len(listed(staff)) == 1
    assert is_in(browser)


def test_who_logs_in_after_another_ends_the_device_of_that_one(staff: UserProfile, superuser: UserProfile) -> None:
    """Django forgets the session of another user before it tells of the log-in."""
    browser = come_in()
    log_in(browser, superuser.username, page="/xadmin/login/")
    assert [len(listed(staff)), len(listed(superuser))] == [0, 1]
    assert is_in(browser)


def test_staff_are_told_of_a_new_device(staff: UserProfile) -> None:
    come_in()
    come_in()
    assert not Notice.objects.exists()

    come_in(ip="198.51.100.7", user_agent=PHONE)

    notice = Notice.objects.get()
    assert notice.params == {"agent": "Safari, iPhone", "where": "198.51.100.7 局域网"}
    assert notice.reference == DeviceSession.objects.latest("pk").public_id.hex


WAYS: dict[str, Callable[[UserProfile], object]] = {
    "password by SQL": lambda user: UserProfile.objects.filter(pk=user.pk).update(password=make_password("x")),
    "password by staff": lambda user: by_staff.set_password(user=user, password="staple of tomorrow"),
    "switched off": lambda user: UserProfile.objects.filter(pk=user.pk).update(is_active=False),
    "everything ended": lambda user: sessions.end_sessions_of(user_id=user.pk),
    "time is over": lambda user: DeviceSession.objects.update(expires_at=timezone.now() - 2 * tokens.LEEWAY),
}


@pytest.mark.parametrize("way", WAYS)
def test_b5_what_ends_a_token_ends_a_browser(staff: UserProfile, way: str) -> None:
    browser, token = come_in(), token_of(staff)
    assert [is_in(browser), ask(token).status_code] == [True, 200]

    WAYS[way](staff)

    assert [is_in(browser), ask(token).status_code] == [False, 401]


def test_deletion_ends_both(staff: UserProfile) -> None:
    browser, token = come_in(), token_of(staff)
    UserProfile.objects.filter(pk=staff.pk).update(is_staff=False)
    deletion.delete_user(user=staff, actor_id=None)
    assert ask(token).status_code == 401
    UserProfile.objects.filter(pk=staff.pk).update(is_staff=True)
    assert not is_in(browser)


def test_ones_own_new_password_leaves_this_browser_alone_in(staff: UserProfile) -> None:
    here, elsewhere, token = browser_of(staff), come_in(), token_of(staff)
    new = {"old_password": PASSWORD, "new_password1": "staple of tomorrow", "new_password2": "staple of tomorrow"}

    assert send(here, "/xadmin/account/password/", new).status_code == 302

    assert [is_in(here), is_in(elsewhere), ask(token).status_code] == [True, False, 401]
    staff.refresh_from_db()
    assert staff.check_password("staple of tomorrow")
    assert len(listed(staff)) == 1


def test_a_new_password_in_the_shop_ends_the_back_office(staff: UserProfile) -> None:
    browser, token = come_in(), token_of(staff)
    body = {"old_password": PASSWORD, "new_password": "staple of tomorrow"}
    answer = ask(token, "post", "/users/password/", body)
    assert answer.status_code == 200
    assert not is_in(browser)
    assert [device["is_current"] for device in ask(answer.json()["token"]).json()["results"]] == [True]


def test_a_superuser_ends_it_in_the_back_office(staff: UserProfile, superuser: UserProfile) -> None:
    browser = come_in()
    assert act(browser_of(superuser), SESSIONS, "end_session", DeviceSession.objects.get(user=staff)).status_code == 302
    assert not is_in(browser)


def test_a_device_of_another_kind_opens_no_back_office(staff: UserProfile) -> None:
    """Nor does one of another user: Django's session names the device, and the device says whose it is."""
    browser = come_in()
    of_shop = sessions.session_of(token_of(staff))
    assert of_shop
    session = browser.session
    session["device"] = of_shop.public_id.hex
    session.save()
    assert not is_in(browser)


def test_a_session_from_before_devices_is_over(staff: UserProfile) -> None:
    browser = come_in()
    session = browser.session
    del session["device"]
    session.save()
    assert not is_in(browser)


def test_a_page_asks_for_device_and_user_at_once(staff: UserProfile) -> None:
    """And for nothing more; the last use is written once in five minutes."""
    start = timezone.now()
    browser = come_in()
    for minutes, ip, written in ((4, "192.0.2.2", 0), (6, "192.0.2.3", 1), (7, "192.0.2.4", 0)):
        at = start + timedelta(minutes=minutes)
        with time_machine.travel(at, tick=False), CaptureQueriesContext(connection) as asked:
            browser.get(ORDERS, REMOTE_ADDR=ip)
        sent = [query["sql"].replace("`", '"') for query in asked]
        assert len([sql for sql in sent if 'FROM "users_devicesession"' in sql]) == 1
        assert len([sql for sql in sent if 'FROM "users_userprofile"' in sql]) == 0
        assert len([sql for sql in sent if sql.startswith('UPDATE "users_devicesession"')]) == written
    assert DeviceSession.objects.get().last_ip == "192.0.2.3"


def test_the_api_takes_no_browser_of_the_back_office(staff: UserProfile) -> None:
    browser = come_in()
    client = APIClient()
    client.cookies = browser.cookies
    assert client.get("/devices/").status_code == 401
    assert client.get("/staff/orders/").status_code == 401


# -- What is listed ---------------------------------------------------------------------------------


def test_only_what_still_lets_in_is_listed(alice: UserProfile) -> None:
    """A password that was changed past the shop ends tokens by their fingerprint, and leaves the rows as they are."""
    for _number in range(2):
        token_of(alice)
    UserProfile.objects.filter(pk=alice.pk).update(password=make_password(PASSWORD))
    alice.refresh_from_db()

    assert listed(alice) == []
    assert DeviceSession.objects.filter(ended_at=None).count() == 3


def test_what_was_opened_under_a_secret_that_still_counts_is_listed(alice: UserProfile, settings: Any) -> None:
    token_of(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a-new-secret-key-of-fifty-characters-or-even-more-of-them"
    assert len(listed(alice)) == 1


def test_the_back_office_shows_it_alike(alice: UserProfile, superuser: UserProfile) -> None:
    office = browser_of(superuser)
    token_of(alice)
    row = DeviceSession.objects.get(user=alice)
    assert row.lets_in()
    UserProfile.objects.filter(pk=alice.pk).update(password=make_password("x"))
    shown = office.get(f"{SESSIONS}?_ajax=1&_fields=user,runs&_p_user__id__exact={alice.pk}").json()["objects"]
    assert ["False" in str(shown[0]["runs"])] == [True]
