"""Whoever guesses at somebody's code uses up tries of strangers, and not of who asked for it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.users.models import CodeAllowance, UserProfile, VerifyCode
from apps.users.services import codes
from apps.users.tests.conftest import Mailbox, Phone

HOME = "198.51.100.7"
EMAIL = "alice@example.com"


def ask(address: str, *, ip: str = HOME, purpose: str = "login") -> None:
    field = "email" if "@" in address else "mobile"
    assert APIClient().post("/code/", {field: address, "purpose": purpose}, REMOTE_ADDR=ip).status_code == 201


def enter(address: str, code: str, *, ip: str) -> int:
    return APIClient().post("/login/code/", {"username": address, "code": code}, REMOTE_ADDR=ip).status_code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def guess(address: str, code: str, tries: int = 7) -> None:
    """Strangers all over the world try a wrong code."""
    assert {enter(address, wrong(code), ip=f"192.0.2.{number}") for number in range(tries)} == {400}


def test_b8_strangers_who_guess_do_not_burn_a_code(alice: UserProfile, phone: Phone) -> None:
    ask(alice.mobile)
    guess(alice.mobile, phone.code())

    assert enter(alice.mobile, phone.code(), ip="203.0.113.9") == 400, "they have used up what is for elsewhere"
    assert enter(alice.mobile, phone.code(), ip=HOME) == 200


def test_b8_five_wrong_tries_wherever_from_are_all_there_are(alice: UserProfile, phone: Phone) -> None:
    ask(alice.mobile)
    places = [HOME, "192.0.2.1", HOME, "192.0.2.2", HOME]
    assert {enter(alice.mobile, wrong(phone.code()), ip=ip) for ip in places} == {400}

    assert {enter(alice.mobile, phone.code(), ip=ip) for ip in (HOME, "192.0.2.1", "203.0.113.9")} == {400}


def test_b8_the_third_try_where_it_was_asked_for_may_be_right(alice: UserProfile, phone: Phone) -> None:
    ask(alice.mobile)
    guess(alice.mobile, phone.code())

    tries = [enter(alice.mobile, code, ip=HOME) for code in (wrong(phone.code()), wrong(phone.code()), phone.code())]
    assert tries == [400, 400, 200]


def test_b8_a_letters_code_is_not_burnt_either(alice: UserProfile, mailbox: Mailbox) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email=EMAIL)
    ask(EMAIL)
    guess(EMAIL, mailbox.code())

    assert enter(EMAIL, mailbox.code(), ip=HOME) == 200


def test_b8_a_reset_is_counted_in_the_same_way(alice: UserProfile, phone: Phone) -> None:
    def reset(code: str, *, ip: str) -> int:
        form = {"username": alice.mobile, "code": code, "password": "staple of tomorrow"}
        return APIClient().post("/users/password/reset/", form, REMOTE_ADDR=ip).status_code

    ask(alice.mobile, purpose="reset")
    assert {reset(wrong(phone.code()), ip=f"192.0.2.{number}") for number in range(6)} == {400}
    assert reset(phone.code(), ip=HOME) == 204


def test_b31_a_code_that_a_stranger_asks_for_voids_nobodys(alice: UserProfile, phone: Phone) -> None:
    ask(alice.mobile)
    code = phone.code()
    CodeAllowance.objects.update(expires_at=timezone.now())
    ask(alice.mobile, ip="192.0.2.1")
    guess(alice.mobile, code)

    assert enter(alice.mobile, code, ip="203.0.113.9") == 400, "strangers have used up what is for elsewhere"
    assert enter(alice.mobile, code, ip=HOME) == 200


def test_who_asked_on_the_phone_enters_it_elsewhere(alice: UserProfile, phone: Phone) -> None:
    ask(alice.mobile)
    assert enter(alice.mobile, phone.code(), ip="203.0.113.9") == 200


def test_an_ipv6_neighbourhood_is_one_place(alice: UserProfile, phone: Phone) -> None:
    ask(alice.mobile, ip="2001:db8:1:2::1")
    for _try in range(3):
        enter(alice.mobile, wrong(phone.code()), ip="2001:db8:1:2::bad")

    assert enter(alice.mobile, phone.code(), ip="2001:db8:1:2::1") == 400
    assert enter(alice.mobile, phone.code(), ip="2001:db8:1:3::1") == 200


@pytest.mark.django_db(transaction=True)
def test_b8_guesses_at_once_from_everywhere_are_five_at_most(
    alice: UserProfile, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(alice.mobile)
    taken: list[bool] = []

    def noted(*arguments: Any) -> bool:
        taken.append(take(*arguments))
        return taken[-1]

    take = codes._take_a_try
    monkeypatch.setattr(codes, "_take_a_try", noted)

    def guess(number: int) -> int:
        form = {"username": alice.mobile, "code": wrong(phone.code())}
        ip = HOME if number % 2 else f"192.0.2.{number}"
        return Client(REMOTE_ADDR=ip).post("/login/code/", form, "application/json").status_code

    assert set(run_together(16, guess)) == {400}
    assert sum(taken) == 5
    assert VerifyCode.objects.values_list("tries", "tries_elsewhere").get() == (3, 2)
    assert enter(alice.mobile, phone.code(), ip=HOME) == 400
