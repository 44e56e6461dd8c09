"""Strangers use up the codes of an address for each other, and not for whoever it belongs to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.users.models import CodeAllowance, UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.conftest import Mailbox, Phone

HOME = "198.51.100.7"
NEVER_THERE = "203.0.113.9"


@pytest.fixture(autouse=True)
def few(settings: Any, phone: Phone) -> None:
    """An address gets three codes a day, two of one purpose; two more of both where its holder is known."""
    settings.CODES_PER_ADDRESS_AND_DAY, settings.CODES_PER_PURPOSE_AND_DAY = 3, 2
    settings.CODES_KEPT_FOR_HOLDERS = 2


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        yield clock


@pytest.fixture
def at_home(alice: UserProfile, clock: Any) -> UserProfile:
    sessions.open_session(user=alice, device=Device(ip=HOME, user_agent="a browser"))
    return alice


def ask(clock: Any, address: str, purpose: str = "login", *, ip: str) -> Any:
    """Ask for a code when the pause after the last one is over."""
    clock.shift(timedelta(seconds=61))
    field = "email" if "@" in address else "mobile"
    return APIClient().post("/code/", {field: address, "purpose": purpose}, REMOTE_ADDR=ip)


def attack(clock: Any, address: str) -> list[int]:
    """Strangers all over the world ask for codes in somebody's name, for as long as they get any."""
    asked = [(purpose, n) for purpose in ("login", "reset", "login") for n in range(3)]
    return [ask(clock, address, purpose, ip=f"192.0.2.{n}").status_code for purpose, n in asked]


USED_UP = [201, 201, 429, 201, 429, 429, 429, 429, 429]


@pytest.mark.parametrize("purpose", ["login", "reset"])
def test_b21_strangers_leave_the_owner_codes_to_come_in_by(
    at_home: UserProfile, clock: Any, phone: Phone, purpose: str
) -> None:
    assert attack(clock, "13800000001") == USED_UP
    assert ask(clock, "13800000001", purpose, ip=NEVER_THERE).status_code == 429, "where the owner never was"

    assert ask(clock, "13800000001", purpose, ip=HOME).status_code == 201
    visitor = APIClient(REMOTE_ADDR=HOME)
    if purpose == "login":
        entered = visitor.post("/login/code/", {"username": "13800000001", "code": phone.code()})
    else:
        new = {"username": "13800000001", "code": phone.code(), "password": "staple of tomorrow"}
        entered = visitor.post("/users/password/reset/", new)
    assert entered.status_code in (200, 204)


def test_b21_an_e_mail_has_a_reserve_as_well(at_home: UserProfile, clock: Any, mailbox: Mailbox) -> None:
    UserProfile.objects.filter(pk=at_home.pk).update(verified_email="alice@example.com")
    assert attack(clock, "alice@example.com") == USED_UP
    assert ask(clock, "alice@example.com", ip=HOME).status_code == 201
    assert len(mailbox.letters) == 4


def test_b21_the_reserve_ends_too(at_home: UserProfile, clock: Any, phone: Phone) -> None:
    attack(clock, "13800000001")
    answers = [ask(clock, "13800000001", ip=HOME).status_code for _ in range(4)]

    assert answers == [201, 201, 429, 429]
    assert len(phone.messages) == 5, "no more than these, wherever one asks"
    clock.move_to("2026-11-24 00:00:00+08:00")
    assert ask(clock, "13800000001", ip=NEVER_THERE).status_code == 201, "until tomorrow"


def test_b21_what_the_owner_took_counts_for_strangers_as_well(at_home: UserProfile, clock: Any) -> None:
    for purpose in ("login", "reset", "login"):
        assert ask(clock, "13800000001", purpose, ip=HOME).status_code == 201
    assert ask(clock, "13800000001", "reset", ip=NEVER_THERE).status_code == 429


@pytest.mark.usefixtures("at_home")
def test_b17_strangers_cannot_tell_a_known_address_by_it(clock: Any) -> None:
    def told(answer: Any) -> tuple[Any, ...]:
        return answer.status_code, answer.get("Retry-After"), str(answer.json()).replace("13800000001", "13900000009")

    clock.shift(timedelta(seconds=1))
    known, unknown = [], []
    for number in range(5):
        clock.shift(timedelta(seconds=61))
        for address, answers in (("13800000001", known), ("13900000009", unknown)):
            body = {"mobile": address, "purpose": "login"}
            answers.append(told(APIClient().post("/code/", body, REMOTE_ADDR=f"192.0.2.{number}")))
    assert known == unknown
    assert [answer[0] for answer in known] == [201, 201, 429, 429, 429]


def test_b17_both_cost_the_same_statements(
    at_home: UserProfile, clock: Any, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    clock.shift(timedelta(minutes=2))
    with django_assert_max_num_queries(40) as queries:
        ask(clock, "13900000009", ip="192.0.2.1")
    with django_assert_num_queries(len(queries)):
        ask(clock, "13800000001", ip="192.0.2.2")


def test_b21_somebody_elses_place_is_no_way_to_the_reserve(
    at_home: UserProfile, charlie: UserProfile, clock: Any
) -> None:
    sessions.open_session(user=charlie, device=Device(ip=NEVER_THERE, user_agent=""))
    attack(clock, "13800000001")
    attack(clock, "13900000009")

    assert ask(clock, "13800000001", ip=NEVER_THERE).status_code == 429
    assert ask(clock, "13900000009", ip=NEVER_THERE).status_code == 429, "nobody's, so nobody is at home there"
    assert ask(clock, "13800000003", ip=NEVER_THERE).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_b21_the_last_code_of_the_reserve_is_one_code(settings: Any, alice: UserProfile, phone: Phone) -> None:
    sessions.open_session(user=alice, device=Device(ip=HOME, user_agent=""))
    settings.CODES_KEPT_FOR_HOLDERS, settings.CODES_PER_PURPOSE_AND_DAY = 1, 0
    places = [HOME] * 4 + [f"192.0.2.{n}" for n in range(4)]

    def send(number: int) -> int:
        body = {"mobile": "13800000001", "purpose": "login"}
        return Client(REMOTE_ADDR=places[number]).post("/code/", body, "application/json").status_code

    assert sorted(run_together(8, send)) == [201] + [429] * 7
    assert len(phone.messages) == 1
    CodeAllowance.objects.filter(key__endswith="pause").delete()
    assert sorted(run_together(8, send)) == [429] * 8


@pytest.mark.usefixtures("at_home", "nobody_counts")
def test_b28_nobody_counts_and_the_owner_gets_none_either(clock: Any, phone: Phone) -> None:
    assert ask(clock, "13800000001", ip=HOME).status_code == 503
    assert phone.messages == []
