"""Who has no keys logs in with the WeChat that the shop plays itself."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.services.sessions import Device, open_session
from apps.users.tests.factories import PASSWORD
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


def log_in_through_wechat(page: Page, nickname: str) -> None:
    page.goto("/login/weixin/")
    page.get_by_label("昵称").fill(nickname)
    page.get_by_role("button", name="同意").click()
    page.wait_for_url("**/")


def keep(page: Page, live_server: LiveServer, user: UserProfile) -> None:
    """Log the browser in as the user, as the shop's client does."""
    token = open_session(user=user, device=Device(ip=None, user_agent="a browser")).token
    page.context.add_cookies([{"name": "token", "value": token, "url": live_server.url}])


def says(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


def test_b30_binding_and_unbinding_ask_for_the_owner(
    page: Page, live_server: LiveServer, alice: UserProfile, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_OUTBOX_FILE = tmp_path / "sms.jsonl"
    keep(page, live_server, alice)
    page.goto("/log-ins/")
    page.get_by_role("button", name="绑定", exact=True).click()
    page.get_by_role("button", name="确认").click()
    says(page, "请确认是您本人操作")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="确认").click()
    says(page, "密码错误")
    shot(page, "log-ins-proof")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认").click()

    page.get_by_label("昵称").fill("李雷")
    page.get_by_role("button", name="同意").click()
    expect(page.get_by_role("heading", name="已绑定微信。")).to_be_visible()
    assert SocialBinding.objects.get().user == alice

    page.goto("/log-ins/")
    expect(page.get_by_role("definition")).to_contain_text("李雷")
    page.get_by_role("button", name="解除绑定").click()
    page.get_by_role("button", name="发送验证码").click()
    says(page, "验证码已发往 13800000001")
    code = json.loads(settings.SMS_OUTBOX_FILE.read_text().splitlines()[-1])["code"]
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("button", name="绑定", exact=True)).to_be_visible()
    assert not SocialBinding.objects.exists()


def test_b30_who_came_through_a_third_party_logs_in_again(page: Page, live_server: LiveServer, settings: Any) -> None:
    log_in_through_wechat(page, "李雷")
    SocialBinding.objects.create(user=UserProfile.objects.get(), provider="qq", uid="x")
    settings.SOCIAL_AUTH_QQ_KEY = settings.SOCIAL_AUTH_QQ_SECRET = "x"
    DeviceSession.objects.update(proven_at=timezone.now() - timedelta(hours=1))

    def unbind_qq() -> None:
        page.goto("/log-ins/")
        page.locator("dt", has_text="QQ").locator("xpath=following-sibling::dd[1]").get_by_role("button").click()
        page.get_by_role("button", name="确认").click()

    unbind_qq()
    says(page, "请先重新登录")
    log_in_through_wechat(page, "李雷")
    unbind_qq()
    expect(page.get_by_role("button", name="绑定", exact=True)).to_be_visible()
    assert SocialBinding.objects.get().provider == "weixin"


def test_who_is_signed_out_is_sent_to_log_in(page: Page) -> None:
    page.goto("/log-ins/")
    expect(page.get_by_text("请先登录")).to_be_visible()


def test_who_refuses_there_reads_so(page: Page, live_server: LiveServer) -> None:
    page.goto("/login/weixin/")
    page.get_by_role("button", name="拒绝").click()

    expect(page.get_by_role("alert")).to_contain_text("您未同意授权")
    assert SocialBinding.objects.count() == 0
