"""Work that follows a commit, and work by the clock. Both only hurry what a database row already promises."""

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import close_old_connections, transaction

logger = logging.getLogger(__name__)

# Tasks run beside the requests, and so does the talking to a broker: one may call this very server (the sandbox's
# cashier does), and when every thread waits for its own task, nobody is left to answer.
RUNNERS = 2
# Seconds that a request waits for its task. Most are done by then, and the buyer's next page shows it.
PROMPT = 1.0


@dataclass(frozen=True)
class Sweep:
    """A job that the clock runs again and again; it looks for promises that are due and keeps them."""

    name: str
    run: Callable[[], object]
    every: timedelta


RowTask = TypeVar("RowTask", bound=Callable[[int], object])
Job = TypeVar("Job", bound=Callable[[], object])

_tasks: dict[str, Callable[[int], object]] = {}
_sweeps: dict[str, Sweep] = {}
_out_of_time: tuple[type[Exception], ...] = ()
_runners: Executor


def _start_runners() -> None:
    global _runners
    _runners = ThreadPoolExecutor(RUNNERS, thread_name_prefix="task")


_start_runners()
# A server's worker is forked from a process that may have run tasks, to make the sample shop for one. It inherits the
# pool without its threads, and would wait for them.
os.register_at_fork(after_in_child=_start_runners)


def task(name: str) -> Callable[[RowTask], RowTask]:
    """Register a function of one row id under a name, so that services start it without importing it."""

    def register(function: RowTask) -> RowTask:
        _tasks[name] = function
        return function

    return register


def sweep(name: str, *, every: timedelta) -> Callable[[Job], Job]:
    """Register a job for the clock, ours or Celery's. It must be safe to run twice, and at the same time elsewhere."""

    def register(function: Job) -> Job:
        _sweeps[name] = Sweep(name, function, every)
        return function

    return register


def sweeps() -> list[Sweep]:
    """Return every registered sweep, by name."""
    return [_sweeps[name] for name in sorted(_sweeps)]


def sweep_named(name: str) -> Sweep:
    """Return a registered sweep; raises KeyError for another name."""
    return _sweeps[name]


def enqueue(name: str, *, row_id: int) -> None:
    """Run a task for a row as soon as the transaction is committed; never if it is rolled back.

    It runs in this process, or in a worker of Celery's. A failing task, or broker, is logged and changes nothing of
    the answer, nor does a slow one: the row is still there for the sweep.
    """

    def hand_over() -> None:
        # In the request's own context, so that the log names the request.
        task: Future[None] = _runners.submit(copy_context().run, _way_of_running(), name, row_id)
        wait([task], timeout=PROMPT)

    after_commit(hand_over)


def after_commit(work: Callable[[], object]) -> None:
    """Do this as soon as the transaction is committed, never if it is rolled back; what fails there is only logged.

    A pass that is told meanwhile that its time is over ends, which Django's own robust hooks would keep from it: what
    else waited for this commit is then left to the sweeps.
    """

    def do() -> None:
        try:
            work()
        except _out_of_time:
            raise
        except Exception:  # the transaction is committed, and its caller must be answered
            logger.exception("what should follow a commit failed")

    transaction.on_commit(do)


def _way_of_running() -> Callable[[str, int], None]:
    if not settings.CELERY:
        return run_task
    from apps.common import broker  # only a shop that has a broker loads Celery

    return broker.publish


def run_task(name: str, row_id: int) -> None:
    """Run a registered task here and now; one that fails is logged."""
    close_old_connections()
    try:
        _tasks[name](row_id)
    except Exception:
        logger.exception("task %s for row %s failed", name, row_id)
    finally:
        close_old_connections()


class _InThisThread(Executor):
    """Runs what it is given before it says that it has taken it, or loses it."""

    def __init__(self, is_lost: Callable[[], bool]) -> None:
        self._is_lost = is_lost

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        over: Future[Any] = Future()
        over.set_result(None if self._is_lost() else fn(*args, **kwargs))
        return over


@contextmanager
def done_at_once(*, is_lost: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Run tasks in the thread that committed, as long as the block lasts: nothing depends on which thread is faster.

    A task of which `is_lost` says so is never run, as if its worker had died; the sweeps find its row. For commands,
    and never in a process that serves requests.
    """
    global _runners
    usual, _runners = _runners, _InThisThread(is_lost)
    try:
        yield
    finally:
        _runners = usual


def ends_a_pass(error: type[Exception]) -> None:
    """Have this error end a sweep's pass, whatever row it meets: whoever runs sweeps raises it when their time is over.

    It says nothing of the row, so the rows behind it are not tried first.
    """
    global _out_of_time
    _out_of_time = (*_out_of_time, error)


def out_of_time() -> tuple[type[Exception], ...]:
    """Return the errors that end a pass, for whoever has to catch all others."""
    return _out_of_time


@contextmanager
def on_its_own(row: object) -> Iterator[None]:
    """Do a sweep's work on one row; what fails there is logged, and the rows after it have their turn.

    When the pass is out of time nothing more is begun: the row is rolled back, like all behind it still due, and what
    was done before stays done.
    """
    try:
        yield
    except _out_of_time:
        raise
    except Exception:  # whatever it is, the rows behind it are owed as well, and this one is still due
        logger.exception("a sweep failed on %s", row)


def run_sweep(sweep: Sweep) -> bool:
    """Run a sweep and tell whether it went well; one that fails is logged and tried again at its next time.

    One that ran out of time is logged, too, and raises what told it so: the next pass goes on where it stopped.
    """
    close_old_connections()
    try:
        sweep.run()
    except _out_of_time:
        logger.warning("%s ran out of time; what it has done stays done, the next pass goes on", sweep.name)
        raise
    except Exception:
        logger.exception("%s failed", sweep.name)
        return False
    finally:
        close_old_connections()
    return True
