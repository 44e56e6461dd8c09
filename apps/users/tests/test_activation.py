"""E-mails that a link activates: it works once, for a day, and only together with the account's password."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine as clocks
from django.test import Client
from django.utils import timezone
from django_redis import get_redis_connection
from rest_framework.test import APIClient

from apps.common import one_time
from apps.common.tasks import sweeps
from apps.common.tests.racing import run_together
from apps.notifications.models import OutboxMessage
from apps.users.models import CodeAllowance, DeviceSession, UserProfile
from apps.users.services import email_links, email_registration, newcomers
from apps.users.tests.conftest import Mailbox, in_session
from apps.users.tests.factories import PASSWORD, UserFactory

EMAIL = "new@example.com"
NEW = "left donkey capacitor"


def register(email: object = EMAIL, password: object = PASSWORD, **headers: str) -> Any:
    return APIClient().post("/users/by-email/", {"email": email, "password": password}, headers=headers)


def register_later(**given: str) -> None:
    """Register once more, when a minute has passed."""
    CodeAllowance.objects.update(expires_at=timezone.now())
    assert register(**given).status_code == 202


def resend(email: object = EMAIL) -> Any:
    return APIClient().post("/users/by-email/resend/", {"email": email})


def activate(token: object, password: object = PASSWORD) -> Any:
    return APIClient().post("/users/activate/", {"token": token, "password": password})


def log_in(name: str, password: str = PASSWORD) -> int:
    return APIClient().post("/login/", {"username": name, "password": password}).status_code


@pytest.fixture
def shopper(alice: UserProfile) -> APIClient:
    return in_session(alice)


@pytest.fixture
def newcomer(db, mailbox: Mailbox) -> UserProfile:
    register()
    return UserProfile.objects.get()


def test_a_newcomer_registers_and_opens_the_link(newcomer: UserProfile, mailbox: Mailbox) -> None:
    assert (newcomer.is_active, newcomer.verified_email, log_in(EMAIL)) == (False, None, 400)
    [letter] = mailbox.letters
    assert (letter["to"], letter["subject"]) == (EMAIL, "【mxshop】请确认您的邮箱")
    assert f"http://127.0.0.1:8000/activate/#{mailbox.link_token()}" in letter["text"]

    response = activate(mailbox.link_token())

    assert response.status_code == 200
    assert (response.json()["user"]["username"], response.json()["user"]["email"]) == (EMAIL, EMAIL)
    newcomer.refresh_from_db()
    assert (newcomer.username, newcomer.verified_email, newcomer.is_active) == (EMAIL, EMAIL, True)
    assert (newcomer.is_staff, newcomer.is_superuser, newcomer.mobile) == (False, False, None)
    headers = {"Authorization": f"JWT {response.json()['token']}"}
    assert APIClient().get("/users/", headers=headers).status_code == 200
    assert log_in("New@Example.com") == 200


def test_the_link_is_in_the_language_of_who_registers(db, mailbox: Mailbox) -> None:
    register(**{"Accept-Language": "en"})

    assert mailbox.letters[0]["subject"] == "【mxshop】Please confirm your e-mail"


def test_a_link_works_once(newcomer: UserProfile, mailbox: Mailbox) -> None:
    token = mailbox.link_token()
    activate(token)

    again = activate(token)

    assert (again.status_code, again.json()["token"]) == (400, ["链接已失效，请重新获取。"])
    assert DeviceSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_open_a_link_at_once_one_enters(mailbox: Mailbox) -> None:
    register()
    body = {"token": mailbox.link_token(), "password": PASSWORD}

    answers = run_together(5, lambda _number: Client().post("/users/activate/", body, "application/json"))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 4
    assert DeviceSession.objects.count() == 1


def test_a_link_expires_after_a_day(newcomer: UserProfile, mailbox: Mailbox) -> None:
    token = mailbox.link_token()
    redis, name = get_redis_connection("default"), one_time._name(email_links.KIND, token)
    assert 24 * 3600 - 60 < redis.ttl(name) <= 24 * 3600
    redis.expireat(name, timezone.now() - timedelta(seconds=1))

    assert activate(token).status_code == 400
    newcomer.refresh_from_db()
    assert not newcomer.is_active


def test_an_old_link_dies_with_a_new_one(newcomer: UserProfile, mailbox: Mailbox) -> None:
    first = mailbox.link_token()
    CodeAllowance.objects.update(expires_at=timezone.now())
    assert resend().status_code == 202
    second = mailbox.link_token()

    assert first != second
    assert activate(first).status_code == 400
    assert activate(second).status_code == 200


def test_a_letter_that_is_sent_again_brings_a_link_that_works(newcomer: UserProfile, mailbox: Mailbox) -> None:
    first = mailbox.link_token()
    OutboxMessage.objects.update(status="due", due_at=timezone.now())

    assert activate(mailbox.link_token()).status_code == 200
    assert activate(first).status_code == 400


def test_a_look_at_the_page_uses_nothing_up(newcomer: UserProfile, mailbox: Mailbox, client: Client) -> None:
    token = mailbox.link_token()

    page = client.get("/activate/")

    assert page.status_code == 200
    policy = page["Content-Security-Policy"].split("; ")
    closed = ("default-src", "base-uri", "form-action", "frame-ancestors")
    assert {f"{directive} 'none'" for directive in closed} < set(policy)
    assert {f"{directive} 'self'" for directive in ("script-src", "connect-src", "img-src")} < set(policy)
    assert page["Referrer-Policy"] == "no-referrer"
    assert 'data-url="/users/activate/"' in page.content.decode()
    assert client.post("/activate/").status_code == 405
    assert activate(token).status_code == 200


def test_the_link_alone_opens_nothing(newcomer: UserProfile, mailbox: Mailbox) -> None:
    """Somebody registers with another's e-mail: its owner, who opens the link, does not open the account for them."""
    token = mailbox.link_token()

    refused = activate(token, "what the owner guesses")

    assert (refused.status_code, refused.json()["password"]) == (400, ["密码错误。"])
    newcomer.refresh_from_db()
    assert not newcomer.is_active
    assert activate(token).status_code == 200, "a wrong password leaves the link as it is"


