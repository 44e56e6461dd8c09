"""The back office speaks the language of the browser, and writes every moment in one way."""

import re

import pytest
from django.test import Client

from apps.common.tests.back_office import browser_of
from apps.trade.services import closing
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Each language is offered by its own name.
LANGUAGE_MENU = re.compile(r"<a data-lang=.*?</a>")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
OTHER_MOMENT = re.compile(r"\d{4}年\d+月\d+日|[ap]\.m\.|\d{4}-\d\d-\d\d \d\d:\d\d(?!:)")

pytestmark = pytest.mark.django_db


def shown(client: Client, address: str, language: str) -> str:
    response = client.get(address, headers={"accept-language": language})
    assert response.status_code == 200, address
    return LANGUAGE_MENU.sub("", response.content.decode())


def title(page: str) -> str:
    return re.findall(r"<title>(.*?)</title>", page)[0]


def test_the_log_in_page_says_whose_it_is() -> None:
    english, chinese = (shown(Client(), "/xadmin/", language) for language in ("en", "zh-hans"))

    assert (title(english), title(chinese)) == ("Please Login | mxshop back office", "请登录 | mxshop 后台")
    assert '<p class="site-name">mxshop back office</p>' in english
    assert '<p class="site-name">mxshop 后台</p>' in chinese
    assert CHINESE.findall(english) == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "goods/goods/", "goods/goods/add/", "trade/order/", "users/userprofile/", "users/userprofile/add/",
        "auth/group/add/", "xadmin/log/", "xadmin/bookmark/", "xadmin/userwidget/", "xadmin/userwidget/add/",
        "account/password/",
    ],
)  # fmt: skip
def test_an_english_browser_sees_english(superuser: UserProfile, address: str) -> None:
    assert CHINESE.findall(shown(browser_of(superuser), f"/xadmin/{address}", "en")) == []


def test_a_chinese_browser_sees_chinese(superuser: UserProfile) -> None:
    first = shown(browser_of(superuser), "/xadmin/", "zh-hans")

    assert title(first) == "主页面 | mxshop 后台"
    assert "后台管理" in first


def test_an_empty_field_is_told_in_the_readers_language(superuser: UserProfile, alice: UserProfile) -> None:
    order = an_order(alice)
    address = f"/xadmin/trade/order/{order.pk}/detail/"

    assert '<span class="text-muted">Null</span>' in shown(browser_of(superuser), address, "en")
    assert '<span class="text-muted">空</span>' in shown(browser_of(superuser), address, "zh-hans")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_order_tells_all_its_moments_in_one_way(superuser: UserProfile, alice: UserProfile, language: str) -> None:
    order = an_order(alice)
    closing.cancel_order(order=order, actor_id=superuser.pk, reason="")

    page = shown(browser_of(superuser), f"/xadmin/trade/order/{order.pk}/detail/", language)

    assert len(MOMENT.findall(page)) >= 3
    assert OTHER_MOMENT.findall(page) == []
