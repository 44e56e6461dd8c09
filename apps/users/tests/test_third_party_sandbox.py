"""The WeChat that the shop plays itself: a new user tries the log-in without keys, and no real shop has it."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as shop
from django.test import Client

from apps.users.gateways import third_party_sandbox
from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.tests.third_parties import signed_in_as

pytestmark = pytest.mark.django_db

BEGIN = "/login/weixin/"


def at_the_page(browser: Client) -> str:
    """Follow the link to the sandbox's page, and return its address."""
    address = str(browser.get(BEGIN)["Location"]).partition("#")[0]
    assert address.startswith("/sandbox/weixin/qrconnect?")
    return address


def agree(browser: Client, address: str, nickname: str = "小满") -> str:
    return str(browser.post(address, {"nickname": nickname, "allow": "1"})["Location"])


def test_it_logs_in_without_a_key() -> None:
    browser = Client()
    address = at_the_page(browser)
    page = browser.get(address).content.decode()
    assert ("沙箱微信" in page, "同意" in page, "拒绝" in page) == (True, True, True)

    assert browser.get(agree(browser, address)).status_code == 200
    assert signed_in_as(browser).json()["name"] == "小满"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_way_back_leads_to_the_name_that_the_browser_knows(host: str) -> None:
    browser = Client(headers={"host": host})
    back = urlsplit(agree(browser, at_the_page(browser)))
    assert (back.scheme, back.netloc, back.path) == ("", "", "/login/weixin/callback/")


def test_the_same_nickname_is_the_same_person() -> None:
    for nickname in ("小满", "小满", "李雷"):
        browser = Client()
        browser.get(agree(browser, at_the_page(browser), nickname))
    assert (UserProfile.objects.count(), DeviceSession.objects.count()) == (2, 3)


def test_who_refuses_is_not_logged_in() -> None:
    browser = Client()
    back = browser.post(at_the_page(browser), {"deny": "1"})["Location"]
    answer = browser.get(back)
    assert (answer.status_code, "您未同意授权" in answer.content.decode()) == (400, True)
    assert SocialBinding.objects.count() == 0


def test_nobody_goes_without_a_nickname() -> None:
    browser = Client()
    assert browser.post(at_the_page(browser), {"nickname": "", "allow": "1"}).status_code == 400


def test_a_code_is_good_once_and_for_its_own_way_back() -> None:
    browser = Client()
    back = agree(browser, at_the_page(browser))
    [code] = parse_qs(urlsplit(back).query)["code"]
    asked = {
        "appid": third_party_sandbox.APP_ID,
        "secret": third_party_sandbox.secret(),
        "redirect_uri": "/login/weixin/callback/",
    }

    wrong = {**asked, "code": code, "secret": "wrong"}
    assert third_party_sandbox.answer("/sns/oauth2/access_token", wrong)["errcode"] == third_party_sandbox.WRONG_SECRET
    assert third_party_sandbox.answer("/sns/oauth2/access_token", {**asked, "code": code})["openid"]
    again = third_party_sandbox.answer("/sns/oauth2/access_token", {**asked, "code": code})
    assert again["errcode"] == third_party_sandbox.WRONG_CODE
    code = third_party_sandbox.issue_code(nickname="x", redirect_uri="/elsewhere/")
    other = third_party_sandbox.answer("/sns/oauth2/access_token", {**asked, "code": code})
    assert other["errcode"] == third_party_sandbox.WRONG_CODE
    unknown = third_party_sandbox.answer("/sns/userinfo", {"access_token": "x", "openid": "y"})
    assert unknown["errcode"] == third_party_sandbox.WRONG_TOKEN


@pytest.mark.parametrize("change", [("redirect_uri=/", "redirect_uri=//evil.example/"), ("appid=wx", "appid=x")])
def test_nobody_is_sent_a_code_but_the_shop(change: tuple[str, str]) -> None:
    browser = Client()
    address = at_the_page(browser)
    assert change[0] in address
    assert browser.post(address.replace(*change), {"nickname": "x", "allow": "1"}).status_code == 400


def test_its_form_is_guarded_against_other_sites() -> None:
    browser = Client(enforce_csrf_checks=True)
    address = at_the_page(browser)
    assert browser.post(address, {"nickname": "x", "allow": "1"}).status_code == 403
    page = browser.get(address).content.decode()
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert browser.post(address, {"nickname": "x", "allow": "1", "csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("change", [{"THIRD_PARTY_SANDBOX": False}, {"SOCIAL_AUTH_WEIXIN_KEY": "wx1"}])
def test_it_is_not_there_where_it_is_not_allowed_or_not_needed(settings: Any, change: dict[str, Any]) -> None:
    browser = Client()
    address = at_the_page(browser)
    for name, value in change.items():
        setattr(settings, name, value)
    assert (browser.get(address).status_code, browser.get(BEGIN).status_code) == (404, 404)


@pytest.mark.parametrize("name", ["base", "staging"])
def test_no_real_shop_has_it(name: str, tmp_path: Path) -> None:
    """Production and staging are their base plus what differs, and no variable switches it on."""
    script = f"from mxshop.settings import {name} as s; print(s.THIRD_PARTY_SANDBOX)"
    done = subprocess.run([sys.executable, "-c", script], cwd=shop.BASE_DIR, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
