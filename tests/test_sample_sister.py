"""The sample sister application, which a new user runs beside the shop, logs visitors in."""

import re
from collections.abc import Iterator
from io import StringIO
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

import pytest
import requests
from django.core.management import CommandError, call_command
from pytest_django.live_server_helper import LiveServer

from apps.users.models import SisterApp, UserProfile
from apps.users.services import sisters
from apps.users.services.sessions import Device, open_session
from mxshop.management.commands.sister_app import HOST, Quiet, Server, registered
from tests.page_browser import Browser
from tests.servers import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(live_server: LiveServer, settings: Any) -> str:
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"OIDC_ISS_ENDPOINT": f"{live_server.url}/oauth"}
    return live_server.url


@pytest.fixture
def sister(shop: str) -> Iterator[str]:
    """The address of the application."""
    address = f"http://{HOST}:{free_port()}"
    application = registered(shop=shop, address=address)
    port = int(address.rpartition(":")[2])
    with make_server(HOST, port, application, server_class=Server, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield address
        server.shutdown()
        thread.join()


@pytest.fixture
def browser(shop: str) -> Iterator[Browser]:
    browser = Browser(shop)
    yield browser
    browser.session.close()


def test_log_in_with_the_shop(sister: str, browser: Browser, alice: UserProfile) -> None:
    assert "/login" in browser.open(f"{sister}/").text
    consent = browser.log_in(browser.open(f"{sister}/login"))
    home = browser.submit(consent, allow="true")

    assert home.url == f"{sister}/"
    assert "Hello, Alice" in home.text
    assert f"shop_{alice.public_id.hex}" in home.text
    assert "/login" in browser.open(f"{sister}/logout").text


def test_who_refuses_is_not_logged_in(sister: str, browser: Browser, alice: UserProfile) -> None:
    answer = browser.submit(browser.log_in(browser.open(f"{sister}/login")))
    assert "access_denied" in answer.text
    assert "Hello" not in browser.open(f"{sister}/").text


def test_the_answer_to_another_browser_is_no_log_in(sister: str, browser: Browser, alice: UserProfile) -> None:
    browser.stops_at = f"{sister}/callback"
    back = browser.submit(browser.log_in(browser.open(f"{sister}/login")), allow="true").headers["Location"]
    assert "did not begin in this browser" in requests.get(back, timeout=20).text


def ticket_of(user: UserProfile, shop: str) -> str:
    token = open_session(user=user, device=Device(ip=None, user_agent="a phone")).token
    body, headers = {"audience": SisterApp.objects.get().client_id}, {"Authorization": f"JWT {token}"}
    return str(requests.post(f"{shop}/tickets/", json=body, headers=headers, timeout=20).json()["ticket"])


def state_for(browser: Browser, sister: str) -> str:
    """What the browser has to bring along with its ticket."""
    return re.findall(r"#state=([\w-]+)", browser.open(f"{sister}/ticket").text)[0]


def bring(browser: Browser, sister: str, ticket: str, state: str) -> str:
    """Come back with a ticket, as the page's script does."""
    answer = browser.session.post(f"{sister}/ticket", data={"ticket": ticket, "state": state}, timeout=20)
    return f"{answer.text} {browser.open(f'{sister}/').text}"


def test_a_ticket_lets_somebody_in_once(sister: str, browser: Browser, shop: str, alice: UserProfile) -> None:
    ticket = ticket_of(alice, shop)

    assert "Hello, Alice" in bring(browser, sister, ticket, state_for(browser, sister))
    again = bring(browser, sister, ticket, state_for(browser, sister))
    assert "no such ticket" in again
    assert "Hello" not in again


def test_a_strangers_ticket_logs_nobody_in(sister: str, browser: Browser, shop: str, alice: UserProfile) -> None:
    """Whoever is led to a link of somebody else is not logged in as them."""
    ticket, stranger = ticket_of(alice, shop), Browser(shop)
    foreign = state_for(stranger, sister)

    assert "Hello" not in browser.open(f"{sister}/ticket?ticket={ticket}&state={foreign}").text
    for state in (foreign, "", "x"):
        state_for(browser, sister)
        assert "did not begin in this browser" in bring(browser, sister, ticket, state)
    fresh = Browser(shop)
    assert "did not begin in this browser" in bring(fresh, sister, ticket, foreign)

    assert "Hello, Alice" in bring(stranger, sister, ticket, foreign), "nor was the ticket used up"
    for each in (stranger, fresh):
        each.session.close()


def test_a_state_is_good_once(sister: str, browser: Browser, shop: str, alice: UserProfile) -> None:
    state = state_for(browser, sister)
    assert "no such ticket" in bring(browser, sister, "x", state)
    assert "did not begin in this browser" in bring(browser, sister, ticket_of(alice, shop), state)


def test_it_is_registered_once_with_a_secret_for_each_start(db: None) -> None:
    first, second = (registered(shop="http://shop.example", address="http://127.0.0.1:1") for _ in range(2))
    assert SisterApp.objects.count() == 1
    assert sisters.app_with(client_id=first.client_id, secret=first.secret) is None
    assert sisters.app_with(client_id=second.client_id, secret=second.secret) is not None


def test_it_is_refused_where_there_is_no_sample_shop(settings: Any) -> None:
    settings.SAMPLE_SHOP = False
    with pytest.raises(CommandError, match="no place for it"):
        call_command("sister_app", stdout=StringIO())
