"""Celery behind `enqueue`: who is told, and what a broker that is down costs."""

import logging
import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from billiard.pool import soft_timeout_sighandler
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from apps.common import broker, tasks
from apps.goods.services import stock
from apps.notifications.models import OutboxMessage
from apps.notifications.services import outbox
from apps.trade.models import Order
from apps.trade.services import closing, sandbox
from apps.trade.tests.factories import CartLineFactory, an_order
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile
from conftest import client_of
from mxshop.settings.databases import broker_from

HERE = Path(__file__).parent


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def refused() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def use_broker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Run the shop with the broker at this URL."""

    def use(url: str) -> None:
        settings.CELERY = broker_from(url, prefix="mxshop-test", var=HERE)
        broker.app.conf.update(settings.CELERY)
        broker.app._after_fork()  # its connections are to another broker

    monkeypatch.setattr(broker, "_rests_until", 0.0)
    yield use
    broker.app._after_fork()  # its connections are to another broker


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("state", ["refused", "silent"])
def test_h8_a_dead_broker_neither_fails_nor_holds_up_an_order(
    alice: UserProfile,
    use_broker: Any,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    scheme: str,
    state: str,
) -> None:
    use_broker(f"{scheme}://127.0.0.1:{request.getfixturevalue(state)}")
    CartLineFactory(user=alice)
    take = stock.take

    def take_and_promise(**what: Any) -> None:
        take(**what)
        outbox.owe(topic="test", url="http://127.0.0.1:1/", payload={})

    monkeypatch.setattr(stock, "take", take_and_promise)
    started = time.monotonic()

    answer = client_of(alice).post("/orders/", BODY)

    took = time.monotonic() - started
    assert took < 2
    assert (took >= tasks.PROMPT) == (state == "silent"), "it was really asked"
    assert answer.status_code == 201
    assert Order.objects.count() == 1
    assert OutboxMessage.objects.get().status == OutboxMessage.Status.DUE, "the sweep will send it"


def test_a_broker_that_failed_is_left_alone_for_a_while(
    use_broker: Any, refused: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use_broker(f"redis://127.0.0.1:{refused}")
    tried: list[object] = []
    send = broker.run_task.apply_async
    monkeypatch.setattr(broker.run_task, "apply_async", lambda *a, **k: (tried.append(a), send(*a, **k)))

    with caplog.at_level(logging.ERROR):
        for row_id in (1, 2, 3):
            broker.publish("note", row_id)
    assert tried == [(("note", 1),)]
    assert caplog.text.count("the sweep will do it") == 1

    monkeypatch.setattr(broker, "_rests_until", 0.0)
    broker.publish("note", 4)
    assert len(tried) == 2


@pytest.mark.django_db(transaction=True)
def test_only_what_is_committed_is_told(use_broker: Any, refused: int, monkeypatch: pytest.MonkeyPatch) -> None:
    use_broker(f"redis://127.0.0.1:{refused}")
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(broker, "publish", lambda name, row_id: told.append((name, row_id)))

    with transaction.atomic():
        tasks.enqueue("note", row_id=1)
        assert told == []
    with transaction.atomic():
        tasks.enqueue("note", row_id=2)
        transaction.set_rollback(True)
    assert told == [("note", 1)]


@pytest.mark.django_db(transaction=True)  # a worker looks after its connection around each task
def test_workers_run_registered_tasks_and_sweeps_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr(tasks, "_tasks", {"note": seen.append})
    monkeypatch.setattr(tasks, "_sweeps", {"look": tasks.Sweep("look", lambda: seen.append("look"), every=None)})

    broker.run_task("note", 7)
    broker.run_sweep("look")

    assert seen == [7, "look"]


def test_beat_sends_every_sweep_at_its_pace_and_drops_runs_that_were_overtaken() -> None:
    schedule = broker.beat_schedule()

    assert set(schedule) == {sweep.name for sweep in tasks.sweeps()}
    for sweep in tasks.sweeps():
        entry = schedule[sweep.name]
        assert (entry["task"], entry["args"], entry["schedule"]) == ("mxshop.run_sweep", (sweep.name,), sweep.every)
        assert entry["options"] == {"expires": sweep.every.total_seconds()}


@pytest.mark.parametrize("url", ["", "http://127.0.0.1/", "memory://", "sqs://x"])
def test_only_brokers_that_the_shop_is_proven_on_are_taken(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MXSHOP_BROKER_URL"):
        broker_from(url, prefix="mxshop", var=HERE)


def test_a_redis_at_a_socket_is_spoken_to_in_celerys_words() -> None:
    assert broker_from("unix:///run/redis.sock?db=1", prefix="x", var=HERE)["broker_url"] == (
        "redis+socket:///run/redis.sock?db=1"
    )


def test_messages_are_json_and_are_acknowledged_when_the_work_is_done() -> None:
    options = broker_from("redis://127.0.0.1/", prefix="x", var=HERE)

    assert (options["task_serializer"], options["accept_content"]) == ("json", ["json"])
    for job in (broker.run_task, broker.run_sweep):
        assert job.acks_late
        assert job.ignore_result
        limit = job.time_limit or options["task_time_limit"]
        assert limit < options["broker_transport_options"]["visibility_timeout"], "or it would be worked on twice"


@pytest.fixture
def soft_limit() -> Iterator[None]:
    """Celery's own handler of the signal by which a worker's time limit is told, as its pool installs it."""
    before = signal.signal(signal.SIGUSR1, soft_timeout_sighandler)
    yield
    signal.signal(signal.SIGUSR1, before)


@pytest.mark.usefixtures("soft_limit")
def test_a_pass_that_is_out_of_time_ends_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[int] = []

    def pass_over_rows() -> None:
        for row in range(5):
            with tasks.on_its_own(row):
                if row == 2:
                    os.kill(os.getpid(), signal.SIGUSR1)
                done.append(row)

    monkeypatch.setitem(tasks._sweeps, "long", tasks.Sweep("long", pass_over_rows, timedelta(minutes=1)))

    with pytest.raises(SoftTimeLimitExceeded):
        broker.run_sweep("long")

    assert done == [0, 1]
    assert "long ran out of time; what it has done stays done" in caplog.text
    assert "a sweep failed on" not in caplog.text, "it is nothing of the row's"


@pytest.mark.django_db(transaction=True)
def test_orders_after_the_end_of_a_pass_are_for_the_next_one(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [an_order(alice) for _number in range(3)]
    Order.objects.update(expires_at=timezone.now() - timedelta(days=1))
    give_back, given = closing.give_back_everything, []

    def out_of_time_at_the_second(**what: Any) -> None:
        given.append(what["order"].pk)
        give_back(**what)
        if len(given) == 2:
            raise SoftTimeLimitExceeded

    monkeypatch.setattr(closing, "give_back_everything", out_of_time_at_the_second)

    with pytest.raises(SoftTimeLimitExceeded):
        broker.run_sweep("trade.close_expired_orders")
    assert [Order.objects.get(pk=order.pk).status for order in orders] == ["expired", *["pending_payment"] * 2]

    broker.run_sweep("trade.close_expired_orders")
    assert {Order.objects.get(pk=order.pk).status for order in orders} == {"expired"}
    assert given == [orders[place].pk for place in (0, 1, 1, 2)]
    call_command("shop_doctor", stdout=StringIO())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("soft_limit")
def test_a_pass_that_is_out_of_time_while_a_task_follows_a_commit_ends(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The signal comes while the pass waits for what it handed over after the first order's commit."""
    orders = [an_order(alice) for _number in range(2)]
    Order.objects.update(expires_at=timezone.now() - timedelta(days=1))
    give_back = closing.give_back_everything

    def tell_somebody(**what: Any) -> None:
        give_back(**what)
        tasks.enqueue("slow", row_id=what["order"].pk)

    def be_slow(_row_id: int) -> None:
        os.kill(os.getpid(), signal.SIGUSR1)
        time.sleep(0.2)

    monkeypatch.setitem(tasks._tasks, "slow", be_slow)
    monkeypatch.setattr(closing, "give_back_everything", tell_somebody)

    with pytest.raises(SoftTimeLimitExceeded):
        broker.run_sweep("trade.close_expired_orders")

    assert [Order.objects.get(pk=order.pk).status for order in orders] == ["expired", "pending_payment"]
    assert "trade.close_expired_orders ran out of time" in caplog.text
    monkeypatch.undo()
    broker.run_sweep("trade.close_expired_orders")
    assert {Order.objects.get(pk=order.pk).status for order in orders} == {"expired"}


@pytest.mark.django_db(transaction=True)
def test_a_pass_that_is_out_of_time_in_the_sandbox_ends(alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox's views run within the call, and what ends the pass is no failure of theirs."""
    for _number in range(2):
        an_order(alice)
    Order.objects.update(expires_at=timezone.now() - timedelta(days=1))
    asked: list[object] = []

    def out_of_time(**which: object) -> None:
        asked.append(which)
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(sandbox, "find_trade", out_of_time)
    with pytest.raises(SoftTimeLimitExceeded):
        broker.run_sweep("trade.close_expired_orders")
    assert len(asked) == 1
    assert set(Order.objects.values_list("status", flat=True)) == {"pending_payment"}
