"""Letters: owed in the transaction of their cause, written when they are sent, and sent until a server takes them."""

import json
import socketserver
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from apps.common.exceptions import Busy
from apps.notifications.models import OutboxMessage
from apps.notifications.services import letters, outbox
from apps.notifications.services.letters import Letter
from apps.notifications.tasks import deliver_due_messages


class MailServer(socketserver.ThreadingTCPServer):
    """An SMTP server (RFC 5321) that takes letters, or answers what the test wants to the one command it names."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[tuple[str, str]] = []
        self.refuse: dict[str, str] = {}


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 mail.example ready")
        recipient = ""
        for line in self.rfile:
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb in self.server.refuse:
                self.say(self.server.refuse[verb])
            elif verb == "DATA":
                self.say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                self.server.taken.append((recipient, "".join(lines)))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                recipient = command.partition(":")[2].strip("<>") if verb == "RCPT" else recipient
                self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        settings.MAIL_PROVIDER, settings.MAIL_FROM = "smtp", "慕学生鲜 <shop@example.com>"
        settings.MAIL_SERVER = {"host": "127.0.0.1", "port": server.server_address[1]}
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, str]]]:
    """What the writer of the topic `test` was asked for."""
    asked: list[tuple[str, Mapping[str, str]]] = []

    def write(to: str, facts: Mapping[str, str]) -> Letter:
        asked.append((to, facts))
        return Letter(subject="【慕学生鲜】你好", text=f"{facts['greeting']}, letter {len(asked)}\n")

    monkeypatch.setattr(letters, "_writers", {"test": write})
    return asked


def owed() -> OutboxMessage:
    return outbox.owe_letter(topic="test", to="alice@example.com", facts={"greeting": "hello"})


@pytest.mark.django_db(transaction=True)
def test_a_letter_leaves_right_after_the_commit(mail_server: MailServer, written: list[object]) -> None:
    with transaction.atomic():
        owed()
        assert (mail_server.taken, written) == ([], [])

    [(to, letter)] = mail_server.taken
    assert to == "alice@example.com"
    assert "To: alice@example.com" in letter
    assert "shop@example.com>" in letter
    assert "hello, letter 1" in letter
    assert OutboxMessage.objects.get().status == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_cause_writes_no_letter(mail_server: MailServer, written: list[object]) -> None:
    with transaction.atomic():
        owed()
        transaction.set_rollback(True)

    assert (mail_server.taken, written) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refuse", "error"),
    [
        ({"RCPT": "550 alice@example.com is nobody here"}, "SMTPRecipientsRefused"),
        ({"DATA": "451 later"}, "answered 451"),
        ({"MAIL": "530 who are you"}, "answered 530"),
        ({"EHLO": "421 busy", "HELO": "421 busy"}, "421"),
    ],
)
def test_a_letter_that_is_refused_is_written_anew_later(
    mail_server: MailServer, written: list[object], refuse: dict[str, str], error: str, time_machine
) -> None:
    mail_server.refuse = refuse
    message = owed()

    assert outbox.deliver_due() == (0, 1)
    message.refresh_from_db()
    assert message.status == "due"
    assert error in message.last_error
    assert "alice" not in message.last_error

    mail_server.refuse = {}
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    assert outbox.deliver_due() == (1, 0)
    assert "letter 2" in mail_server.taken[0][1]


@pytest.mark.django_db
def test_a_server_that_is_not_there_is_tried_again(settings, written: list[object]) -> None:
    settings.MAIL_PROVIDER, settings.MAIL_SERVER = "smtp", {"host": "127.0.0.1", "port": 1}
    message = owed()

    assert outbox.deliver_due() == (0, 1)

    message.refresh_from_db()
    assert message.last_error == "gateway_failed: mail: ConnectionRefusedError"


@pytest.mark.django_db
def test_a_writer_that_cannot_write_now_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(to: str, facts: Mapping[str, str]) -> Letter:
        raise Busy

    monkeypatch.setattr(letters, "_writers", {"test": write})
    message = owed()

    assert outbox.deliver_due() == (0, 1)

    message.refresh_from_db()
    assert (message.status, message.last_error.partition(":")[0]) == ("due", "busy")


@pytest.mark.django_db
def test_a_letter_that_has_nothing_to_say_any_more_is_done(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "_writers", {"test": lambda to, facts: None})
    message = owed()

    assert outbox.deliver_due() == (1, 0)

    message.refresh_from_db()
    assert (message.status, mail_server.taken) == ("sent", [])


@pytest.mark.django_db
def test_nobody_owes_a_letter_that_nobody_writes() -> None:
    with pytest.raises(KeyError):
        outbox.owe_letter(topic="nothing", to="alice@example.com", facts={})

    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_without_a_server_letters_are_lines_of_a_file(settings, tmp_path, written: list[object]) -> None:
    settings.MAIL_OUTBOX_FILE = tmp_path / "new" / "mail.jsonl"
    owed()
    owed()

    assert outbox.deliver_due() == (2, 0)

    first, second = map(json.loads, settings.MAIL_OUTBOX_FILE.read_text(encoding="utf-8").splitlines())
    assert first.pop("sent_at").endswith("+08:00")
    assert first == {"to": "alice@example.com", "subject": "【慕学生鲜】你好", "text": "hello, letter 1\n"}
    assert second["text"] == "hello, letter 2\n"
    assert settings.MAIL_OUTBOX_FILE.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_the_clock_leaves_a_new_letter_to_who_promised_it(mail_server: MailServer, written: list[object]) -> None:
    message = owed()

    deliver_due_messages()
    assert not mail_server.taken
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        deliver_due_messages()

    message.refresh_from_db()
    assert message.status == OutboxMessage.Status.SENT
