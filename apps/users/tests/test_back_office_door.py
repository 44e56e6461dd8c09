"""The door of the back office: who gets in, and how often one may try."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.tests.factories import PASSWORD

TOO_MANY = "尝试次数过多，请一分钟后再试。"
NOT_NOW = "暂时无法核对访问次数，请稍后再试。"
WRONG = "用户名或密码错误。"

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
    assert said(knock("staff", PASSWORD)) == NOT_NOW
