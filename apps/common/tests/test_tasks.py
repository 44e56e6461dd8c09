"""Tasks follow a commit and never change its answer."""

import logging
import os
import time
from datetime import timedelta
from threading import Event, get_ident

import pytest
from django.db import connection, transaction

from apps.common import tasks
from apps.common.logs import request_id

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_tasks", {})
    monkeypatch.setattr(tasks, "_sweeps", {})


def test_task_runs_after_the_commit_with_its_row() -> None:
    seen: list[int] = []
    tasks.task("note")(seen.append)
    with transaction.atomic():
        tasks.enqueue("note", row_id=7)
        assert seen == []
    assert seen == [7]


def test_task_of_a_transaction_that_failed_never_runs() -> None:
    seen: list[int] = []
    tasks.task("note")(seen.append)

    @transaction.atomic
    def fail() -> None:
        tasks.enqueue("note", row_id=7)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert seen == []


def test_what_fails_after_a_commit_is_logged_and_the_rest_follows(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []
    with caplog.at_level(logging.ERROR), transaction.atomic():
        tasks.after_commit(lambda: 1 // 0)
        tasks.after_commit(lambda: seen.append(1))
    assert seen == [1]
    assert "what should follow a commit failed" in caplog.text


@pytest.mark.parametrize("name", ["failing", "unknown"])
def test_failing_task_is_logged_and_the_next_one_still_runs(name: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []
    tasks.task("failing")(lambda row_id: row_id // 0)
    tasks.task("note")(seen.append)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        tasks.enqueue(name, row_id=1)
        tasks.enqueue("note", row_id=2)
    assert seen == [2]
    assert f"task {name} for row 1 failed" in caplog.text


def test_task_runs_beside_the_request_with_a_connection_of_its_own_and_its_log_id() -> None:
    seen: list[object] = []
    tasks.task("look")(lambda _row_id: seen.extend([connection.in_atomic_block, get_ident(), request_id.get()]))
    mark = request_id.set("abc")
    with transaction.atomic():
        tasks.enqueue("look", row_id=1)
        with transaction.atomic():
            tasks.enqueue("look", row_id=2)
    request_id.reset(mark)
    assert seen[0] is seen[3] is False
    assert get_ident() not in seen
    assert seen[2] == seen[5] == "abc"


def test_slow_task_holds_nobody_up_and_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "PROMPT", 0.05)
    go_on, done = Event(), Event()
    tasks.task("slow")(lambda _row_id: go_on.wait(10) and done.set())
    with transaction.atomic():
        tasks.enqueue("slow", row_id=1)
    assert not done.is_set()
    go_on.set()
    assert done.wait(10)


def test_sweeps_are_listed_by_name() -> None:
    def nothing() -> None: ...

    tasks.sweep("b", every=timedelta(minutes=1))(nothing)
    tasks.sweep("a", every=timedelta(hours=1))(nothing)
    assert [(sweep.name, sweep.every) for sweep in tasks.sweeps()] == [
        ("a", timedelta(hours=1)),
        ("b", timedelta(minutes=1)),
    ]


def test_done_at_once_a_task_runs_in_the_thread_that_committed() -> None:
    seen: list[int] = []
    tasks.task("look")(lambda _row_id: seen.append(get_ident()))
    with tasks.done_at_once():
        tasks.enqueue("look", row_id=1)
    tasks.enqueue("look", row_id=1)
    assert seen[0] == get_ident() != seen[1]


def test_done_at_once_a_task_can_be_lost() -> None:
    seen: list[int] = []
    tasks.task("note")(seen.append)
    losses = iter([True, False])
    with tasks.done_at_once(is_lost=lambda: next(losses)):
        tasks.enqueue("note", row_id=1)
        tasks.enqueue("note", row_id=2)
    assert seen == [2]


def test_a_forked_worker_has_runners_of_its_own() -> None:
    """`make run` forks its server from the process that has made the sample shop, with tasks of its own."""
    tasks._runners.submit(int).result(timeout=10)  # a thread of this process waits for more now
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # nothing of pytest's may run here
        tasks._runners.submit(os.write, writing, b"done")
        time.sleep(1)
        os._exit(0)
    os.close(writing)
    try:
        assert os.read(reading, 4) == b"done"
    finally:
        os.close(reading)
        os.waitpid(child, 0)
