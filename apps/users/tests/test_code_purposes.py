"""What a code is for, and where it goes: a code of one purpose is no code for another."""

import itertools
import json

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.exceptions import TooManyRequests
from apps.common.tests.racing import run_together
from apps.notifications.models import OutboxMessage
from apps.notifications.tests.providers import open_for_business
from apps.users.exceptions import CodeExpired, WrongCode
from apps.users.models import CodeAllowance, UserProfile, VerifyCode
from apps.users.services import codes, wording
from apps.users.tests.conftest import Mailbox, Phone

MOBILE = "13912345678"
EMAIL = "alice@example.com"
Purpose = VerifyCode.Purpose


def other_purposes() -> list[tuple[Purpose, Purpose]]:
    return list(itertools.permutations(Purpose, 2))


@pytest.mark.parametrize(("sent_for", "used_for"), other_purposes())
def test_b23_a_code_of_one_purpose_is_none_for_another(db, phone: Phone, sent_for: Purpose, used_for: Purpose) -> None:
    codes.send_code(address=MOBILE, purpose=sent_for, ip=None)

    with pytest.raises(WrongCode):
        codes.check_code(address=MOBILE, purpose=used_for, code=phone.code(), ip=None)

    # Not even where the row itself is moved to the other purpose: the hash covers it.
    VerifyCode.objects.update(purpose=used_for)
    with pytest.raises(WrongCode):
        codes.check_code(address=MOBILE, purpose=used_for, code=phone.code(), ip=None)


def test_codes_to_register_have_four_digits_and_all_others_six(db, phone: Phone) -> None:
    for number, purpose in enumerate(Purpose):
        codes.send_code(address=f"1391234567{number}", purpose=purpose, ip=None)

    assert [(message["purpose"], len(message["code"])) for message in phone.messages] == [
        ("register", 4),
        ("login", 6),
        ("reset", 6),
        ("bind", 6),
        ("unbind", 6),
        ("confirm", 6),
    ]


def test_every_kind_of_sms_and_letter_says_what_the_code_is_for() -> None:
    texts = [wording.sms_with_code(kind, "123456") for kind in wording.SMS]
    letters = [
        wording.letter_with_code(purpose, "123456", minutes=15, language=language)
        for purpose in wording.LETTERS
        for language in ("zh-hans", "en")
    ]

    assert len(set(texts)) == len(Purpose) + 1
    assert all("123456" in text and "5分钟" in text for text in texts)
    assert len({letter.text for letter in letters}) == 2 * (len(Purpose) - 1)
    assert all("123456" in letter.text and "15" in letter.text for letter in letters)


def test_a_visitor_asks_for_codes_to_log_in_and_to_reset(db, visitor: APIClient, phone: Phone) -> None:
    for number, purpose in enumerate(("login", "reset")):
        mobile = f"1391234567{number}"
        response = visitor.post("/code/", {"mobile": mobile, "purpose": purpose})

        assert (response.status_code, response.json()) == (201, {"mobile": mobile})
        assert phone.messages[-1]["purpose"] == purpose


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mobile": MOBILE, "purpose": "bind"}, "purpose"),
        ({"mobile": MOBILE, "purpose": ["login"]}, "purpose"),
        ({"mobile": MOBILE, "purpose": None}, "purpose"),
        ({"email": EMAIL}, "email"),
        ({"email": EMAIL, "purpose": "register"}, "email"),
        ({"email": EMAIL, "mobile": MOBILE, "purpose": "login"}, "email"),
        ({"email": "alice@example.com\n", "purpose": "login"}, "email"),
        ({"email": " alice@example.com", "purpose": "login"}, "email"),
        ({"email": "álice@example.com", "purpose": "login"}, "email"),
        ({"email": "alice@exämple.com", "purpose": "login"}, "email"),
        ({"email": "alice@example.com,bob@example.com", "purpose": "login"}, "email"),
        ({"email": "alice@example.com\r\nBcc: bob@example.com", "purpose": "login"}, "email"),
        ({"email": [EMAIL], "purpose": "login"}, "email"),
        ({"email": "a" * 90 + "@example.com", "purpose": "login"}, "email"),
        ({"purpose": "login"}, "mobile"),
    ],
)
def test_b11_odd_addresses_and_purposes_are_refused(
    db, visitor: APIClient, phone: Phone, mailbox: Mailbox, body: dict[str, object], field: str
) -> None:
    response = visitor.post("/code/", body)

    assert response.status_code == 400
    assert isinstance(response.json()[field][0], str)
    assert (phone.messages, mailbox.letters) == ([], [])
    assert not CodeAllowance.objects.exists()


@pytest.mark.parametrize("purpose", ["login", "reset"])
def test_b24_an_unknown_address_is_answered_and_written_to_like_a_known_one(
    visitor: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox, purpose: str
) -> None:
    UserProfile.objects.update(verified_email=EMAIL)
    bodies = [{"mobile": alice.mobile}, {"mobile": MOBILE}, {"email": EMAIL}, {"email": "nobody@example.com"}]

    answers = [visitor.post("/code/", body | {"purpose": purpose}) for body in bodies]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(201, body) for body in bodies]
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    known, unknown = (message["text"].replace(message["code"], "") for message in phone.messages)
    assert known == unknown
    assert [letter["to"] for letter in mailbox.letters] == [EMAIL, "nobody@example.com"]


