"""Two browsers: one shows a code, the other one is logged in and confirms."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.users.models import DeviceSession, ScanLogin, UserProfile
from apps.users.tests.factories import PASSWORD
from tests.browser.conftest import opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def seen(page: Page, text: str) -> None:
    expect(page.get_by_text(text)).to_be_visible()


def scan_and_log_in(phone: Page, waiting: Page) -> None:
    """Open what the code says, and log in there as alice."""
    expect(waiting.locator("#code")).to_be_visible()
    expect(waiting.locator("#code")).not_to_have_js_property("naturalWidth", 0)
    address = str(waiting.locator("#address").get_attribute("href"))
    phone.goto(address[address.index("/scan/") :])
    seen(phone, "请先在此手机上登录")
    phone.get_by_label("用户名、手机号或邮箱").fill("alice")
    phone.get_by_label("密码").fill("wrong")
    phone.get_by_role("button", name="登录").click()
    seen(phone, "用户名或密码错误")
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录").click()
    seen(phone, "以下浏览器请求登录您的账号")
    assert phone.locator("#agent").inner_text() == "Chrome, Linux"
    assert phone.locator("#ip").inner_text() == "127.0.0.1"


def test_b25_one_browser_lets_the_other_in(browser: Browser, live_server: LiveServer, alice: UserProfile) -> None:
    with opened(browser, live_server.url) as waiting, opened(browser, live_server.url) as phone:
        waiting.goto("/scan/")
        scan_and_log_in(phone, waiting)
        seen(waiting, "已扫码，请在手机上确认")
        shot(phone, "scan-confirm")

        phone.get_by_role("button", name="确认登录").click()

        seen(phone, "已完成，浏览器已登录")
        seen(waiting, "您已登录：")
        assert waiting.locator("#name").inner_text() == "Alice"
        shot(waiting, "scan-done")
        # Where the Vue shops look for it, and good.
        token = waiting.evaluate("() => cookie('token')")
        assert waiting.evaluate("() => ask('GET', '/users/')")["body"]["username"] == "alice"
        assert token != phone.evaluate("() => cookie('token')")
    assert DeviceSession.objects.filter(user=alice).count() == 2


def test_b25_a_refused_browser_asks_anew(browser: Browser, live_server: LiveServer, alice: UserProfile) -> None:
    with opened(browser, live_server.url) as waiting, opened(browser, live_server.url) as phone:
        waiting.goto("/scan/")
        scan_and_log_in(phone, waiting)

        phone.get_by_role("button", name="拒绝").click()

        seen(phone, "已拒绝，没有人登录")
        seen(waiting, "手机拒绝了此次登录")
        waiting.get_by_role("button", name="刷新二维码").click()
        expect(waiting.locator("#code")).to_be_visible()
    assert sorted(ScanLogin.objects.values_list("state", flat=True)) == ["refused", "waiting"]
