"""Tasks follow a commit and never change its answer."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction

from apps.common import tasks

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


@pytest.mark.parametrize("name", ["failing", "unknown"])
def test_failing_task_is_logged_and_the_next_one_still_runs(name: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[int] = []
    tasks.task("failing")(lambda row_id: row_id // 0)
    tasks.task("note")(seen.append)
    with caplog.at_level(logging.ERROR), transaction.atomic():
        tasks.enqueue(name, row_id=1)
        tasks.enqueue("note", row_id=2)
    assert seen == [2]
    assert "enqueue" in caplog.text


def test_sweeps_are_listed_by_name() -> None:
    def nothing() -> None: ...

    tasks.sweep("b", every=timedelta(minutes=1))(nothing)
    tasks.sweep("a", every=timedelta(hours=1))(nothing)
    assert [(sweep.name, sweep.every) for sweep in tasks.sweeps()] == [
        ("a", timedelta(hours=1)),
        ("b", timedelta(minutes=1)),
    ]