@pytest.mark.parametrize(("entered", "other"), [(PASSWORD, NEW), (NEW, PASSWORD)])
def test_who_registers_again_while_waiting_enters_by_either_password(
    newcomer: UserProfile, mailbox: Mailbox, entered: str, other: str
) -> None:
    first = mailbox.link_token()
    register_later(password=NEW)
    second = mailbox.link_token()

    assert activate(first, entered).status_code == 400, "an old link dies with a new one"
    assert activate(second, entered).status_code == 200
    assert UserProfile.objects.count() == 1, "what else waited is gone"
    assert (log_in(EMAIL, entered), log_in(EMAIL, other)) == (200, 400)


def test_b31_strangers_who_register_in_the_owners_name_do_not_keep_them_out(
    newcomer: UserProfile, mailbox: Mailbox
) -> None:
    for _stranger in range(4):
        register_later(password=NEW)

    assert activate(mailbox.link_token(), PASSWORD).status_code == 200
    assert (log_in(EMAIL, PASSWORD), log_in(EMAIL, NEW)) == (200, 400)
    assert UserProfile.objects.get().pk == newcomer.pk


def test_a_link_that_is_sent_again_opens_what_was_registered_before_a_stranger_did(
    newcomer: UserProfile, mailbox: Mailbox
) -> None:
    register_later(password=NEW)
    CodeAllowance.objects.update(expires_at=timezone.now())
    resend()

    assert activate(mailbox.link_token(), "what the owner guesses").status_code == 400
    assert activate(mailbox.link_token(), PASSWORD).status_code == 200


