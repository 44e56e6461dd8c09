"""Codes that are asked for, guessed at and used by many at the same moment."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection

from apps.common.tests.racing import run_together
from apps.notifications.models import OutboxMessage
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import codes
from apps.users.services.codes import MAX_TRIES, Purpose
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import UserFactory
from tests.concurrency.conftest import LUCKY

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

# No more than a code may be tried, so that nothing else refuses who comes late.
RIVALS = MAX_TRIES
GUESSES = 12
MOBILE = "13912345678"
EMAIL = "newcomer@example.com"
PASSWORD = "right horse battery"


@pytest.fixture
def phone(tmp_path: Path, settings: Any) -> Phone:
    """What the test itself sends; the shop has an outbox of its own."""
    settings.SMS_OUTBOX_FILE = tmp_path / "sms.jsonl"
    return Phone(settings.SMS_OUTBOX_FILE)


@pytest.fixture
def phones() -> Phone:
    """What the shop sends."""
    return Phone(settings.SMS_OUTBOX_FILE)


@pytest.fixture
def _names_may_repeat(transactional_db: None) -> Iterator[None]:
    """Take away the constraints that keep a name one user's; they come back when nobody is there any more."""
    with connection.schema_editor() as editor:
        for strict, lax in _UNIQUE_NAMES:
            editor.alter_field(UserProfile, strict, lax)
    yield
    DeviceSession.objects.all().delete()
    UserProfile.objects.all().delete()
    with connection.schema_editor() as editor:
        for strict, lax in _UNIQUE_NAMES:
            editor.alter_field(UserProfile, lax, strict)


def _lax(name: str) -> tuple[Any, Any]:
    strict = UserProfile._meta.get_field(name)
    lax = copy(strict)
    lax._unique = False
    return strict, lax


_UNIQUE_NAMES = [_lax("username"), _lax("mobile")]


def sent(phone: Phone, mobile: str, purpose: Purpose) -> str:
    codes.send_code(address=mobile, purpose=purpose, ip=None)
    return phone.code()


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def post(address: str, body: dict[str, str]) -> int:
    return requests.post(address, json=body, timeout=60).status_code


def log_in(shop: str, mobile: str, code: str) -> int:
    return post(f"{shop}/login/code/", {"username": mobile, "code": code})


def many_log_in(shop: str, phone: Phone) -> Counter[int]:
    """What those get who show one right code at once."""
    mobile = UserFactory().mobile
    code = sent(phone, mobile, Purpose.LOGIN)
    return Counter(run_together(RIVALS, lambda _: log_in(shop, mobile, code)))


def many_guess(shop: str, phone: Phone) -> int:
    """Of so many wrong codes at once, how many were counted; each is refused."""
    mobile = UserFactory().mobile
    wrong = other_than(sent(phone, mobile, Purpose.LOGIN))
    assert set(run_together(GUESSES, lambda _: log_in(shop, mobile, wrong))) == {400}
    return VerifyCode.objects.get(address=mobile).tries


def many_ask(shop: str, mobile: str) -> Counter[int]:
    return Counter(run_together(RIVALS, lambda _: post(f"{shop}/code/", {"mobile": mobile})))


def many_register(shop: str, phone: Phone, mobile: str) -> Counter[int]:
    body = {"username": mobile, "password": PASSWORD, "code": sent(phone, mobile, Purpose.REGISTER)}
    return Counter(run_together(RIVALS, lambda _: post(f"{shop}/users/", body)))


# -- Without the guards; if one of these fails, the tests below may prove nothing --------------------


def test_without_the_guard_one_code_lets_many_in(naive_shop: str, phone: Phone) -> None:
    assert any(many_log_in(naive_shop, phone)[200] > 1 for _ in range(LUCKY))


def test_without_the_guard_guesses_at_once_are_not_counted(naive_shop: str, phone: Phone) -> None:
    assert any(many_guess(naive_shop, phone) < MAX_TRIES for _ in range(LUCKY))


def test_without_the_guard_many_get_a_code_at_once(naive_shop: str) -> None:
    assert any(many_ask(naive_shop, f"1391234567{number}")[201] > 1 for number in range(LUCKY))


