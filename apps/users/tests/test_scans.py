"""Log-in by scanning: a browser asks, a phone confirms, and that browser alone is let in."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
import segno
import time_machine
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tasks import sweep_named
from apps.trade.models import CartLine
from apps.trade.tests.factories import GuestCartLineFactory
from apps.users.models import DeviceSession, ScanLogin, UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_devices import CHROME
from apps.users.tests.test_tokens import status_of

pytestmark = pytest.mark.django_db

STATES = ["waiting", "scanned", "confirmed", "refused"]


class Browser:
    """A browser that shows a code; it keeps its cookies."""

    def __init__(self, ip: str = "203.0.113.7") -> None:
        self.client = APIClient(headers={"user-agent": CHROME}, REMOTE_ADDR=ip)
        self.asked = self.client.post("/scans/")
        self.id = self.asked.json()["public_id"]

    def state(self) -> str:
        return str(self.client.get(f"/scans/{self.id}/").json()["state"])

    def claim(self, **body: Any) -> Any:
        return self.client.post(f"/scans/{self.id}/claim/", body)


class Phone:
    """A phone that is logged in."""

    def __init__(self, user: UserProfile) -> None:
        self.token = sessions.open_session(user=user, device=Device(ip=None, user_agent="a phone")).token
        self.client = APIClient(headers={"authorization": f"JWT {self.token}"})

    def do(self, step: str, browser: Browser) -> Any:
        return self.client.post(f"/scans/{browser.id}/{step}/")


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def phone(alice: UserProfile) -> Phone:
    return Phone(alice)


@pytest.fixture
def other(charlie: UserProfile) -> Phone:
    return Phone(charlie)


def test_a_browser_is_let_in_by_a_phone(browser: Browser, phone: Phone, alice: UserProfile) -> None:
    assert browser.state() == "waiting"

    scanned = phone.do("scan", browser)
    assert scanned.status_code == 200
    assert scanned.json() == {
        "state": "scanned",
        "public_id": browser.id,
        "agent": "Chrome, Windows",
        "ip": "203.0.113.7",
        "place": "局域网",  # an address of the documentation belongs to no place
        "created_at": scanned.json()["created_at"],
    }
    assert browser.state() == "scanned"

    assert phone.do("confirm", browser).json()["state"] == "confirmed"
    assert browser.state() == "confirmed"

    claimed = browser.claim()
    assert claimed.status_code == 200
    assert claimed.json()["user"]["username"] == "alice"
    assert "refresh_token" not in claimed.json()
    assert status_of(claimed.json()["token"]) == 200
    session = DeviceSession.objects.latest("pk")
    assert (session.user, session.ip, session.user_agent) == (alice, "203.0.113.7", CHROME)


def test_the_qr_code_says_the_address_where_a_phone_confirms(browser: Browser, settings) -> None:
    body = browser.asked.json()
    assert body["address"] == f"http://127.0.0.1:{settings.PORT}/scan/{browser.id}/"
    assert body["qr"] == segno.make(body["address"], error="m").svg_data_uri(scale=5, border=4)
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"
    assert Browser().asked.json()["address"].startswith("https://shop.example/scan/")


def test_b25_the_cookie_is_the_browsers_alone(browser: Browser, settings) -> None:
    cookie = browser.asked.cookies["mxshop_scan"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("Strict", f"/scans/{browser.id}/", 120)
    assert not cookie["secure"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", cookie.value)
    assert cookie.value not in browser.asked.content.decode()
    assert cookie.value not in str(ScanLogin.objects.values())
    settings.SESSION_COOKIE_SECURE = True
    assert Browser().asked.cookies["mxshop_scan"]["secure"]


def test_b25_who_saw_the_code_learns_the_state_and_nothing_else(browser: Browser, phone: Phone) -> None:
    onlooker = APIClient()
    for step, state in (("", "waiting"), ("scan", "scanned"), ("confirm", "confirmed")):
        if step:
            phone.do(step, browser)
        seen = onlooker.get(f"/scans/{browser.id}/")
        assert seen.json() == {"state": state}
        assert seen["Cache-Control"] == "no-store"
        assert not seen.cookies
        assert onlooker.post(f"/scans/{browser.id}/claim/").status_code == 404
    assert browser.claim().status_code == 200
    assert onlooker.get(f"/scans/{browser.id}/").json() == {"state": "expired"}


@pytest.mark.parametrize("secret", ["", "x", "another"])
def test_b25_another_browser_is_not_let_in(browser: Browser, phone: Phone, secret: str) -> None:
    thief = Browser()
    thief.client.cookies["mxshop_scan"] = thief.client.cookies["mxshop_scan"].value if secret == "another" else secret
    phone.do("scan", browser)
    phone.do("confirm", browser)
    before = DeviceSession.objects.count()

    assert thief.client.post(f"/scans/{browser.id}/claim/").status_code == 404
    assert DeviceSession.objects.count() == before
    assert browser.claim().status_code == 200


def test_b25_a_code_is_good_once(browser: Browser, phone: Phone) -> None:
    phone.do("scan", browser)
    phone.do("confirm", browser)
    assert browser.claim().status_code == 200
    before = DeviceSession.objects.count()

    again = browser.claim()

    assert (again.status_code, again.json()["type"]) == (409, "urn:mxshop:problem:scan_over")
    assert [phone.do(step, browser).status_code for step in ("scan", "confirm", "refuse")] == [409, 409, 409]
    assert DeviceSession.objects.count() == before
    assert browser.state() == "expired"


def test_b25_nobody_is_let_in_before_the_phone_confirms(browser: Browser, phone: Phone) -> None:
    assert browser.claim().status_code == 409
    assert phone.do("confirm", browser).status_code == 404, "it has not scanned yet"
    phone.do("scan", browser)
    assert browser.claim().status_code == 409
    assert browser.state() == "scanned"


def test_a_refused_browser_stays_out(browser: Browser, phone: Phone) -> None:
    phone.do("scan", browser)

    assert phone.do("refuse", browser).json()["state"] == "refused"

    assert phone.do("confirm", browser).status_code == 409
    assert browser.claim().status_code == 409
    assert browser.state() == "refused"


@pytest.mark.parametrize("steps", [[], ["scan"], ["scan", "confirm"]])
def test_b25_a_code_ends_after_120_seconds(browser: Browser, phone: Phone, steps: list[str]) -> None:
    made = ScanLogin.objects.get().created_at
    for step in steps:
        assert phone.do(step, browser).status_code == 200
    with time_machine.travel(made + timedelta(seconds=119), tick=False):
        assert browser.state() == [*STATES][len(steps)]
    with time_machine.travel(made + timedelta(seconds=120, milliseconds=10), tick=False):
        assert browser.state() == "expired"
        assert phone.do("scan", browser).status_code == 409
        assert phone.do("confirm", browser).status_code == (409 if steps else 404)
        assert browser.claim().status_code == 409
    assert ScanLogin.objects.get().state == [*STATES][len(steps)], "nothing was changed"


def test_the_phone_that_scanned_first_has_it(browser: Browser, phone: Phone, other: Phone) -> None:
    assert phone.do("scan", browser).status_code == 200
    assert phone.do("scan", browser).status_code == 200, "the same phone may look again"

    assert other.do("scan", browser).status_code == 409
    assert [other.do(step, browser).status_code for step in ("confirm", "refuse")] == [404, 404]
    assert browser.state() == "scanned"


def test_a_second_phone_of_the_same_user_does_not_answer_for_the_first(
    browser: Browser, phone: Phone, alice: UserProfile
) -> None:
    phone.do("scan", browser)
    second = Phone(alice)

    assert second.do("scan", browser).status_code == 409
    assert second.do("confirm", browser).status_code == 404


def test_a_phone_must_be_logged_in(browser: Browser, visitor: APIClient) -> None:
    for step in ("scan", "confirm", "refuse"):
        assert visitor.post(f"/scans/{browser.id}/{step}/").status_code == 401
    assert browser.state() == "waiting"


@pytest.mark.parametrize("change", ["logged out", "switched off", "deleted", "another password"])
def test_a_phone_that_was_logged_out_meanwhile_lets_nobody_in(
    browser: Browser, phone: Phone, alice: UserProfile, change: str
) -> None:
    phone.do("scan", browser)
    phone.do("confirm", browser)
    if change == "logged out":
        sessions.end_sessions_of(user_id=alice.pk)
    else:
        UserProfile.objects.update(
            **{
                "switched off": {"is_active": False},
                "deleted": {"is_deleted": True},
                "another password": {"password": make_password("staple of tomorrow")},  # past every service
            }[change]
        )

    assert browser.claim().status_code == 409
    assert not DeviceSession.objects.filter(user_agent=CHROME).exists()


def test_b5_what_a_phone_confirmed_ends_with_its_password(browser: Browser, phone: Phone) -> None:
    """The phone stays logged in, with a new token. What another had confirmed with its old one is void."""
    phone.do("scan", browser)
    phone.do("confirm", browser)
    new = {"old_password": PASSWORD, "new_password": "staple of tomorrow"}
    assert phone.client.post("/users/password/", new).status_code == 200

    assert browser.claim().status_code == 409
    assert not DeviceSession.objects.filter(user_agent=CHROME).exists()


@pytest.mark.parametrize("public_id", [uuid.uuid4(), "nonsense", 1])
def test_what_was_never_asked_for_is_not_there(db, phone: Phone, visitor: APIClient, public_id: object) -> None:
    assert visitor.get(f"/scans/{public_id}/").status_code == 404
    assert visitor.post(f"/scans/{public_id}/claim/").status_code == 404
    assert phone.client.post(f"/scans/{public_id}/scan/").status_code == 404


def test_a_guests_cart_and_short_tokens_come_along(browser: Browser, phone: Phone, alice: UserProfile) -> None:
    line = GuestCartLineFactory()
    phone.do("scan", browser)
    phone.do("confirm", browser)

    body = browser.claim(guest_cart=str(line.cart.public_id), refresh=True).json()

    assert body["refresh_token"]
    assert CartLine.objects.get(user=alice).sku == line.sku


def test_asking_is_limited(settings) -> None:
    settings.THROTTLE_SCALE = 1
    client = APIClient()

    assert [client.post("/scans/").status_code for _ in range(61)] == [201] * 60 + [429]


@pytest.mark.usefixtures("nobody_counts")
def test_b28_when_nobody_can_count_nobody_is_let_in() -> None:
    assert APIClient().post("/scans/").status_code == 503
    assert not ScanLogin.objects.exists()


def test_each_step_costs_little(browser: Browser, phone: Phone, at_most_statements) -> None:
    with at_most_statements(1):
        browser.state()
    for step in ("scan", "confirm"):
        with at_most_statements(3):  # whose token, which code, the step
            phone.do(step, browser)
    with at_most_statements(9):  # two of them for the SMS about a new device
        assert browser.claim().status_code == 200


def test_the_clock_forgets_them_after_a_month(browser: Browser) -> None:
    for days, left in ((29, 1), (31, 0)):
        ScanLogin.objects.update(expires_at=timezone.now() - timedelta(days=days))
        sweep_named("users.forget_scans").run()
        assert ScanLogin.objects.count() == left


# -- The pages --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/scan/", "/scan/00000000-0000-4000-8000-000000000001/"])
def test_the_pages_run_our_own_script_alone(visitor: APIClient, address: str) -> None:
    page = visitor.get(address, headers={"accept": "text/html"})

    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    html = page.content.decode()
    assert re.findall(r"<script[^>]*>", html) == ['<script src="/static/mxshop/scan.js" defer>']
    assert "style=" not in html
    assert visitor.post(address).status_code == 405


@pytest.mark.parametrize(("language", "title"), [("zh-hans", "扫码登录"), ("en", "Log in by scanning")])
def test_the_pages_speak_both_languages(visitor: APIClient, language: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in visitor.get("/scan/", headers={"accept-language": language}).content.decode()


def test_the_page_of_what_was_never_asked_for_is_none(visitor: APIClient) -> None:
    assert visitor.get("/scan/nonsense/").status_code == 404
