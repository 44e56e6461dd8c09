"""The outbox: what is owed is sent after the commit, once if it arrives, again and again if not."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from itertools import product
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from apps.common.tests.racing import run_together
from apps.notifications.models import OutboxMessage
from apps.notifications.services import outbox
from apps.notifications.tests.receivers import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def owed(url: str) -> OutboxMessage:
    """A message whose prompt delivery was lost."""
    return outbox.owe(topic="test", url=url, payload={"a": "1 & 2", "名": "值"}, expected_answer="success")


@pytest.mark.django_db(transaction=True)
def test_what_is_owed_is_sent_right_after_the_commit(receiver: Receiver) -> None:
    with transaction.atomic():
        message = owed(receiver.url)
        assert receiver.got == []

    assert receiver.got == [{"a": ["1 & 2"], "名": ["值"]}]
    message.refresh_from_db()
    assert (message.status, message.attempts, message.last_error) == ("sent", 1, "")
    assert message.sent_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_cause_owes_nothing(receiver: Receiver) -> None:
    with transaction.atomic():
        owed(receiver.url)
        transaction.set_rollback(True)

    assert receiver.got == []
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_failing_delivery_does_not_reach_the_caller() -> None:
    with transaction.atomic():
        message = owed("http://127.0.0.1:1/nobody")

    message.refresh_from_db()
    assert message.status == "due"
    assert message.last_error.startswith("ConnectionError")


@pytest.mark.django_db
@pytest.mark.parametrize("answer", [b'"success"', b"success\n", b"fail", b"", b"\xff", b"x" * 100_000])
def test_only_the_exact_answer_counts(receiver: Receiver, answer: bytes) -> None:
    receiver.answer = answer
    message = owed(receiver.url)

    assert outbox.deliver(message_id=message.pk) is False

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("due", 1)
    assert message.last_error.startswith("answered")


@pytest.mark.django_db
@pytest.mark.parametrize("status", [201, 301, 302, 307, 400, 500])
def test_only_a_200_counts_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.location = status, receiver.url
    message = owed(receiver.url)

    assert outbox.deliver(message_id=message.pk) is False
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_the_pauses_grow_as_alipays_and_end(receiver: Receiver, time_machine) -> None:
    receiver.answer = b"fail"
    time_machine.move_to(timezone.now(), tick=False)
    message = owed(receiver.url)
    pauses = []
    while message.status == "due":
        assert outbox.deliver(message_id=message.pk) is False
        assert outbox.deliver(message_id=message.pk) is False, "it is not due yet"
        message.refresh_from_db()
        pauses.append(int((message.due_at - timezone.now()).total_seconds() / 60))
        time_machine.move_to(message.due_at, tick=False)

    assert pauses[:-1] == [4, 10, 10, 60, 120, 360, 900]
    assert (message.status, message.attempts, len(receiver.got)) == ("dead", 8, 8)
    assert outbox.deliver_due() == (0, 0)


@pytest.mark.django_db
def test_a_message_that_was_put_off_arrives_later(receiver: Receiver, time_machine) -> None:
    receiver.status = 503
    message = owed(receiver.url)
    outbox.deliver_due()
    receiver.status = 200
    assert outbox.deliver_due() == (0, 0)

    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    assert outbox.deliver_due() == (1, 0)

    message.refresh_from_db()
    assert (message.status, message.attempts, message.last_error) == ("sent", 2, "")
    assert outbox.deliver(message_id=message.pk) is False
    assert len(receiver.got) == 2


@pytest.mark.django_db
def test_a_message_whose_deliverer_died_is_due_again(receiver: Receiver, time_machine) -> None:
    message = owed(receiver.url)
    assert outbox._claim(message)
    assert outbox.deliver_due() == (0, 0)

    time_machine.move_to(timezone.now() + outbox.CLAIM + timedelta(seconds=1))
    assert outbox.deliver_due() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_of_deliverers_at_the_same_moment_one_sends(receiver: Receiver) -> None:
    message = OutboxMessage.objects.create(
        topic="t", url=receiver.url, payload={}, expected_answer="success", due_at=timezone.now()
    )

    results = run_together(6, lambda _: outbox.deliver(message_id=message.pk))

    assert sorted(results) == [False] * 5 + [True]
    assert len(receiver.got) == 1


@pytest.mark.django_db
def test_the_command_says_what_it_did(receiver: Receiver) -> None:
    owed(receiver.url)
    out = StringIO()
    call_command("deliver_outbox", stdout=out)
    assert out.getvalue() == "1 delivered, 0 not\n"


@pytest.mark.django_db
def test_what_arrived_or_was_given_up_long_ago_is_forgotten_and_nothing_else() -> None:
    now = timezone.now()
    for name, status, days in (
        ("old", "sent", 31),
        ("young", "sent", 29),
        ("given up", "dead", 89),
        ("given up long ago", "dead", 91),
        ("due", "due", 100),
    ):
        then = now - timedelta(days=days)
        sent_at = then if status == "sent" else None
        OutboxMessage.objects.create(topic=name, url="http://x", status=status, sent_at=sent_at, due_at=then)

    assert outbox.forget_old() == 2
    assert set(OutboxMessage.objects.values_list("topic", flat=True)) == {"young", "given up", "due"}
    assert outbox.forget_old() == 0


@pytest.mark.django_db
def test_a_receiver_is_forgotten_to_the_letter_but_for_case() -> None:
    urls = ("mailto:eve@example.com", "mailto:Eve@example.com", "sms:13800000001")
    others = ("mailto:eve@exämple.com", "mailto:eve@example.com.cn", "sms:138000000011", "http://x/?to=eve@example.com")
    for status, url in product(OutboxMessage.Status.values, urls + others):
        OutboxMessage.objects.create(topic="t", url=url, status=status, due_at=timezone.now())

    outbox.forget_receiver(addresses=["eve@example.com", "13800000001"])

    assert sorted(OutboxMessage.objects.values_list("url", flat=True)) == sorted(others * 3)


@pytest.mark.django_db
def test_a_message_that_is_gone_is_not_delivered(receiver: Receiver) -> None:
    message = owed(receiver.url)
    OutboxMessage.objects.all().delete()

    assert not outbox.deliver(message_id=message.pk)
    assert receiver.got == []


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [True, False], ids=["arrived", "failed"])
def test_an_attempt_that_took_too_long_does_not_undo_a_later_one(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, answered: bool
) -> None:
    message = owed(receiver.url)
    later = {"attempts": 2, "due_at": timezone.now() + outbox.CLAIM, "last_error": "of the second attempt"}

    def be_overtaken(_message: OutboxMessage) -> str:
        OutboxMessage.objects.update(**later)
        return "" if answered else "took too long"

    monkeypatch.setattr(outbox, "_post", be_overtaken)
    outbox.deliver(message_id=message.pk)

    assert OutboxMessage.objects.values("status", *later).get() == {"status": "due", **later}


@pytest.mark.django_db
def test_messages_after_a_broken_one_are_sent(receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    first, second = owed(receiver.url), owed(receiver.url)
    post = outbox._post
    monkeypatch.setattr(outbox, "_post", lambda message: post(message) if message.pk == second.pk else 1 // 0)

    assert outbox.deliver_due() == (1, 0)

    assert [OutboxMessage.objects.get(pk=message.pk).status for message in (first, second)] == ["due", "sent"]
    assert f"a sweep failed on message {first.pk}" in caplog.text


# -- SMS -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_sms_that_is_owed_is_sent_after_the_commit(settings, tmp_path: Path) -> None:
    settings.SMS_PROVIDERS, settings.SMS_OUTBOX_FILE = ["console"], tmp_path / "sms.jsonl"
    with transaction.atomic():
        message = outbox.owe_sms(kind="changed", mobile="13800000001", text="变更")
        assert not settings.SMS_OUTBOX_FILE.exists()

    sent = json.loads(settings.SMS_OUTBOX_FILE.read_text())
    assert (sent["mobile"], sent["purpose"], sent["text"]) == ("13800000001", "changed", "【mxshop】变更")
    assert message is not None
    message.refresh_from_db()
    assert message.status == "sent"


@pytest.mark.django_db
def test_an_sms_that_no_provider_takes_stays_owed(settings) -> None:
    settings.SMS_PROVIDERS, settings.ALIYUN_TEMPLATES = ["aliyun"], {"changed": "SMS_7"}
    settings.ALIYUN_SMS_URL = "http://127.0.0.1:1"
    message = outbox.owe_sms(kind="changed", mobile="13800000001", text="变更")
    assert message is not None

    assert outbox.deliver(message_id=message.pk) is False
    message.refresh_from_db()
    assert (message.status, message.last_error.partition(":")[0]) == ("due", "gateway_failed")


@pytest.mark.django_db
def test_an_sms_that_nobody_could_send_is_not_owed(settings) -> None:
    settings.SMS_PROVIDERS, settings.ALIYUN_TEMPLATES = ["aliyun"], {"register": "SMS_1"}

    assert outbox.owe_sms(kind="changed", mobile="13800000001", text="变更") is None
    assert not OutboxMessage.objects.exists()
