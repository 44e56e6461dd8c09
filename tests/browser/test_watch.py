"""What the browser tests rely on: a broken page is noticed."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import opened

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("script", "trouble"),
    [
        ("setTimeout(() => { throw new Error('broken') })", "page error: broken"),
        ("fetch('https://outside.example/x').catch(() => 0)", "another host: https://outside.example/x"),
        ("open('http://outside.example/')", "another host: http://outside.example/"),
    ],
)
def test_trouble_is_noticed(browser: Browser, live_server: LiveServer, script: str, trouble: str) -> None:
    with pytest.raises(AssertionError, match=trouble):
        run(browser, live_server.url, script)


def run(browser: Browser, address: str, script: str) -> None:
    with opened(browser, address) as page:
        page.goto("/")
        page.evaluate(f"() => {{ {script} }}")
        page.wait_for_timeout(300)