@pytest.mark.usefixtures("_names_may_repeat")
def test_without_the_guards_one_code_opens_many_accounts(naive_shop: str, phone: Phone) -> None:
    assert any(many_register(naive_shop, phone, f"1391234567{number}")[201] > 1 for number in range(LUCKY))
    assert UserProfile.objects.count() > len(set(UserProfile.objects.values_list("username")))


# -- With them -------------------------------------------------------------------------------------


@pytest.mark.rounds
def test_b6_of_those_who_log_in_with_one_code_at_once_one_enters(shop: str, phone: Phone) -> None:
    assert many_log_in(shop, phone) == {200: 1, 400: RIVALS - 1}
    assert DeviceSession.objects.count() == 1


@pytest.mark.rounds
def test_b6_of_those_who_reset_by_one_code_at_once_one_does(shop: str, phone: Phone) -> None:
    user = UserFactory()
    body = {"username": user.mobile, "code": sent(phone, user.mobile, Purpose.RESET)}

    def reset(number: int) -> int:
        return post(f"{shop}/users/password/reset/", {**body, "password": f"battery of tomorrow {number}"})

    statuses = run_together(RIVALS, reset)

    [winner] = [number for number, status in enumerate(statuses) if status < 300]
    assert Counter(statuses)[400] == RIVALS - 1
    user.refresh_from_db()
    assert user.check_password(f"battery of tomorrow {winner}")


@pytest.mark.rounds
def test_b8_of_guesses_at_once_five_are_looked_at_and_the_code_is_dead(shop: str, phone: Phone) -> None:
    assert many_guess(shop, phone) == MAX_TRIES
    assert log_in(shop, UserProfile.objects.get().mobile, phone.code()) == 400
    assert not DeviceSession.objects.exists()


@pytest.mark.rounds
def test_b8_the_right_code_among_guesses_at_once_is_a_try_like_them(shop: str, phone: Phone) -> None:
    """It comes in time or it does not; never are there more tries than five."""
    mobile = UserFactory().mobile
    code = sent(phone, mobile, Purpose.LOGIN)

    answers = run_together(
        GUESSES, lambda number: log_in(shop, mobile, code if number == GUESSES // 2 else other_than(code))
    )

    assert VerifyCode.objects.get().tries <= MAX_TRIES
    assert Counter(answers)[200] == DeviceSession.objects.count() <= 1


@pytest.mark.rounds
def test_b10_of_equal_requests_at_once_one_sends_an_sms(shop: str, phones: Phone) -> None:
    before = len(phones.messages)

    assert many_ask(shop, MOBILE) == {201: 1, 429: RIVALS - 1}

    assert [message["mobile"] for message in phones.messages[before:]] == [MOBILE]
    assert VerifyCode.objects.count() == 1


@pytest.mark.rounds
def test_b19_of_those_who_register_a_mobile_at_once_one_has_it(shop: str, phone: Phone) -> None:
    assert many_register(shop, phone, MOBILE) == {201: 1, 400: RIVALS - 1}
    assert UserProfile.objects.get().mobile == MOBILE
    assert DeviceSession.objects.count() == 1


@pytest.mark.usefixtures("_names_may_repeat")
def test_b19_the_code_alone_keeps_registrations_at_once_one_account(shop: str, phone: Phone) -> None:
    assert many_register(shop, phone, MOBILE) == {201: 1, 400: RIVALS - 1}
    assert UserProfile.objects.count() == 1


@pytest.mark.rounds
def test_b19_the_names_alone_keep_registrations_at_once_one_account(naive_shop: str, phone: Phone) -> None:
    assert many_register(naive_shop, phone, MOBILE)[201] == 1
    assert UserProfile.objects.count() == 1


@pytest.mark.rounds
def test_b19_of_those_who_register_an_e_mail_at_once_one_gets_a_letter(shop: str) -> None:
    body = {"email": EMAIL, "password": PASSWORD}

    answers = run_together(RIVALS, lambda _: post(f"{shop}/users/by-email/", body))

    assert Counter(answers) == {202: 1, 429: RIVALS - 1}
    assert UserProfile.objects.get().email == EMAIL
    assert OutboxMessage.objects.count() == 1
