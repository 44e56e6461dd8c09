"""Who has no keys logs in with the WeChat that the shop plays itself."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.users.models import SocialBinding
from tests.browser.conftest import shot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OWN_RECORD = """async () => {
    const token = document.cookie.split("; ").find((pair) => pair.startsWith("token=")).slice(6);
    const answer = await fetch("/users/1/", { headers: { Authorization: `JWT ${token}` } });
    return await answer.json();
}"""


def test_a_doubled_wechat_lets_a_browser_in(page: Page, live_server: LiveServer) -> None:
    page.goto("/")
    page.get_by_role("link", name="微信登录").click()
    page.get_by_label("昵称").fill("李雷")
    shot(page, "sandbox-wechat")
    page.get_by_role("button", name="同意").click()

    expect(page.get_by_role("heading", name="登录成功")).to_be_visible()
    shot(page, "third-party-done")
    page.wait_for_url(f"{live_server.url}/")  # the page leads there by itself
    record = page.evaluate(OWN_RECORD)
    assert (record["name"], record["username"]) == ("李雷", SocialBinding.objects.get().user.username)


def test_who_refuses_there_reads_so(page: Page, live_server: LiveServer) -> None:
    page.goto("/login/weixin/")
    page.get_by_role("button", name="拒绝").click()

    expect(page.get_by_role("alert")).to_contain_text("您未同意授权")
    assert SocialBinding.objects.count() == 0
