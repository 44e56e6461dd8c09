"""What the users' tests share: the phone that SMS arrive at, and the mailbox of letters."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from apps.notifications.services import outbox


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
