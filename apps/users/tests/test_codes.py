"""Verify codes: how they are sent, capped, kept and tried."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.exceptions import TooManyRequests
from apps.common.tasks import sweeps
from apps.common.tests.racing import run_together
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import CodeExpired, WrongCode
from apps.users.models import CodeAllowance, UserProfile, VerifyCode
from apps.users.services import codes
from apps.users.tests.conftest import Phone

MOBILE = "13912345678"
REGISTER = VerifyCode.Purpose.REGISTER


def send(mobile: str = MOBILE, ip: str | None = "192.0.2.1") -> None:
    codes.send_code(address=mobile, purpose=REGISTER, ip=ip)


def check(code: str, mobile: str = MOBILE, ip: str | None = "192.0.2.1") -> VerifyCode:
    return codes.check_code(address=mobile, purpose=REGISTER, code=code, ip=ip)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04d}"


@atomic_with_retry
def spend_in_a_transaction(row: VerifyCode) -> None:
    codes.spend_code(row)


@pytest.fixture
def broken_provider(settings, phone: Phone) -> None:
    settings.SMS_PROVIDERS = ["yunpian"]
    settings.YUNPIAN_URL = "http://127.0.0.1:1/send"


def test_a_code_is_sent_at_once_and_answered_with_the_mobile(db, visitor: APIClient, phone: Phone) -> None:
    response = visitor.post("/code/", {"mobile": MOBILE})

    assert response.status_code == 201
    assert response.json() == {"mobile": MOBILE}
    [message] = phone.messages
    assert message["mobile"] == MOBILE
    assert message["code"] in message["text"]
    assert len(message["code"]) == 4
    assert message["code"].isdigit()
    assert message["text"] == f"【mxshop】您的验证码是{message['code']}，5分钟内有效，请勿告诉他人。"


def test_b12_the_code_is_in_no_answer_log_or_row(db, visitor: APIClient, phone: Phone, caplog) -> None:
    with caplog.at_level("DEBUG"):
        response = visitor.post("/code/", {"mobile": MOBILE})
        code = phone.code()
        visitor.post("/users/", {"username": MOBILE, "password": "right horse battery", "code": code})

    assert code not in response.content.decode().replace(MOBILE, "")
    assert f"'{code}'" not in caplog.text
    row = VerifyCode.objects.get()
    assert len(row.code_hash) == 64
    assert code not in (str(value) for value in VerifyCode.objects.values_list().get())


def test_b17_a_registered_number_gets_the_same_answer_and_an_sms_that_says_so(
    visitor: APIClient, alice: UserProfile, phone: Phone
) -> None:
    unknown = visitor.post("/code/", {"mobile": MOBILE})
    known = visitor.post("/code/", {"mobile": alice.mobile})

    assert known.status_code == unknown.status_code == 201
    assert known.json() == {"mobile": alice.mobile}
    assert set(known.headers) == set(unknown.headers)
    assert "已注册" not in phone.messages[0]["text"]
    assert "已注册" in phone.messages[1]["text"]
    assert phone.messages[1]["code"] in phone.messages[1]["text"]


@pytest.mark.parametrize(
    "mobile",
    [
        "",
        "1391234567",
        "139123456789",
        "12912345678",
        "23912345678",
        " 13912345678",
        "13912345678 ",
        "13912345678\n",
        "１３９１２３４５６７８",
        "٣٩١٢٣٤٥٦٧٨١",
        "1391234567a",
        "13912345678\x00",
        "+8613912345678",
        ["13912345678"],
        {"mobile": "13912345678"},
        None,
        True,
        1.5,
        "1" * 100_000,
    ],
)
def test_b11_a_malformed_mobile_is_refused(db, visitor: APIClient, phone: Phone, mobile: object) -> None:
    response = visitor.post("/code/", {"mobile": mobile})

    assert response.status_code == 400
    body = response.json()
    if "\x00" not in str(mobile):
        assert isinstance(body["mobile"][0], str)
    assert phone.messages == []
    assert not VerifyCode.objects.exists()
    assert not CodeAllowance.objects.exists()


def test_no_mobile_at_all_is_refused(db, visitor: APIClient, phone: Phone) -> None:
    assert "mobile" in visitor.post("/code/", {}).json()
    assert visitor.post("/code/", []).status_code == 400
    assert phone.messages == []


def test_b9_a_second_code_within_a_minute_is_refused(db, visitor: APIClient, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        visitor.post("/code/", {"mobile": MOBILE})
        clock.shift(timedelta(seconds=59))
        refused = visitor.post("/code/", {"mobile": MOBILE})
        clock.shift(timedelta(seconds=1))
        accepted = visitor.post("/code/", {"mobile": MOBILE})

    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    assert refused.json()["mobile"] == ["请等一分钟再获取验证码。"]
    assert refused.json()["non_field_errors"] == ["请等一分钟再获取验证码。"]
    assert accepted.status_code == 201
    assert len(phone.messages) == 2


@pytest.mark.django_db(transaction=True)
def test_b10_eight_sends_at_once_are_one_sms(phone: Phone) -> None:
    answers = run_together(8, lambda _number: Client().post("/code/", {"mobile": MOBILE}, "application/json"))

    assert sorted(answer.status_code for answer in answers) == [201] + [429] * 7
    assert len(phone.messages) == 1
    assert VerifyCode.objects.count() == 1
    assert set(CodeAllowance.objects.values_list("used", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_b21_a_cap_holds_when_many_numbers_ask_at_once(settings, phone: Phone) -> None:
    settings.THROTTLE_SCALE = 1
    settings.CODES_PER_IP_AND_HOUR = 3

    def ask(number: int) -> bool:
        try:
            send(f"1391234567{number}")
        except TooManyRequests:
            return False
        return True

    assert sum(run_together(8, ask)) == 3
    assert len(phone.messages) == 3


def test_b21_a_number_gets_so_many_codes_a_day(db, settings, phone: Phone) -> None:
    settings.CODES_PER_ADDRESS_AND_DAY = 2
    with time_machine.travel("2026-11-23 23:50:00+08:00", tick=False) as clock:
        for ip in ("192.0.2.1", "192.0.2.2"):
            send(ip=ip)
            clock.shift(timedelta(seconds=61))
        with pytest.raises(TooManyRequests) as refusal:
            send(ip="192.0.2.3")
        assert refusal.value.retry_after == 10 * 60 - 122
        clock.move_to("2026-11-24 00:00:00+08:00")
        send()

    assert len(phone.messages) == 3


@pytest.mark.parametrize(("setting", "next_window"), [("HOUR", "2026-11-23 11:00"), ("DAY", "2026-11-24 00:00")])
def test_b21_an_ip_gets_so_many_codes(db, settings, phone: Phone, setting: str, next_window: str) -> None:
    settings.THROTTLE_SCALE = 1
    setattr(settings, f"CODES_PER_IP_AND_{setting}", 2)
    with time_machine.travel("2026-11-23 10:58:00+08:00", tick=False) as clock:
        send("13912345671")
        send("13912345672")
        with pytest.raises(TooManyRequests):
            send("13912345673")
        send("13912345674", ip="192.0.2.2")
        send("13912345675", ip=None)
        clock.move_to(f"{next_window}:00+08:00")
        send("13912345673")

    assert len(phone.messages) == 5


def test_b21_addresses_of_one_ipv6_network_share_their_codes(db, settings, phone: Phone) -> None:
    settings.THROTTLE_SCALE = 1
    settings.CODES_PER_IP_AND_HOUR = 2
    send("13912345671", ip="2001:db8:1:2::1")
    send("13912345672", ip="2001:db8:1:2:ffff::2")

    with pytest.raises(TooManyRequests):
        send("13912345673", ip="2001:db8:1:2:abcd::3")
    send("13912345673", ip="2001:db8:1:3::1")

    assert VerifyCode.objects.latest("id").ip == "2001:db8:1:3::1"


def test_what_a_cap_refuses_is_not_counted(db, settings, phone: Phone) -> None:
    settings.THROTTLE_SCALE = 1
    settings.CODES_PER_IP_AND_HOUR = 0

    with pytest.raises(TooManyRequests):
        send()

    assert set(CodeAllowance.objects.values_list("used", flat=True)) == {0}
    assert not VerifyCode.objects.exists()
    settings.CODES_PER_IP_AND_HOUR = 1
    send()


@pytest.mark.usefixtures("broken_provider")
def test_a_failed_gateway_voids_the_code_and_gives_the_minute_back(
    db, visitor: APIClient, settings, phone: Phone
) -> None:
    response = visitor.post("/code/", {"mobile": MOBILE})

    assert response.status_code == 502
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:mxshop:problem:gateway_failed"
    assert len(response.json()["mobile"]) == 1
    assert VerifyCode.objects.get().expires_at <= timezone.now()
    settings.SMS_PROVIDERS = ["console"]
    assert visitor.post("/code/", {"mobile": MOBILE}).status_code == 201
    assert len(phone.messages) == 1


def test_the_right_code_is_right_once(db, phone: Phone) -> None:
    send()

    codes.spend_code(check(phone.code()))

    with pytest.raises(WrongCode):
        check(phone.code())


@pytest.mark.django_db(transaction=True)
def test_b6_of_eight_who_spend_one_code_one_succeeds(phone: Phone) -> None:
    send()
    row = VerifyCode.objects.get()

    def spend(_number: int) -> bool:
        try:
            spend_in_a_transaction(row)
        except WrongCode:
            return False
        return True

    assert sum(run_together(8, spend)) == 1


def test_b7_a_code_is_bound_to_its_mobile_and_purpose(db, phone: Phone) -> None:
    send("13912345671")
    send("13912345672")
    first, second = (message["code"] for message in phone.messages)
    if first != second:
        with pytest.raises(WrongCode):
            check(first, mobile="13912345672")

    VerifyCode.objects.filter(address="13912345671").update(purpose="another")

    with pytest.raises(WrongCode):
        check(first, mobile="13912345671")
    # Nor does its hash, moved to another number's row, stand for the same digits there.
    moved = VerifyCode.objects.get(address="13912345671")
    VerifyCode.objects.filter(address="13912345672").update(code_hash=moved.code_hash)
    with pytest.raises(WrongCode):
        check(first, mobile="13912345672")


@pytest.mark.parametrize(("asked_at", "tries"), [("192.0.2.1", 3), (None, 5)])
def test_b8_after_so_many_wrong_tries_even_the_right_code_fails(
    db, phone: Phone, asked_at: str | None, tries: int
) -> None:
    send(ip=asked_at)
    for _try in range(tries):
        with pytest.raises(WrongCode):
            check(other_than(phone.code()))

    with pytest.raises(WrongCode):
        check(phone.code())

    assert VerifyCode.objects.get().tries == tries


@pytest.mark.parametrize(("asked_at", "tries"), [("192.0.2.1", 3), (None, 5)])
def test_b8_the_last_try_may_be_right(db, phone: Phone, asked_at: str | None, tries: int) -> None:
    send(ip=asked_at)
    for _try in range(tries - 1):
        with pytest.raises(WrongCode):
            check(other_than(phone.code()))

    check(phone.code())


@pytest.mark.django_db(transaction=True)
def test_b8_tries_at_once_are_all_counted(phone: Phone) -> None:
    send()
    wrong = other_than(phone.code())

    def guess(_number: int) -> None:
        with pytest.raises(WrongCode):
            check(wrong)

    run_together(12, guess)

    assert VerifyCode.objects.get().tries == 3


def test_b20_a_code_ends_after_five_minutes(db, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        send()
        clock.shift(timedelta(minutes=5) - timedelta(seconds=1))
        check(phone.code())
        clock.shift(timedelta(seconds=1))
        with pytest.raises(CodeExpired):
            check(phone.code())


def send_two(clock: time_machine.Traveller, phone: Phone) -> list[str]:
    """Two codes that differ, a minute apart."""
    sent: list[str] = []
    while len(set(sent)) < 2:
        clock.shift(timedelta(seconds=61))
        send(ip=f"192.0.2.{len(sent) + 1}")
        sent.append(phone.code())
    return [sent[0], sent[-1]]


def test_b31_a_newer_code_voids_none_that_was_asked_for_elsewhere(db, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        older, newer = send_two(clock, phone)
        for code in (older, newer):
            check(code)
        clock.shift(timedelta(seconds=240))
        with pytest.raises(CodeExpired):
            check(older)
        codes.spend_code(VerifyCode.objects.latest("pk"))


def test_a_newer_code_takes_the_place_of_one_that_was_asked_for_at_the_same_place(db, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        send(ip="2001:db8:1:2::1")
        first = phone.code()
        clock.shift(timedelta(seconds=61))
        send(ip="2001:db8:1:2:ffff::9")
        if phone.code() != first:
            with pytest.raises(CodeExpired):
                check(first)
        check(phone.code())


def test_a_code_that_is_used_ends_the_others_of_its_address_and_purpose(db, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        older, newer = send_two(clock, phone)
        codes.send_code(address=MOBILE[:-1] + "9", purpose=REGISTER, ip=None)
        codes.spend_code(check(newer))
        with pytest.raises(WrongCode):
            check(older)
        check(phone.code(), mobile=MOBILE[:-1] + "9")


def test_b8_a_guess_counts_against_every_code_that_is_good(db, phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        sent = send_two(clock, phone)
        wrong = next(code for code in ("0001", "0002", "0003") if code not in sent)
        for _try in range(5):
            with pytest.raises(WrongCode):
                check(wrong, ip="198.51.100.1")
        for code in sent:
            with pytest.raises(WrongCode):
                check(code, ip="198.51.100.1")
    counts = VerifyCode.objects.values_list("tries", "tries_elsewhere")
    assert set(counts) == {(0, 2)}


@pytest.mark.django_db(transaction=True)
def test_b6_of_two_codes_that_are_used_at_once_one_succeeds(phone: Phone) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        send_two(clock, phone)
    rows = list(VerifyCode.objects.order_by("id")[:2])
    VerifyCode.objects.update(expires_at=timezone.now() + timedelta(minutes=5))

    def spend(number: int) -> bool:
        try:
            spend_in_a_transaction(rows[number % 2])
        except WrongCode:
            return False
        return True

    assert sum(run_together(8, spend)) == 1


def test_only_codes_to_register_have_four_digits() -> None:
    assert codes.code_length(REGISTER) == 4
    assert codes.code_length("another") == 6  # type: ignore[arg-type]  # a purpose that is still to come


def test_old_rows_are_purged_and_young_ones_kept(db, phone: Phone, capsys) -> None:
    with time_machine.travel("2026-11-20 10:00:00+08:00", tick=False) as clock:
        send("13912345671")
        clock.move_to("2026-11-23 10:00:00+08:00")
        send("13912345672")
        call_command("purge_codes")

        assert list(VerifyCode.objects.values_list("address", flat=True)) == ["13912345672"]
        assert CodeAllowance.objects.count() == 5
        assert not CodeAllowance.objects.filter(key__contains="13912345671").exists()
        assert capsys.readouterr().out == "deleted 1 codes and 5 allowances\n"


def test_the_clock_purges_too() -> None:
    assert "users.purge_codes" in [sweep.name for sweep in sweeps()]
