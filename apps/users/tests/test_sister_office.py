"""Superusers register sister applications in the back office, and see each secret once."""

import html
import re

import pytest
from django.test import Client

from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.users.models import AppLogin, SisterApp, UserProfile
from apps.users.services import sisters
from apps.users.services.sessions import Device, open_session

pytestmark = pytest.mark.django_db

APPS = "/xadmin/users/sisterapp/"
FORUM = {"name": "Forum", "redirect_uris": "https://forum.example/callback", "is_active": "on"}


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def secret_on(shown: str) -> str:
    found = re.search(r"密钥 (\w{64,})", html.unescape(shown))
    assert found, "no secret is shown"
    return found[1]


def test_a_new_application_shows_its_secret_once(office: Client) -> None:
    send(office, f"{APPS}add/", FORUM)
    app = SisterApp.objects.get()
    secret = secret_on(page(office, APPS))

    assert (app.client_type, app.authorization_grant_type, app.algorithm) == (
        "confidential",
        "authorization-code",
        "RS256",
    )
    assert sisters.app_with(client_id=app.client_id, secret=secret) == app
    assert app.client_secret.startswith("argon2")
    for address in (APPS, f"{APPS}{app.pk}/detail/", f"{APPS}{app.pk}/update/"):
        shown = page(office, address)
        assert secret not in shown
        assert app.client_secret not in shown


def test_another_secret_replaces_it(office: Client) -> None:
    registered = sisters.register_app(app=SisterApp(name="Forum", redirect_uris=FORUM["redirect_uris"]))
    act(office, APPS, "renew_secret", registered.app)
    secret = secret_on(page(office, APPS))

    assert sisters.app_with(client_id=registered.app.client_id, secret=secret) == registered.app
    assert sisters.app_with(client_id=registered.app.client_id, secret=registered.secret) is None


def test_a_change_keeps_the_secret(office: Client) -> None:
    registered = sisters.register_app(app=SisterApp(name="Forum", redirect_uris=FORUM["redirect_uris"]))
    send(office, f"{APPS}{registered.app.pk}/update/", FORUM | {"name": "Forum 2"})

    assert SisterApp.objects.get().name == "Forum 2"
    assert sisters.app_with(client_id=registered.app.client_id, secret=registered.secret) == registered.app


@pytest.mark.parametrize("address", ["", "not an address", "javascript:alert(1)", "https://*.example/", "/callback"])
def test_an_address_must_be_one(address: str, office: Client) -> None:
    send(office, f"{APPS}add/", FORUM | {"redirect_uris": address})
    assert not SisterApp.objects.exists()


def test_a_log_in_shows_none_of_its_marks(office: Client, alice: UserProfile) -> None:
    app = sisters.register_app(app=SisterApp(name="Forum", redirect_uris=FORUM["redirect_uris"])).app
    session = open_session(user=alice, device=Device(ip=None, user_agent="x")).session
    marks = {"password_fingerprint": "PASSWORDMARK", "code_hash": "CODEMARK"}
    login = AppLogin.objects.create(session=session, app=app, scope="openid", **marks)
    address = "/xadmin/users/applogin/"

    for shown in (address, f"{address}{login.pk}/detail/", f"{address}?_cols=id.code_hash.password_fingerprint"):
        assert "MARK" not in page(office, shown)
    for mark in marks:
        assert listed(office, address, f"_p_{mark}__contains=MARK") == []
        assert mark not in office.get(f"{address}?_ajax=1&_fields={mark}").json()["objects"][0]


def test_it_takes_a_superuser(alice: UserProfile) -> None:
    staff = clerk("users.view_sisterapp", "users.add_sisterapp", "users.change_sisterapp")
    assert staff.get(APPS).status_code == 403
    assert send(staff, f"{APPS}add/", FORUM).status_code == 403
    assert not SisterApp.objects.exists()
