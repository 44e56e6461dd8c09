"""Where a user is logged in: the list, ending one or all, and what they are told of a new device."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from apps.notifications.models import Notice, OutboxMessage
from apps.notifications.services import outbox
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import devices, sessions
from apps.users.services.sessions import Device
from apps.users.tests.conftest import Phone
from apps.users.tests.factories import PASSWORD
from apps.users.tests.test_tokens import status_of

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


def log_in(ip: str = "192.0.2.1", user_agent: str = CHROME, name: str = "alice") -> str:
    form = {"username": name, "password": PASSWORD}
    answer = APIClient().post("/login/", form, REMOTE_ADDR=ip, headers={"User-Agent": user_agent})
    assert answer.status_code == 200
    return str(answer.json()["token"])


def ask(token: str, method: str = "get", address: str = "/devices/", body: Any = None, **extra: str) -> Any:
    headers = {"Authorization": f"JWT {token}"}
    return getattr(APIClient(), method)(address, body, headers=headers, **extra)


def test_a_user_sees_where_they_are_logged_in(alice: UserProfile, charlie: UserProfile) -> None:
    log_in(name="charlie")
    log_in("198.51.100.7", PHONE)
    token = log_in("8.8.8.8")

    body = ask(token, REMOTE_ADDR="8.8.8.8").json()

    assert body["count"] == 2
    first, second = body["results"]
    session = DeviceSession.objects.filter(user=alice).first()
    assert first == {
        "public_id": str(session.public_id),
        "realm": "shop",
        "agent": "Chrome, Windows",
        "user_agent": CHROME,
        "ip": "8.8.8.8",
        "place": "",
        "created_at": first["created_at"],
        "last_used_at": first["last_used_at"],
        "expires_at": first["expires_at"],
        "is_current": True,
    }
    assert first["created_at"].endswith("+08:00")
    assert (second["agent"], second["is_current"]) == ("Safari, iPhone", False)


def test_what_is_over_is_not_listed(alice: UserProfile) -> None:
    for change in ({"ended_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(seconds=1)}):
        log_in()
        DeviceSession.objects.filter(pk=DeviceSession.objects.latest("pk").pk).update(**change)

    assert ask(log_in()).json()["count"] == 1


def test_the_last_use_is_noted_every_five_minutes(alice: UserProfile, at_most_statements) -> None:
    start = timezone.now()
    token = log_in("192.0.2.1")
    for minutes, ip, statements in ((4, "192.0.2.2", 1), (6, "192.0.2.3", 2), (7, "192.0.2.4", 1)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False), at_most_statements(statements):
            assert ask(token, address="/users/", REMOTE_ADDR=ip).status_code == 200

    session = DeviceSession.objects.get()
    assert (session.ip, session.last_ip) == ("192.0.2.1", "192.0.2.3")
    assert timedelta(minutes=6) <= session.last_used_at - start < timedelta(minutes=6, seconds=1)


def test_one_device_is_logged_out(alice: UserProfile) -> None:
    other, token = log_in(), log_in()
    public_id = ask(token).json()["results"][1]["public_id"]

    assert ask(token, "delete", f"/devices/{public_id}/").status_code == 204
    assert [status_of(other), status_of(token)] == [401, 200]
    assert ask(token, "delete", f"/devices/{public_id}/").status_code == 404


@pytest.mark.parametrize(("also_this", "count", "statuses"), [(False, 2, [401, 401, 200]), (True, 3, [401, 401, 401])])
def test_b26_all_devices_are_logged_out(
    alice: UserProfile, charlie: UserProfile, also_this: bool, count: int, statuses: list[int]
) -> None:
    tokens, foreign = [log_in(), log_in(), log_in()], log_in(name="charlie")

    answer = ask(tokens[-1], "post", "/devices/end/", {"also_this": also_this})

    assert (answer.status_code, answer.json()) == (200, {"count": count})
    assert [status_of(token) for token in tokens] == statuses
    assert status_of(foreign) == 200


def test_a2_devices_are_their_users_alone(alice: UserProfile, charlie: UserProfile, visitor: APIClient) -> None:
    token, foreign = log_in(), log_in(name="charlie")
    address = f"/devices/{DeviceSession.objects.get(user=alice).public_id}/"

    assert ask(foreign, "delete", address).status_code == 404
    assert ask(foreign, "delete", f"/devices/{uuid.uuid4()}/").status_code == 404
    assert [visitor.get("/devices/").status_code, visitor.delete(address).status_code] == [401, 401]
    assert visitor.post("/devices/end/").status_code == 401
    assert status_of(token) == 200


def test_a_list_costs_the_same_however_long(alice: UserProfile, at_most_statements) -> None:
    for _number in range(11):
        sessions.open_session(user=alice, device=Device(ip="192.0.2.1", user_agent=CHROME))
    token = log_in()
    with at_most_statements(3):  # who asks, how many, which
        assert len(ask(token).json()["results"]) == 12


# -- New devices ------------------------------------------------------------------------------------


def told() -> list[str]:
    return [notice.params["agent"] for notice in Notice.objects.order_by("id")]


@pytest.mark.parametrize(
    ("ip", "user_agent", "is_told"),
    [
        ("192.0.2.1", CHROME, False),
        ("192.0.77.9", CHROME.replace("142.", "143."), False),  # the browser was updated, the address is a new one
        ("198.51.100.7", CHROME, True),
        ("192.0.2.1", PHONE, True),
        ("2001:db8::1", CHROME, True),
    ],
)
def test_a_user_is_told_of_a_new_device(alice: UserProfile, ip: str, user_agent: str, is_told: bool) -> None:
    log_in("192.0.2.1", CHROME)
    assert told() == [], "one who has just registered knows the device"

    token = log_in(ip, user_agent)

    assert bool(told()) == is_told
    log_in(ip, user_agent)
    assert len(told()) == is_told, "nor is a second log-in on it"
    for notice in ask(token, address="/notices/").json()["results"]:
        assert ip in notice["text"]
        assert notice["reference"] == DeviceSession.objects.order_by("id")[1].public_id.hex


def test_the_notice_says_what_and_where(alice: UserProfile) -> None:
    log_in()
    token = log_in("10.0.0.7", PHONE)

    (notice,) = ask(token, address="/notices/").json()["results"]

    assert notice["topic"] == "account.new_device"
    assert notice["text"] == (
        "您的账号在一台新设备上登录：Safari, iPhone，10.0.0.7 局域网。若非本人操作，请结束该登录并修改密码。"
    )


def test_who_has_proven_an_e_mail_gets_a_letter_as_well(alice: UserProfile) -> None:
    log_in()
    UserProfile.objects.filter(pk=alice.pk).update(verified_email="alice@example.com")
    log_in("8.8.8.8", PHONE)
    [owed] = OutboxMessage.objects.filter(topic=devices.LETTER)
    letter = devices.write_letter("alice@example.com", owed.payload)
    assert owed.url == "mailto:alice@example.com"
    assert letter.subject == "【mxshop】新设备登录提醒"
    assert "Safari" in letter.text
    assert "8.8.8.8" in letter.text


def test_who_has_proven_none_gets_three_sms_a_day(alice: UserProfile, charlie: UserProfile, phone: Phone) -> None:
    start = timezone.now().replace(hour=4)
    for day in range(2):
        with time_machine.travel(start + timedelta(days=day), tick=False):
            for number in range(5):
                log_in(f"10.{5 * day + number}.0.1", PHONE)
            outbox.deliver_due()

    assert [message["mobile"] for message in phone.messages] == [alice.mobile] * 6
    assert phone.messages[0]["text"] == (
        "【mxshop】您的账号刚刚在一台新设备上登录。若非本人操作，请立即修改密码并退出所有设备。"
    )
    UserProfile.objects.filter(pk=charlie.pk).update(verified_email="charlie@example.com")
    log_in(name="charlie")
    log_in("10.9.0.1", PHONE, name="charlie")
    outbox.deliver_due()
    assert len(phone.messages) == 6, "a letter costs nothing"


def test_who_comes_back_after_long_is_told(alice: UserProfile) -> None:
    UserProfile.objects.update(date_joined=timezone.now() - timedelta(days=400))
    log_in()

    assert told() == ["Chrome, Windows"]


def test_a_device_that_says_nothing_is_a_device(alice: UserProfile) -> None:
    log_in()
    log_in(user_agent="")

    assert told() == ["?"]
