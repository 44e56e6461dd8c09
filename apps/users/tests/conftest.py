"""What the users' tests share: the phone that SMS arrive at."""

import json
from pathlib import Path
from typing import Any

import pytest


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
