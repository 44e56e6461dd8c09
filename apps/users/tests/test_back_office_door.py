"""The door of the back office: who gets in, and how often one may try."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.tests.factories import PASSWORD

TOO_MANY = "尝试次数过多"
WAIT = re.compile(r"尝试次数过多，请在 (\d+) (秒|分钟)后再试。")
NOT_NOW = "暂时无法核对访问次数，请稍后再试。"
WRONG = "用户名或密码错误。 尝试过多的账号在一小时内只在其主人登录过的地方接受密码；在商城中可在任何地方用验证码登录。"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _strict(settings) -> None:
    settings.THROTTLE_SCALE = 1


def knock(name: str, password: str = "wrong", *, ip: str = "192.0.2.1", page: str = "/xadmin/") -> Any:
    form = {"username": name, "password": password, "this_is_the_login_form": 1, "next": "/xadmin/"}
    return Client().post(page, form, REMOTE_ADDR=ip)


def said(response: Any) -> str:
    text = response.content.decode()
    [words] = [words for words in (TOO_MANY, WRONG, NOT_NOW) if words in text] or [""]
    return words


@pytest.mark.parametrize("name", ["staff", "13800000005"])
def test_staff_get_in_by_any_of_their_names(staff: UserProfile, name: str) -> None:
    assert knock(name, PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ("", "/xadmin/"),
        ("https://evil.example/xadmin/", "/xadmin/"),
        ("//evil.example", "/xadmin/"),
        ("/xadmin/trade/order/", "/xadmin/trade/order/"),
    ],
)
@pytest.mark.parametrize("page", ["/xadmin/", "/xadmin/login/"])
def test_who_gets_in_is_led_to_a_page_of_the_office(staff: UserProfile, page: str, wanted: str, shown: str) -> None:
    form = {"username": "staff", "password": PASSWORD, "this_is_the_login_form": 1, "next": wanted}
    answer = Client().post(page, form)
    assert (answer.status_code, answer["Location"]) == (302, shown)
    del form["next"]
    assert Client().post(page, form)["Location"] == "/xadmin/"


def test_g4_tries_are_limited_by_name_from_wherever_they_come(staff: UserProfile) -> None:
    pages = ["/xadmin/", "/xadmin/login/", "/xadmin/users/userprofile/"]
    words = [said(knock("staff", ip=f"192.0.2.{n}", page=pages[n % 3])) for n in range(10)]
    assert words == [WRONG] * 10

    assert said(knock("ＳＴＡＦＦ", PASSWORD, ip="192.0.2.99")) == TOO_MANY
    assert said(knock("somebody", ip="192.0.2.99")) == WRONG


def test_g4_tries_are_limited_by_address(staff: UserProfile) -> None:
    assert [said(knock(f"name{n}")) for n in range(20)] == [WRONG] * 20

    assert said(knock("staff", PASSWORD)) == TOO_MANY


def test_tries_at_both_doors_count_together(staff: UserProfile, visitor: APIClient) -> None:
    for n in range(10):
        visitor.post("/login/", {"username": "staff", "password": "wrong"}, REMOTE_ADDR=f"192.0.2.{n}")

    assert said(knock("staff", PASSWORD, ip="192.0.2.99")) == TOO_MANY


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_what_is_wrong_stays_unsaid(alice: UserProfile, password: str) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(email="alice@example.com")  # typed, not proven

    for name in ("alice", "13800000001", "alice@example.com", "nobody"):
        response = knock(name, password)
        assert said(response) == WRONG
        assert "alice" not in response.content.decode().replace(name, "")


@pytest.mark.usefixtures("nobody_counts")
def test_b28_when_nobody_can_count_nobody_gets_in(staff: UserProfile) -> None:
    answer = knock("staff", PASSWORD)
    assert (said(answer), answer.status_code, answer["Retry-After"]) == (NOT_NOW, 503, "5")


# -- When to come back ------------------------------------------------------------------------------


def sign_on(name: str, *, ip: str = "192.0.2.1") -> Any:
    """A try at the page of the OpenID provider."""
    return Client().post("/oauth/login/", {"username": name, "password": "wrong"}, REMOTE_ADDR=ip)


DOORS = pytest.mark.parametrize("door", [knock, sign_on], ids=["xadmin", "oauth"])


@DOORS
def test_who_is_refused_by_the_minute_is_told_the_seconds(staff: UserProfile, door: Any) -> None:
    for n in range(10):
        assert "Retry-After" not in door("staff", ip=f"192.0.2.{n}")

    refused = door("staff", ip="192.0.2.99")

    seconds = int(refused["Retry-After"])
    assert (refused.status_code, 1 <= seconds <= 60) == (429, True)
    assert refused["RateLimit-Policy"] == '"login_account";q=10;w=60'
    assert refused["RateLimit"] == f'"login_account";r=0;t={seconds}'
    found = WAIT.search(refused.content.decode())
    assert found
    assert found.groups() == (str(seconds), "秒")


@DOORS
def test_who_is_refused_by_the_hour_is_told_the_minutes(staff: UserProfile, door: Any) -> None:
    start = timezone.now()
    for n in range(31):
        with time_machine.travel(start + timedelta(minutes=n), tick=False):
            refused = door("staff", ip=f"192.0.2.{n}")

    # The first try of the hour leaves the window half an hour after the last one.
    assert refused.status_code == 429
    assert refused["RateLimit-Policy"] == '"login_account_hour";q=30;w=3600'
    assert int(refused["Retry-After"]) == 30 * 60
    found = WAIT.search(refused.content.decode())
    assert found
    assert found.groups() == ("30", "分钟")


@DOORS
def test_of_two_limits_the_longer_wait_is_told(staff: UserProfile, door: Any) -> None:
    start = timezone.now()
    for n in range(30):
        with time_machine.travel(start + timedelta(minutes=n), tick=False):
            door("staff", ip="192.0.2.7")
    with time_machine.travel(start + timedelta(minutes=30), tick=False):
        for n in range(20):
            door(f"name{n}", ip="192.0.2.7")
        assert int(door("staff", ip="192.0.2.7")["Retry-After"]) == 30 * 60


@DOORS
def test_the_wait_is_told_in_the_readers_language(staff: UserProfile, door: Any) -> None:
    for n in range(10):
        door("staff", ip=f"192.0.2.{n}")
    form = {"username": "staff", "password": "x", "this_is_the_login_form": 1}
    page = Client().post("/oauth/login/" if door is sign_on else "/xadmin/", form, headers={"Accept-Language": "en"})
    assert re.search(r"Too many tries, please try again in \d+ seconds?\.", page.content.decode())


def test_the_second_of_two_doors_tells_the_same_wait_as_the_api(staff: UserProfile, visitor: APIClient) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        for n in range(10):
            knock("staff", ip=f"192.0.2.{n}")
        api = visitor.post("/login/", {"username": "staff", "password": "wrong"}, REMOTE_ADDR="192.0.2.99")
        pages = [door("staff", ip="192.0.2.99") for door in (knock, sign_on)]
    waits = [(answer.status_code, answer["Retry-After"]) for answer in (api, *pages)]
    assert waits == [(429, "60")] * 3
    assert pages[0]["RateLimit"] in api["RateLimit"]