def test_a_link_tries_the_registrations_of_its_own_mailbox_and_not_without_end(
    newcomer: UserProfile, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    register("other@example.com", NEW)
    assert activate(mailbox.link_token(), PASSWORD).status_code == 400
    register_later(password=NEW)
    monkeypatch.setattr(newcomers, "TRIED", 1)
    assert activate(mailbox.link_token(), PASSWORD).status_code == 400
    monkeypatch.setattr(newcomers, "TRIED", 2)
    assert activate(mailbox.link_token(), PASSWORD).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_two_registrants_who_open_one_link_at_once_one_enters(mailbox: Mailbox) -> None:
    register()
    register_later(password=NEW)
    token = mailbox.link_token()

    def open_with(number: int) -> Any:
        body = {"token": token, "password": (PASSWORD, NEW)[number % 2]}
        return Client().post("/users/activate/", body, "application/json")

    assert sorted(answer.status_code for answer in run_together(4, open_with)) == [200] + [400] * 3
    assert UserProfile.objects.get().verified_email == EMAIL
    assert DeviceSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_b19_registrations_at_once_are_one_account_and_one_letter(mailbox: Mailbox) -> None:
    body = {"email": EMAIL, "password": PASSWORD}

    answers = run_together(6, lambda _number: Client().post("/users/by-email/", body, "application/json"))

    assert sorted(answer.status_code for answer in answers) == [202] + [429] * 5
    assert UserProfile.objects.count() == 1
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("ask", [register, resend])
def test_b17_known_and_unknown_addresses_are_answered_alike(alice: UserProfile, mailbox: Mailbox, ask: Any) -> None:
    UserProfile.objects.update(verified_email="alice@example.com")
    email_registration.register(email="waiting@example.com", password=PASSWORD, ip=None)
    CodeAllowance.objects.update(expires_at=timezone.now())
    before = UserProfile.objects.values().get(pk=alice.pk)

    emails = ["alice@example.com", "waiting@example.com", "nobody@example.com"]
    answers = [ask(email) for email in emails]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, {"email": email}) for email in emails]
    assert len({frozenset(answer.headers) for answer in answers}) == 1
    assert [letter["to"] for letter in mailbox.letters[1:]] == emails, "each gets a letter, whatever it says"
    assert "已有账号" in mailbox.letters[1]["text"]
    assert UserProfile.objects.values().get(pk=alice.pk) == before


@pytest.mark.parametrize("ask", [register, resend])
def test_b9_b21_letters_are_capped(db, settings, mailbox: Mailbox, ask: Any) -> None:
    settings.CODES_PER_PURPOSE_AND_DAY = 2
    with clocks.travel("2026-11-23 10:00:00+08:00", tick=False) as clock:
        statuses = []
        for seconds in (0, 59, 1, 60):
            clock.shift(seconds)
            statuses.append(ask().status_code)

    assert statuses == [202, 429, 202, 429]
    assert len(mailbox.letters) == 2


@pytest.mark.parametrize(
    ("email", "password", "field"),
    [
        ("", PASSWORD, "email"),
        (EMAIL + "\n", PASSWORD, "email"),
        ("nobody", PASSWORD, "email"),
        ("álice@example.com", PASSWORD, "email"),
        ([EMAIL], PASSWORD, "email"),
        (EMAIL, "short", "password"),
        (EMAIL, "new@example", "password"),
        (EMAIL, "", "password"),
    ],
)
def test_b16_odd_input_opens_nothing(db, mailbox: Mailbox, email: object, password: object, field: str) -> None:
    response = register(email, password)

    assert response.status_code == 400
    assert isinstance(response.json()[field][0], str)
    assert (mailbox.letters, UserProfile.objects.count()) == ([], 0)


@pytest.mark.parametrize("token", ["nonsense", "", None, ["a"], "a" * 101, "../x"])
def test_what_is_no_link_opens_nothing(newcomer: UserProfile, token: object) -> None:
    response = activate(token)

    assert response.status_code == 400
    assert isinstance(response.json()["token"][0], str)


def test_b12_the_token_is_in_no_row_and_no_log(db, mailbox: Mailbox, caplog) -> None:
    with caplog.at_level("DEBUG"):
        register()
        token = mailbox.link_token()
        activate(token)

    assert token not in caplog.text
    assert token not in json.dumps(list(OutboxMessage.objects.values("url", "payload", "last_error")))


