"""Owners are told, at the addresses of before, of what changes who gets into their account."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from rest_framework.test import APIClient

from apps.common.tests.back_office import act, browser_of
from apps.notifications.models import Notice, OutboxMessage
from apps.notifications.services import notices, outbox
from apps.users.models import SocialBinding, UserProfile
from apps.users.services.bindings import unbind
from apps.users.services.wording import masked
from apps.users.tests.conftest import Mailbox, Phone, in_session
from apps.users.tests.factories import PASSWORD
from apps.users.tests.third_parties import binds
from apps.users.tests.third_party_doubles import Double

OLD, NEW = "13800000001", "13800000009"
EMAIL = "alice@example.com"
pytestmark = pytest.mark.django_db


@pytest.fixture
def reachable(alice: UserProfile) -> UserProfile:
    UserProfile.objects.filter(pk=alice.pk).update(verified_email=EMAIL)
    alice.refresh_from_db()
    return alice


def told(mailbox: Mailbox, phone: Phone) -> tuple[list[Any], list[Any]]:
    """To whom a letter and an SMS about a change went."""
    letters = [letter["to"] for letter in mailbox.letters if "已变更" in letter["subject"]]
    return letters, [message["mobile"] for message in phone.messages if message["purpose"] == "changed"]


def topics() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("topic", flat=True))


def test_of_what_is_bound(
    browser: Client, weixin: Double, reachable: UserProfile, alice_token: str, mailbox: Mailbox, phone: Phone
) -> None:
    assert binds(browser, alice_token, weixin).status_code == 200

    assert told(mailbox, phone) == ([EMAIL], [OLD])
    [letter] = mailbox.letters
    assert letter["subject"] == "【mxshop】您的账号已变更"
    assert "微信（小满）现可登录您的账号" in letter["text"]
    assert "WeChat (小满) now logs in to your account" in letter["text"]
    assert phone.messages[-1]["text"].startswith("【mxshop】您账号的登录方式或联系方式刚刚发生了变更。")
    assert topics() == ["account.bound"]
    binds(browser, alice_token, weixin)
    assert len(mailbox.letters) == 1, "of what was bound already nobody is told again"


def test_of_what_is_unbound(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    SocialBinding.objects.create(user=reachable, provider="qq", uid="x")
    unbind(user=reachable, provider="qq")

    assert told(mailbox, phone) == ([EMAIL], [OLD])
    assert "QQ（?）已不能再登录您的账号" in mailbox.letters[0]["text"]
    [notice] = Notice.objects.all()
    with translation.override("en"):
        assert notices.text_of(notice).startswith("qq (?) does not log in to your account any more.")


def test_of_another_user_name(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    client = in_session(reachable)
    assert client.patch("/users/1/", {"username": "alice", "name": "A"}).status_code == 200
    assert client.patch("/users/1/", {"username": "13999999999"}).status_code == 400
    assert (told(mailbox, phone), topics()) == (([], []), [])

    assert client.patch("/users/1/", {"username": "alicia"}).status_code == 200

    assert told(mailbox, phone) == ([EMAIL], [OLD])
    assert "用户名已改为 alicia" in mailbox.letters[0]["text"]
    assert topics() == ["account.name"]


def test_of_what_staff_unbind(reachable: UserProfile, superuser: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    row = SocialBinding.objects.create(user=reachable, provider="qq", uid="x")
    act(browser_of(superuser), "/xadmin/users/socialbinding/", "unbind", row)

    assert told(mailbox, phone) == ([EMAIL], [OLD])


def test_of_another_mobile_at_the_old_one(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    client = in_session(reachable)
    client.post("/users/mobile/codes/", {"mobile": NEW})
    codes = {message["mobile"]: message["code"] for message in phone.messages}
    assert client.post("/users/mobile/", {"mobile": NEW, "code": codes[NEW], "old_code": codes[OLD]}).status_code == 200

    assert told(mailbox, phone) == ([EMAIL], [OLD])
    assert "138****0009" in mailbox.letters[-1]["text"]
    assert NEW not in str(list(OutboxMessage.objects.values()))
    assert topics() == ["account.mobile"]


def test_of_another_email_at_the_old_one(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    client = in_session(reachable)
    client.post("/users/email/codes/", {"email": "new@example.com"})
    [old_code, code] = [letter["text"].split("是")[-1][:6] for letter in mailbox.letters]
    form = {"email": "new@example.com", "code": code, "old_code": old_code}
    assert client.post("/users/email/", form).status_code == 200

    assert told(mailbox, phone) == ([EMAIL], [OLD])
    assert "n***@example.com" in mailbox.letters[-1]["text"]
    assert topics() == ["account.email"]


def test_of_a_first_email_by_a_link_at_the_mobile(alice: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    client = in_session(alice)
    client.patch("/users/1/", {"email": EMAIL})
    client.post("/users/email/link/", {"password": PASSWORD})
    assert (
        APIClient().post("/users/activate/", {"token": mailbox.link_token(), "password": PASSWORD}).status_code == 200
    )

    assert told(mailbox, phone) == ([], [OLD])
    assert "account.email" in topics()


def test_who_registers_by_email_is_told_of_no_change(mailbox: Mailbox, phone: Phone) -> None:
    APIClient().post("/users/by-email/", {"email": EMAIL, "password": PASSWORD})
    APIClient().post("/users/activate/", {"token": mailbox.link_token(), "password": PASSWORD})

    assert UserProfile.objects.get().verified_email == EMAIL
    assert (told(mailbox, phone), topics()) == (([], []), [])


def test_who_has_no_address_is_told_in_the_shop(alice: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    UserProfile.objects.filter(pk=alice.pk).update(mobile=None)
    alice.refresh_from_db()
    client = in_session(alice)
    client.post("/users/mobile/codes/", {"mobile": NEW})
    client.post("/users/mobile/", {"mobile": NEW, "code": phone.code(), "password": PASSWORD})

    assert (told(mailbox, phone), topics()) == (([], []), ["account.mobile"])


NEW_PASSWORD = "left donkey capacitor"


def test_of_an_own_new_password(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    form = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert in_session(reachable).post("/users/password/", form).status_code == 200

    assert (told(mailbox, phone), topics()) == (([EMAIL], [OLD]), ["account.own_password"])
    assert "您账号的密码已变更" in mailbox.letters[0]["text"]


def test_of_a_password_that_was_reset_by_a_code(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    APIClient().post("/code/", {"mobile": OLD, "purpose": "reset"})
    form = {"username": OLD, "code": phone.code(), "password": NEW_PASSWORD}
    assert APIClient().post("/users/password/reset/", form).status_code == 204

    assert (told(mailbox, phone), topics()) == (([EMAIL], [OLD]), ["account.own_password"])


def test_a_number_gets_ten_sms_about_changes_in_a_day(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    for number in range(11):
        assert in_session(reachable).patch("/users/1/", {"username": f"alice-{number}"}).status_code == 200
    outbox.deliver_due()

    assert len(told(mailbox, phone)[1]) == 10
    assert len(topics()) == 11


def test_what_was_refused_is_told_to_nobody(reachable: UserProfile, mailbox: Mailbox, phone: Phone) -> None:
    client = in_session(reachable)
    client.post("/users/mobile/codes/", {"mobile": NEW})
    client.post("/users/mobile/", {"mobile": NEW, "code": "000000", "old_code": "000000"})

    assert (told(mailbox, phone), topics()) == (([], []), [])


def test_without_a_provider_for_such_texts_no_sms_is_owed(
    reachable: UserProfile, mailbox: Mailbox, phone: Phone, settings: Any
) -> None:
    settings.SMS_PROVIDERS, settings.ALIYUN_TEMPLATES = ["aliyun", "netease"], {"register": "SMS_1"}
    SocialBinding.objects.create(user=reachable, provider="qq", uid="x")
    unbind(user=reachable, provider="qq")

    assert list(OutboxMessage.objects.values_list("topic", flat=True)) == ["users.changed"]


@pytest.mark.parametrize(
    ("address", "shown"), [(OLD, "138****0001"), (EMAIL, "a***@example.com"), ("a@b.example", "a***@b.example")]
)
def test_addresses_are_shown_to_who_knows_them(address: str, shown: str) -> None:
    assert masked(address) == shown
