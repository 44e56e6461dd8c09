"""Whoever guesses is locked out, and locks out nobody else for long."""

import pytest
from rest_framework.test import APIClient

from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import PASSWORD

HOME = "198.51.100.7"


def log_in(name: str, password: str = "wrong", *, ip: str) -> int:
    return APIClient().post("/login/", {"username": name, "password": password}, REMOTE_ADDR=ip).status_code


def attack(name: str, tries: int) -> list[int]:
    """Strangers all over the world guess at one account."""
    return [log_in(name, ip=f"192.0.2.{number}") for number in range(tries)]


@pytest.fixture(autouse=True)
def _strict(settings) -> None:
    settings.THROTTLE_SCALE = 1


@pytest.fixture
def at_home(alice: UserProfile) -> UserProfile:
    """alice has logged in from home."""
    sessions.open_session(user=alice, device=Device(ip=HOME, user_agent="a browser"))
    return alice


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("name", ["alice", "13800000001", " alice ", "ａｌｉｃｅ"])
def test_b15_strangers_lock_an_account_for_each_other_and_not_for_its_owner(name: str) -> None:
    assert attack("alice", 12) == [400] * 10 + [429] * 2

    assert log_in("alice", PASSWORD, ip="203.0.113.9") == 429, "from a place where its owner never was"
    assert log_in(name, PASSWORD, ip=HOME) == 200


@pytest.mark.usefixtures("at_home")
def test_b15_the_owners_place_has_its_limit_too() -> None:
    assert [log_in("alice", ip=HOME) for _try in range(21)] == [400] * 20 + [429]


def test_an_ipv6_neighbourhood_is_one_place(alice: UserProfile) -> None:
    sessions.open_session(user=alice, device=Device(ip="2001:db8:1:2::1", user_agent=""))
    attack("alice", 11)

    assert log_in("alice", PASSWORD, ip="2001:db8:1:2:ffff::9") == 200
    assert log_in("alice", PASSWORD, ip="2001:db8:1:3::9") == 429


def test_a_place_of_somebody_else_is_none_of_the_owners(at_home: UserProfile, charlie: UserProfile) -> None:
    sessions.open_session(user=charlie, device=Device(ip="203.0.113.9", user_agent=""))
    attack("alice", 11)

    assert log_in("alice", PASSWORD, ip="203.0.113.9") == 429
    assert log_in("charlie", PASSWORD, ip="203.0.113.9") == 200


def test_b15_who_is_locked_out_on_a_journey_comes_in_by_a_code(alice: UserProfile, phone: Phone) -> None:
    attack("alice", 11)
    visitor = APIClient()
    visitor.post("/code/", {"mobile": alice.mobile, "purpose": "login"}, REMOTE_ADDR="203.0.113.9")

    entered = visitor.post("/login/code/", {"username": alice.mobile, "code": phone.code()}, REMOTE_ADDR="203.0.113.9")

    assert entered.status_code == 200


def test_b15_slow_guessing_is_counted_by_the_hour(alice: UserProfile, time_machine) -> None:
    time_machine.move_to("2026-11-23 10:00:00+08:00", tick=False)
    statuses = []
    for minute in range(6):
        time_machine.move_to(f"2026-11-23 10:{minute * 2:02d}:00+08:00", tick=False)
        statuses += attack("alice", 6)

    assert statuses == [400] * 30 + [429] * 6

    time_machine.move_to("2026-11-23 11:01:00+08:00", tick=False)
    assert log_in("alice", PASSWORD, ip="203.0.113.9") == 200, "and it is over after an hour"


def test_a_name_that_nobody_can_have_is_counted_without_a_look(db, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert [log_in("a" * 100_000, ip=f"192.0.2.{number}") for number in range(11)] == [400] * 10 + [429]


def test_the_back_office_counts_the_same_tries(at_home: UserProfile, client) -> None:
    attack("alice", 11)

    page = client.post("/xadmin/", {"username": "alice", "password": PASSWORD, "this_is_the_login_form": "1"})

    assert "尝试次数过多" in page.content.decode()
