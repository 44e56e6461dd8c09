"""A new mobile or e-mail, proven on both sides."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.common.exceptions import Conflict
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import codes, contacts
from apps.users.tests.conftest import Mailbox, Phone, in_session
from apps.users.tests.factories import UserFactory

OLD, NEW = "13800000001", "13800000009"
EMAIL = "new@example.com"


@pytest.fixture
def shopper(alice: UserProfile) -> APIClient:
    return in_session(alice)


def ask(client: APIClient, **address: str) -> Any:
    [field] = address
    return client.post(f"/users/{field}/codes/", address)


def change(client: APIClient, address: str, code: object, old_code: object = None) -> Any:
    field = "email" if "@" in address else "mobile"
    body = {field: address, "code": code, **({} if old_code is None else {"old_code": old_code})}
    return client.post(f"/users/{field}/", body)


def sent_to(phone: Phone, mobile: str) -> str:
    return next(message["code"] for message in reversed(phone.messages) if message["mobile"] == mobile)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_mobile_is_changed_with_the_codes_of_both(shopper: APIClient, alice: UserProfile, phone: Phone) -> None:
    asked = ask(shopper, mobile=NEW)
    assert (asked.status_code, asked.json()) == (201, {"old": OLD})
    assert [(message["mobile"], message["purpose"]) for message in phone.messages] == [(OLD, "unbind"), (NEW, "bind")]

    response = change(shopper, NEW, sent_to(phone, NEW), sent_to(phone, OLD))

    assert response.status_code == 200
    assert response.json()["mobile"] == NEW
    alice.refresh_from_db()
    assert (alice.mobile, alice.username) == (NEW, "alice")


def test_an_email_is_changed_with_the_codes_of_both(
    shopper: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox
) -> None:
    UserProfile.objects.update(verified_email="old@example.com", email="old@example.com")
    alice.refresh_from_db()
    assert ask(shopper, email="New@Example.com").json() == {"old": "old@example.com"}
    old, new = mailbox.letters
    assert (old["to"], new["to"]) == ("old@example.com", EMAIL)
    [old_code, code] = [letter["text"].split("是")[-1][:6] for letter in (old, new)]

    response = change(shopper, "New@Example.com", code, old_code)

    assert response.status_code == 200
    alice.refresh_from_db()
    assert (alice.verified_email, alice.email) == (EMAIL, EMAIL)
    assert phone.messages == []


def test_b23_the_old_ones_code_gives_way_to_the_address_it_was_asked_for_alone(
    shopper: APIClient, alice: UserProfile, phone: Phone
) -> None:
    other = "13800000008"
    ask(shopper, mobile=NEW)
    codes.send_code(address=other, purpose=VerifyCode.Purpose.BIND, ip=None)

    refused = change(shopper, other, sent_to(phone, other), sent_to(phone, OLD))

    assert refused.json()["old_code"] == ["验证码错误"]
    assert change(shopper, NEW, sent_to(phone, NEW), sent_to(phone, OLD)).status_code == 200


def test_a_first_email_is_vouched_for_by_the_mobile(
    shopper: APIClient, alice: UserProfile, phone: Phone, mailbox: Mailbox
) -> None:
    assert ask(shopper, email=EMAIL).json() == {"old": OLD}

    assert change(shopper, EMAIL, mailbox.code(), phone.code()).status_code == 200

    alice.refresh_from_db()
    assert alice.verified_email == EMAIL


@pytest.mark.parametrize("wrong", ["code", "old_code", "none"])
def test_one_side_alone_changes_nothing(shopper: APIClient, alice: UserProfile, phone: Phone, wrong: str) -> None:
    ask(shopper, mobile=NEW)
    code, old_code = sent_to(phone, NEW), sent_to(phone, OLD)

    if wrong == "code":
        refused = change(shopper, NEW, other_than(code), old_code)
    else:
        refused = change(shopper, NEW, code, other_than(old_code) if wrong == "old_code" else None)

    assert refused.status_code == 400
    assert refused.json()["code" if wrong == "code" else "old_code"] == ["验证码错误"]
    alice.refresh_from_db()
    assert alice.mobile == OLD
    # The other code is not spent by it.
    assert change(shopper, NEW, code, old_code).status_code == 200


def test_b6_both_codes_are_spent(shopper: APIClient, alice: UserProfile, phone: Phone) -> None:
    ask(shopper, mobile=NEW)
    change(shopper, NEW, sent_to(phone, NEW), sent_to(phone, OLD))

    assert VerifyCode.objects.filter(used_at__isnull=True).count() == 0


def test_b7_a_strangers_codes_do_not_change_ones_mobile(
    shopper: APIClient, alice: UserProfile, charlie: UserProfile, phone: Phone
) -> None:
    """charlie holds the new number, and a code of the old one that was sent to him and not to alice."""
    UserProfile.objects.filter(pk=charlie.pk).update(mobile="13800000008")
    charlie.refresh_from_db()
    stranger = in_session(charlie)
    ask(stranger, mobile=NEW)

    refused = change(shopper, NEW, sent_to(phone, NEW), sent_to(phone, "13800000008"))

    assert refused.json()["old_code"] == ["验证码错误"]
    alice.refresh_from_db()
    assert alice.mobile == OLD


def test_a_name_that_is_the_mobile_changes_with_it(phone: Phone, db) -> None:
    user = UserFactory(username=OLD, mobile=OLD)
    client = in_session(user)
    ask(client, mobile=NEW)

    assert change(client, NEW, sent_to(phone, NEW), sent_to(phone, OLD)).json()["username"] == NEW

    user.refresh_from_db()
    assert (user.username, user.mobile) == (NEW, NEW)


def test_b17_an_address_of_somebody_else_is_told_only_after_the_codes(
    shopper: APIClient, alice: UserProfile, charlie: UserProfile, phone: Phone
) -> None:
    assert ask(shopper, mobile=charlie.mobile).status_code == 201
    code, old_code = sent_to(phone, charlie.mobile), sent_to(phone, OLD)

    assert "mobile" not in change(shopper, charlie.mobile, other_than(code), old_code).json()
    refused = change(shopper, charlie.mobile, code, old_code)

    assert (refused.status_code, refused.json()["mobile"]) == (400, ["该手机号或邮箱已属于其他账号。"])
    assert change(shopper, charlie.mobile, code, old_code).json()["code"] == ["验证码错误"]
    alice.refresh_from_db()
    charlie.refresh_from_db()
    assert (alice.mobile, charlie.mobile) == (OLD, "13800000003")


def test_the_address_one_has_is_not_asked_for_again(shopper: APIClient, alice: UserProfile, phone: Phone) -> None:
    refused = ask(shopper, mobile=OLD)

    assert (refused.status_code, phone.messages) == (400, [])
    assert "mobile" in refused.json()


def test_an_address_that_changed_meanwhile_is_not_changed_from_what_it_was(alice: UserProfile, phone: Phone) -> None:
    contacts.send_codes(user=alice, address=NEW, ip=None)
    session = DeviceSession(user=alice)
    UserProfile.objects.update(mobile="13800000007")

    with pytest.raises(Conflict):
        contacts.change_contact(session=session, address=NEW, code=sent_to(phone, NEW), old_code=sent_to(phone, OLD))

    assert UserProfile.objects.get().mobile == "13800000007"
    assert not VerifyCode.objects.filter(used_at__isnull=False).exists()


@pytest.mark.parametrize("path", ["/users/mobile/codes/", "/users/mobile/", "/users/email/codes/", "/users/email/"])
def test_nobody_changes_nobodys_address(db, visitor: APIClient, phone: Phone, path: str) -> None:
    assert visitor.post(path, {"mobile": NEW, "email": EMAIL, "code": "123456"}).status_code == 401
    assert phone.messages == []


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/users/mobile/codes/", {"mobile": NEW + "\n"}, "mobile"),
        ("/users/email/codes/", {"email": "nobody"}, "email"),
        ("/users/mobile/", {"mobile": NEW}, "code"),
        ("/users/mobile/", {"mobile": NEW, "code": "1234"}, "code"),
        ("/users/mobile/", {"mobile": NEW, "code": "123456", "old_code": "1"}, "old_code"),
        ("/users/email/", {"email": [EMAIL], "code": "123456"}, "email"),
    ],
)
def test_odd_fields_are_told_under_their_names(
    shopper: APIClient, phone: Phone, path: str, body: dict[str, object], field: str
) -> None:
    response = shopper.post(path, body)

    assert response.status_code == 400
    assert isinstance(response.json()[field][0], str)
    assert phone.messages == []
