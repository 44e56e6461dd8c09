"""The SMS provider of development and test: a file that anybody at this machine can read."""

import json
import os

from django.conf import settings
from django.utils import timezone

from apps.notifications.gateways.messages import SmsMessage


class ConsoleSms:
    """Append each message as one JSON line to `settings.SMS_OUTBOX_FILE`."""

    def tells(self, kind: str) -> bool:
        return True

    def send(self, message: SmsMessage) -> None:
        settings.SMS_OUTBOX_FILE.parent.mkdir(parents=True, exist_ok=True)
        line = {
            "mobile": message.mobile,
            "purpose": message.purpose,
            "text": message.text,
            "code": message.code,
            "sent_at": timezone.localtime().isoformat(timespec="milliseconds"),
        }
        # One write to a file opened for appending: lines of several workers do not mix.
        outbox = os.open(settings.SMS_OUTBOX_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(outbox, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        finally:
            os.close(outbox)
