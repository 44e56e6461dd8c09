"""Celery's own processes: they hurry what is promised, and lose nothing when they are killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as shop_settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from apps.common import broker
from apps.notifications.models import OutboxMessage
from apps.notifications.services import outbox
from apps.notifications.tests.receivers import Receiver, receiving
from apps.trade.models import Payment, SandboxNotice, SandboxRefund, SandboxTrade
from apps.trade.services import refund_decisions, refunds, sandbox
from apps.trade.services.attempts import payment_url
from apps.trade.services.order_moves import lock_order
from apps.trade.tests.alipay import RETURN
from apps.trade.tests.factories import an_order
from apps.trade.tests.refunding import due_now
from apps.users.models import UserProfile
from mxshop.settings.databases import broker_from
from tests.servers import environment

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

RABBIT = "amqp://guest:guest@127.0.0.1:5672/"
START = 60.0  # seconds; a worker imports the whole shop first


def rabbit_answers() -> bool:
    try:
        socket.create_connection(("127.0.0.1", 5672), timeout=1).close()
    except OSError:
        return False
    return True


# RabbitMQ where there is one: the shop does not ask for it.
@pytest.fixture(params=["redis", *(["rabbitmq"] if rabbit_answers() else [])])
def broker_url(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The shop of this test tells its workers through this broker, which knows nothing yet."""
    url = RABBIT if request.param == "rabbitmq" else settings.REDIS_URL
    settings.CELERY = broker_from(url, prefix=settings.REDIS_PREFIX, var=settings.VAR_DIR)
    monkeypatch.setattr(broker, "_rests_until", 0.0)
    broker.app.conf.update(settings.CELERY)
    broker.app._after_fork()  # its connections are to another broker
    broker.app.control.purge()
    yield url
    broker.app.control.purge()
    with broker.app.connection_for_write() as wire:
        wire.default_channel.queue_delete(settings.REDIS_PREFIX)
    broker.app._after_fork()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@contextmanager
def celery(folder: Path, url: str, *what: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one of Celery's programs, as an operator does; it and all its children are killed in the end."""
    log = folder / f"{what[0]}.log"
    env = environment(folder, MXSHOP_TASKS="celery", MXSHOP_BROKER_URL=url)
    command = [sys.executable, "-m", "celery", "-A", "mxshop.celery", *what, "--loglevel=info"]
    with log.open("wb") as output:
        program = subprocess.Popen(
            command, cwd=shop_settings.BASE_DIR, env=env, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_for(lambda: any(word in log.read_text() for word in (" ready.", "beat: Starting")), log, START)
        yield program
    finally:
        kill(program)


def kill(program: "subprocess.Popen[bytes]") -> None:
    """kill -9, the program and its children."""
    if program.poll() is None:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def worker(folder: Path, url: str) -> Any:
    return celery(folder, url, "worker", "--concurrency=1")


def wait_for(condition: Callable[[], bool], log: Path, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-4000:]
        time.sleep(0.05)


def is_sent(message: OutboxMessage) -> bool:
    return OutboxMessage.objects.get(pk=message.pk).status == OutboxMessage.Status.SENT


def owed(receiver: Receiver) -> OutboxMessage:
    return outbox.owe(topic="test", url=receiver.url, payload={"a": "1"}, expected_answer="success")


def test_a_worker_delivers_what_was_committed(broker_url: str, tmp_path: Path, receiver: Receiver) -> None:
    with worker(tmp_path, broker_url):
        message = owed(receiver)
        wait_for(lambda: is_sent(message), tmp_path / "worker.log")

    assert len(receiver.got) == 1


def test_h8_what_is_told_while_no_worker_runs_is_done_when_one_starts(
    broker_url: str,
    tmp_path: Path,
    receiver: Receiver,
) -> None:
    message = owed(receiver)
    assert not receiver.got

    with worker(tmp_path, broker_url):
        wait_for(lambda: is_sent(message), tmp_path / "worker.log")

    assert len(receiver.got) == 1


def test_h8_a_delivery_whose_worker_is_killed_is_made_by_the_sweep(
    broker_url: str,
    tmp_path: Path,
    receiver: Receiver,
) -> None:
    receiver.hold.clear()
    with worker(tmp_path, broker_url) as program:
        message = owed(receiver)
        wait_for(lambda: len(receiver.got) == 1, tmp_path / "worker.log")
        kill(program)
    receiver.hold.set()
    assert not is_sent(message)

    sweep = {"once": True, "only": ["notifications.deliver_due"]}
    call_command("clock", **sweep)
    assert not is_sent(message), "for a minute it belongs to whoever was at it"
    OutboxMessage.objects.update(due_at=timezone.now())
    call_command("clock", **sweep)

    assert is_sent(message)
    assert len(receiver.got) == 2


def test_h8_a_refund_whose_worker_is_killed_after_the_gateways_yes_goes_back_once(
    broker_url: str, tmp_path: Path, alice: UserProfile
) -> None:
    order = an_order(alice)
    sandbox.pay_at(url=payment_url(order=order))
    refund = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other")
    refund_decisions.approve_refund(refund=refund, actor_id=None)
    with transaction.atomic():
        lock_order(order.pk)  # so that nothing can be written of what the gateway says
        with worker(tmp_path, broker_url) as program:
            wait_for(SandboxRefund.objects.exists, tmp_path / "worker.log")
            kill(program)
    refund.refresh_from_db()
    assert refund.state == "processing"

    due_now()
    call_command("clock", once=True, only=["trade.settle_refunds"])

    refund.refresh_from_db()
    assert refund.state == "succeeded"
    assert SandboxRefund.objects.get().amount == refund.amount == order.total


def somebody_waits_for_an_order() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM information_schema.processlist"
            " WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE '%trade_order%FOR UPDATE'"
        )
        return cursor.fetchone() is not None


def test_h8_a_notice_whose_worker_is_killed_before_the_shops_yes_pays_once(
    broker_url: str, tmp_path: Path, shop: str, alice: UserProfile
) -> None:
    order = an_order(alice)
    trade = sandbox.open_trade(order=sandbox.order_at(url=payment_url(order=order)))
    SandboxTrade.objects.update(notify_url=f"{shop}{RETURN}")
    sandbox.pay(trade=trade)
    with transaction.atomic():
        lock_order(order.pk)  # so that the shop hears the notice and cannot answer yet
        with worker(tmp_path, broker_url) as program:
            wait_for(somebody_waits_for_an_order, tmp_path / "worker.log")
            kill(program)
    notice = SandboxNotice.objects.get()
    assert (notice.status, notice.attempts) == ("due", 1)

    SandboxNotice.objects.update(due_at=timezone.now())
    call_command("clock", once=True, only=["trade.deliver_sandbox_notices"])

    notice.refresh_from_db()
    assert (notice.status, notice.attempts) == ("sent", 2)
    order.refresh_from_db()
    assert (order.status, Payment.objects.get().amount) == ("paid", order.total)


def test_beat_and_worker_take_the_place_of_the_clock(broker_url: str, tmp_path: Path, receiver: Receiver) -> None:
    # Nobody was told of this one.
    message = OutboxMessage.objects.create(topic="test", url=receiver.url, payload={}, due_at=timezone.now())

    with worker(tmp_path, broker_url), celery(tmp_path, broker_url, "beat"):
        wait_for(lambda: is_sent(message), tmp_path / "worker.log", 60)
