"""Mail: who can send it, and the one that the settings choose."""

import json
import os
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from apps.common.exceptions import GatewayFailed

# Seconds to connect, and to wait for each answer of the server.
TIMEOUT = 10


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One plain letter to one address."""

    to: str
    subject: str
    text: str


class MailGateway(Protocol):
    """Somebody who sends mail."""

    def send(self, mail: Mail) -> None:
        """Hand the letter over; raises GatewayFailed, with a reason that holds nothing of it, when it is not taken."""


class ConsoleMail:
    """Append each letter as one JSON line to `settings.MAIL_OUTBOX_FILE`, which anybody at this machine can read."""

    def send(self, mail: Mail) -> None:
        settings.MAIL_OUTBOX_FILE.parent.mkdir(parents=True, exist_ok=True)
        line = {
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "sent_at": timezone.localtime().isoformat(timespec="milliseconds"),
        }
        # One write to a file opened for appending: lines of several workers do not mix.
        outbox = os.open(settings.MAIL_OUTBOX_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(outbox, (json.dumps(line, ensure_ascii=False) + "\n").encode())
        finally:
            os.close(outbox)


class SmtpMail:
    """Hand the letter to the server of `MXSHOP_MAIL_URL`, over a connection of its own."""

    def send(self, mail: Mail) -> None:
        server = EmailBackend(**settings.MAIL_SERVER, timeout=TIMEOUT)
        letter = EmailMessage(mail.subject, mail.text, settings.MAIL_FROM, [mail.to], connection=server)
        try:
            letter.send()
        except smtplib.SMTPResponseException as error:
            raise GatewayFailed(f"the mail server answered {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise GatewayFailed(f"mail: {type(error).__name__}") from error


PROVIDERS: dict[str, Callable[[], MailGateway]] = {"console": ConsoleMail, "smtp": SmtpMail}


def mail_gateway() -> MailGateway:
    """Return the one that sends: a server where `MXSHOP_MAIL_URL` names one, else a file."""
    return PROVIDERS[settings.MAIL_PROVIDER]()