def test_b24_both_cost_the_same_statements(visitor: APIClient, alice: UserProfile, phone: Phone) -> None:
    statements = []
    for mobile in (alice.mobile, MOBILE):
        with CaptureQueriesContext(connection) as captured:
            visitor.post("/code/", {"mobile": mobile, "purpose": "reset"})
        statements.append(len(captured))

    assert statements[0] == statements[1] > 0


def test_b12_a_code_by_mail_is_in_no_row_of_the_outbox(db, visitor: APIClient, mailbox: Mailbox, caplog) -> None:
    with caplog.at_level("DEBUG"):
        visitor.post("/code/", {"email": "Alice@Example.COM", "purpose": "login"})
        assert not VerifyCode.objects.exists(), "it is made when the letter leaves"
        code = mailbox.code()

    owed = OutboxMessage.objects.get()
    assert owed.url == "mailto:alice@example.com"
    assert owed.payload == {"purpose": "login", "language": "zh-hans", "ip": "127.0.0.1", "about": ""}
    assert code not in str(list(VerifyCode.objects.values()))
    assert code not in caplog.text
    codes.check_code(address=EMAIL, purpose=Purpose.LOGIN, code=code, ip=None)


def test_a_letter_is_in_the_language_of_who_asked(db, visitor: APIClient, mailbox: Mailbox) -> None:
    visitor.post("/code/", {"email": EMAIL, "purpose": "reset"}, headers={"Accept-Language": "en"})

    [letter] = mailbox.letters
    assert letter["subject"] == "【mxshop】Your code to reset your password"
    assert letter["text"].startswith(f"Your code to reset your password is {mailbox.code()}.")


def test_b20_a_code_by_mail_ends_after_a_quarter_of_an_hour(db, mailbox: Mailbox) -> None:
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        codes.send_code(address=EMAIL, purpose=Purpose.LOGIN, ip=None)
        code = mailbox.code()
        clock.shift(899)
        codes.check_code(address=EMAIL, purpose=Purpose.LOGIN, code=code, ip=None)
        clock.shift(1)
        with pytest.raises(CodeExpired):
            codes.check_code(address=EMAIL, purpose=Purpose.LOGIN, code=code, ip=None)


def test_a_letter_that_is_sent_again_brings_a_new_code(db, mailbox: Mailbox) -> None:
    codes.send_code(address=EMAIL, purpose=Purpose.LOGIN, ip=None)
    first = mailbox.code()
    OutboxMessage.objects.update(status="due", due_at=timezone.now())
    while mailbox.code() == first:
        OutboxMessage.objects.update(status="due", due_at=timezone.now())

    with pytest.raises(CodeExpired):
        codes.check_code(address=EMAIL, purpose=Purpose.LOGIN, code=first, ip=None)
    codes.check_code(address=EMAIL, purpose=Purpose.LOGIN, code=mailbox.code(), ip=None)


def test_b9_mailboxes_have_their_minute_too(db, visitor: APIClient, mailbox: Mailbox) -> None:
    body = {"email": EMAIL, "purpose": "login"}
    visitor.post("/code/", body)

    refused = visitor.post("/code/", body | {"email": EMAIL.upper()})

    assert refused.status_code == 429
    assert refused.json()["email"] == ["请等一分钟再获取验证码。"]
    assert len(mailbox.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_b10_eight_letters_at_once_are_one(mailbox: Mailbox) -> None:
    def ask(_number: int) -> bool:
        try:
            codes.send_code(address=EMAIL, purpose=Purpose.LOGIN, ip="192.0.2.1")
        except TooManyRequests:
            return False
        return True

    assert sum(run_together(8, ask)) == 1
    assert len(mailbox.letters) == 1


def test_b21_a_purpose_cannot_use_up_what_others_need(db, settings, phone: Phone) -> None:
    settings.CODES_PER_PURPOSE_AND_DAY, settings.CODES_PER_ADDRESS_AND_DAY = 2, 3
    with time_machine.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:

        def ask(purpose: Purpose) -> None:
            clock.shift(61)
            codes.send_code(address=MOBILE, purpose=purpose, ip=None)

        ask(Purpose.REGISTER)
        ask(Purpose.REGISTER)
        with pytest.raises(TooManyRequests):
            ask(Purpose.REGISTER)
        ask(Purpose.LOGIN)
        with pytest.raises(TooManyRequests):
            ask(Purpose.RESET)  # three in all

    assert len(phone.messages) == 3


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", 400, "number_refused"),
        ("isv.BUSINESS_LIMIT_CONTROL", 429, "too_many_requests"),
        ("isv.OUT_OF_SERVICE", 502, "gateway_failed"),
    ],
)
def test_what_the_provider_refuses_is_told_under_the_number_and_gives_the_minute_back(
    db, visitor: APIClient, settings, monkeypatch: pytest.MonkeyPatch, tmp_path, code: str, status: int, kind: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with open_for_business("aliyun", settings) as provider:
        provider.answer = json.dumps(provider.refusal(code)).encode()
        refused = visitor.post("/code/", {"mobile": MOBILE})
        provider.answer = None
        accepted = visitor.post("/code/", {"mobile": MOBILE})

    assert refused.status_code == status
    assert refused.json()["type"] == f"urn:mxshop:problem:{kind}"
    assert len(refused.json()["mobile"]) == 1
    assert refused.has_header("Retry-After") is (status == 429)
    assert accepted.status_code == 201
    assert VerifyCode.objects.filter(expires_at__gt=timezone.now()).count() == 1
