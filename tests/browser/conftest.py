"""Headless Chromium against a live server: no page may break, and none may ask anybody but the shop."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Request, Response, WebError, sync_playwright
from pytest_django.live_server_helper import LiveServer

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # What asks another host all the same is seen in the record, and gets no answer.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
SHOTS = Path(settings.BASE_DIR) / "var" / "browser"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("The browser tests need Chromium, and there is none on the PATH: apt-get install chromium")
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as environment:
        # Playwright keeps an event loop running on this thread. Django takes it for asynchronous code and would
        # refuse the tests' own queries; nothing here is asynchronous.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the shop served from the test's own database; how it looked at the end is kept as a picture."""
    with opened(browser, live_server.url) as page:
        yield page
        shot(page, request.node.name)


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """Open a page, with cookies of its own, that must come through without a broken script or a foreign request."""
    context = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    context.set_default_timeout(15_000)
    trouble: list[str] = []

    def script_broke(error: WebError) -> None:
        trouble.append(f"page error: {error.error}")

    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(address).netloc:
            trouble.append(f"request to another host: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 500:
            trouble.append(f"{response.status}: {response.url}")

    # On the context, so that pop-ups and new tabs count, too.
    context.on("weberror", script_broke)
    context.on("request", asked)
    context.on("response", answered)
    yield context.new_page()
    context.close()
    assert trouble == []


def shot(page: Page, name: str) -> None:
    """Keep how the page looks now, as `var/browser/<name>.png`."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{re.sub(r'[^0-9A-Za-z_-]+', '-', name)}.png")
