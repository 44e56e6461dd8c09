"""A shopper logs in to the sample sister application in a browser, and the pages' policy lets them through."""

import re
from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from apps.users.models import AppLogin, SisterApp, UserProfile
from apps.users.services import tickets
from apps.users.services.sessions import Device, open_session
from apps.users.tests.factories import PASSWORD
from mxshop.management.commands.sister_app import HOST, Quiet, Server, registered
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sister(live_server: LiveServer, settings: Any) -> Iterator[str]:
    """The address of the application."""
    settings.OAUTH2_PROVIDER = settings.OAUTH2_PROVIDER | {"OIDC_ISS_ENDPOINT": f"{live_server.url}/oauth"}
    port = free_port()
    address = f"http://{HOST}:{port}"
    application = registered(shop=live_server.url, address=address)
    with make_server(HOST, port, application, server_class=Server, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield address
        server.shutdown()
        thread.join()


def test_a_shopper_logs_in_with_the_shop(browser: Browser, sister: str, alice: UserProfile) -> None:
    # Not `opened`: here two hosts are meant to be asked.
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    page.goto(sister)
    page.get_by_role("link").click()
    page.get_by_label("用户名").fill("alice")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("listitem")).to_have_text(["确认是您本人，仅此而已", "查看您的昵称和头像"])
    page.get_by_role("button", name="同意").click()

    expect(page.get_by_role("heading")).to_have_text(re.compile("Hello, Alice"))
    assert AppLogin.objects.get().session.user == alice
    context.close()
    # The sister application has no icon.
    assert [text for text in complaints if "404" not in text] == []


def test_a_ticket_comes_over_and_stays_in_no_address(browser: Browser, sister: str, alice: UserProfile) -> None:
    context = browser.new_context()
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{sister}/ticket")
    [state] = re.findall(r"#state=([\w-]+)", page.content())
    session = open_session(user=alice, device=Device(ip=None, user_agent="a phone")).session
    ticket = tickets.issue_ticket(session=session, audience=SisterApp.objects.get().client_id)

    page.goto("about:blank")
    page.goto(f"{sister}/ticket#state={state}&ticket={ticket}")

    expect(page.get_by_role("heading")).to_have_text(re.compile("Hello, Alice"))
    assert page.url == f"{sister}/"
    page.go_back()
    assert page.url == "about:blank", "the history does not have it either"
    context.close()
