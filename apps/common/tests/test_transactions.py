"""The retry of a transaction that lost its locks, COMMIT included."""

import pytest
from django.db import OperationalError, connection, transaction

from apps.common import transactions
from apps.common.exceptions import Busy, OutcomeUnknown
from apps.common.transactions import ATTEMPTS, DEADLOCK, LOCK_TIMEOUT, LOST, atomic_with_retry
from apps.notifications.models import OutboxMessage


@atomic_with_retry
def write_row(calls: list[int]) -> int:
    calls.append(1)
    OutboxMessage.objects.create(topic="t", url="u", due_at="2026-01-01T00:00:00Z")
    return len(calls)


@pytest.fixture
def losing_commits(monkeypatch: pytest.MonkeyPatch):
    """Make the next COMMITs fail, one with each of the given errors, and roll back what was written."""

    def arrange(*errors: OperationalError) -> None:
        left = list(errors)
        commit = connection.commit

        def lose() -> None:
            if left:
                raise left.pop(0)
            commit()

        monkeypatch.setattr(connection, "commit", lose)

    return arrange


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "error",
    [
        OperationalError(DEADLOCK, "Deadlock found when trying to get lock"),
        OperationalError(LOCK_TIMEOUT, "Lock wait timeout exceeded"),
        OperationalError("database is locked"),
    ],
    ids=["deadlock", "lock timeout", "SQLite is locked"],
)
def test_c20_a_transaction_that_lost_at_commit_runs_again_and_writes_once(losing_commits, error) -> None:
    losing_commits(error, error)
    calls: list[int] = []

    assert write_row(calls) == 3

    assert OutboxMessage.objects.count() == 1


@atomic_with_retry
def send(message: OutboxMessage) -> str:
    if message.status == OutboxMessage.Status.SENT:
        return "nothing to do"
    message.status = OutboxMessage.Status.SENT
    message.save()
    return "sent"


@pytest.mark.django_db(transaction=True)
def test_c20_the_second_attempt_gets_its_rows_as_the_first_did(losing_commits) -> None:
    message = OutboxMessage.objects.create(topic="t", url="u", due_at="2026-01-01T00:00:00Z")
    losing_commits(OperationalError(DEADLOCK, "Deadlock"))

    assert send(message) == "sent"

    assert OutboxMessage.objects.get().status == message.status == OutboxMessage.Status.SENT


@pytest.mark.django_db(transaction=True)
def test_c20_who_loses_every_time_has_its_rows_as_they_were(losing_commits) -> None:
    message = OutboxMessage.objects.create(topic="t", url="u", due_at="2026-01-01T00:00:00Z")
    losing_commits(*[OperationalError(DEADLOCK, "Deadlock")] * ATTEMPTS)

    with pytest.raises(Busy):
        send(message)

    assert OutboxMessage.objects.get().status == message.status == OutboxMessage.Status.DUE


@pytest.mark.django_db(transaction=True)
def test_who_loses_every_time_is_told_to_come_back_and_nothing_is_written(losing_commits) -> None:
    losing_commits(*[OperationalError(DEADLOCK, "Deadlock")] * ATTEMPTS)
    calls: list[int] = []

    with pytest.raises(Busy) as busy:
        write_row(calls)

    assert busy.value.retry_after == 1
    assert len(calls) == ATTEMPTS
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_has_waited_long_does_not_try_again(losing_commits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "RETRIED_FOR", -1.0)
    losing_commits(OperationalError(LOCK_TIMEOUT, "Lock wait timeout exceeded"))
    calls: list[int] = []

    with pytest.raises(Busy):
        write_row(calls)

    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [2006, 2013, 2003], ids=["gone", "lost", "not reached again"])
def test_h5_a_connection_lost_at_commit_is_never_run_again(losing_commits, number: int) -> None:
    losing_commits(OperationalError(number, "Lost connection to server during query"))
    calls: list[int] = []

    with pytest.raises(OutcomeUnknown) as unknown:
        write_row(calls)

    assert unknown.value.retry_after is None
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", sorted(LOST))
def test_a_connection_lost_before_the_commit_is_opened_anew_and_all_runs_again(number: int) -> None:
    calls: list[object] = []

    @atomic_with_retry
    def write() -> None:
        calls.append(connection.connection)
        OutboxMessage.objects.create(topic="t", url="u", due_at="2026-01-01T00:00:00Z")
        if len(calls) < 3:
            raise OperationalError(number, "Lost connection to server during query")

    write()

    assert len({id(one) for one in calls}) == 3
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_loss_that_hid_behind_a_savepoint_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(connection, "is_usable", lambda: len(calls) > 1)

    @atomic_with_retry
    def write() -> None:
        calls.append(1)
        if len(calls) == 1:
            connection.needs_rollback = True  # as Django notes when it cannot go back to the savepoint
        OutboxMessage.objects.create(topic="t", url="u", due_at="2026-01-01T00:00:00Z")

    write()

    assert len(calls) == 2
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_another_error_of_the_database_is_not_run_again() -> None:
    calls: list[int] = []

    @atomic_with_retry
    def fail() -> None:
        calls.append(1)
        raise OperationalError(1054, "Unknown column")

    with pytest.raises(OperationalError, match="1054"):
        fail()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_inside_another_transaction_only_the_outermost_runs_again() -> None:
    calls: list[int] = []

    @atomic_with_retry
    def inner() -> None:
        calls.append(1)
        raise OperationalError(DEADLOCK, "Deadlock")

    with pytest.raises(OperationalError), transaction.atomic():
        inner()

    assert len(calls) == 1


@pytest.mark.django_db
def test_what_waits_for_the_commit_runs_once_after_a_retry(django_capture_on_commit_callbacks) -> None:
    calls: list[str] = []

    @atomic_with_retry
    def promise() -> None:
        transaction.on_commit(lambda: calls.append("done"))
        calls.append("tried")
        if calls.count("tried") == 1:
            raise OperationalError(DEADLOCK, "Deadlock")

    with django_capture_on_commit_callbacks(execute=True):
        promise()

    assert calls == ["tried", "tried", "done"]