def test_a_user_activates_the_email_of_the_own_record(shopper: APIClient, alice: UserProfile, mailbox: Mailbox) -> None:
    shopper.patch("/users/1/", {"email": "Alice@Example.com"})

    asked = shopper.post("/users/email/link/", {"password": PASSWORD})

    assert (asked.status_code, asked.json()) == (202, {"email": "alice@example.com"})
    assert log_in("alice@example.com") == 400
    assert activate(mailbox.link_token()).status_code == 200
    alice.refresh_from_db()
    assert (alice.username, alice.mobile, alice.verified_email) == ("alice", "13800000001", "alice@example.com")
    assert log_in("alice@example.com") == 200
    again = shopper.post("/users/email/link/", {"password": PASSWORD})
    assert again.status_code == 409, "from now on it is changed with the codes of both"


def test_who_has_typed_no_email_gets_no_link(shopper: APIClient, visitor: APIClient, mailbox: Mailbox) -> None:
    assert "email" in shopper.post("/users/email/link/", {"password": PASSWORD}).json()
    assert visitor.post("/users/email/link/").status_code == 401
    assert mailbox.letters == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_deleted": True}])
def test_b4_a_link_opens_nothing_for_who_may_not_log_in(
    shopper: APIClient, mailbox: Mailbox, change: dict[str, bool]
) -> None:
    shopper.patch("/users/1/", {"email": EMAIL})
    shopper.post("/users/email/link/", {"password": PASSWORD})
    token = mailbox.link_token()
    UserProfile.objects.update(**change)

    assert activate(token).status_code == 400
    assert UserProfile.objects.get().verified_email is None


def test_an_email_that_another_has_proven_meanwhile_is_theirs(newcomer: UserProfile, mailbox: Mailbox) -> None:
    token = mailbox.link_token()
    UserFactory(verified_email=EMAIL)

    refused = activate(token)

    assert (refused.status_code, refused.json()["non_field_errors"]) == (400, ["该手机号或邮箱已属于其他账号。"])
    newcomer.refresh_from_db()
    assert not newcomer.is_active


def test_passwords_are_tried_within_a_limit(newcomer: UserProfile, mailbox: Mailbox, settings) -> None:
    settings.THROTTLE_SCALE = 1
    token = mailbox.link_token()

    assert [activate(token, "wrong").status_code for _try in range(11)] == [400] * 10 + [429]
    assert [activate("no link").status_code for _try in range(10)] == [400] * 9 + [429], "links have a limit, too"


def test_newcomers_who_never_come_are_forgotten(newcomer: UserProfile) -> None:
    week = timedelta(days=7)
    UserFactory(is_active=False, date_joined=timezone.now() - 2 * week)
    UserProfile.objects.filter(pk=newcomer.pk).update(date_joined=timezone.now() - week + timedelta(minutes=1))
    assert newcomers.forget_old() == 0

    UserProfile.objects.filter(pk=newcomer.pk).update(date_joined=timezone.now() - week - timedelta(minutes=1))
    assert newcomers.forget_old() == 1

    assert not UserProfile.objects.pending().exists()
    assert UserProfile.objects.count() == 1
    assert "users.forget_pending" in [sweep.name for sweep in sweeps()]


def test_nobody_can_call_themselves_as_newcomers_are_called(shopper: APIClient) -> None:
    assert shopper.patch("/users/1/", {"username": "pending:abc"}).status_code == 400


def test_b28_without_redis_a_link_is_neither_made_nor_opened(newcomer: UserProfile, mailbox: Mailbox, settings) -> None:
    token = mailbox.link_token()
    gone = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": {}}
    settings.CACHES = {**settings.CACHES, "default": gone}

    opened = activate(token)
    CodeAllowance.objects.update(expires_at=timezone.now())
    assert resend().status_code == 202

    assert (opened.status_code, opened["Retry-After"]) == (503, "5")
    assert len(mailbox.letters) == 1
    assert OutboxMessage.objects.filter(status="due", last_error__startswith="busy").count() == 1
