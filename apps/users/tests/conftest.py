"""What the users' tests share: the phone that SMS arrive at, the mailbox of letters, and third parties."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from apps.notifications.services import outbox
from apps.users.models import DeviceSession, UserProfile
from apps.users.services.sessions import Device, open_session
from apps.users.tests.third_parties import NAMES
from apps.users.tests.third_party_doubles import Double, WeixinDouble, serving


def in_session(user: UserProfile, *, proven: bool = True) -> APIClient:
    """A client that is logged in, without the cost of a token, in a session of its own."""
    open_session(user=user, device=Device(ip=None, user_agent="a browser"), proven=proven)
    client = APIClient()
    session = DeviceSession.objects.filter(user=user).latest("pk")
    session.user = user
    client.force_authenticate(user, token=session)
    return client


class Phone:
    """Every SMS that the console provider sent."""

    def __init__(self, outbox: Path) -> None:
        self.outbox = outbox

    @property
    def messages(self) -> list[dict[str, Any]]:
        if not self.outbox.exists():
            return []
        return [json.loads(line) for line in self.outbox.read_text(encoding="utf-8").splitlines()]

    def code(self) -> str:
        return str(self.messages[-1]["code"])


@pytest.fixture
def phone(settings, tmp_path: Path) -> Phone:
    settings.SMS_PROVIDERS = ["console"]
    settings.SMS_OUTBOX_FILE = tmp_path / "sms.jsonl"
    return Phone(settings.SMS_OUTBOX_FILE)


class Mailbox:
    """Every letter that was sent, whoever it is to; what is owed leaves when somebody looks."""

    def __init__(self, outbox: Path) -> None:
        self.outbox = outbox

    @property
    def letters(self) -> list[dict[str, Any]]:
        outbox.deliver_due()
        if not self.outbox.exists():
            return []
        return [json.loads(line) for line in self.outbox.read_text(encoding="utf-8").splitlines()]

    def code(self) -> str:
        return re.findall(r"[0-9]{6}", self.letters[-1]["text"])[0]

    def link_token(self) -> str:
        return re.findall(r"/activate/#(\S+)", self.letters[-1]["text"])[0]


@pytest.fixture
def mailbox(settings, tmp_path: Path) -> Mailbox:
    settings.MAIL_OUTBOX_FILE = tmp_path / "mail.jsonl"
    return Mailbox(settings.MAIL_OUTBOX_FILE)


@pytest.fixture(params=NAMES)
def provider(request: pytest.FixtureRequest, settings: Any) -> Iterator[Double]:
    with serving(request.param, settings) as double:
        yield double


@pytest.fixture
def weixin(settings: Any) -> Iterator[WeixinDouble]:
    with serving("weixin", settings) as double:
        assert isinstance(double, WeixinDouble)
        yield double


@pytest.fixture
def browser() -> Client:
    return Client()
