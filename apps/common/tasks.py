"""Work that follows a commit, and work by the clock. Both only hurry what a database row already promises."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db import close_old_connections, transaction

logger = logging.getLogger(__name__)

# Tasks run beside the requests: one may call this very server (the sandbox's cashier does), and when every thread
# waits for its own task, nobody is left to answer.
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
_runners = ThreadPoolExecutor(RUNNERS, thread_name_prefix="task")


def task(name: str) -> Callable[[RowTask], RowTask]:
    """Register a function of one row id under a name, so that services start it without importing it."""

    def register(function: RowTask) -> RowTask:
        _tasks[name] = function
        return function

    return register


def sweep(name: str, *, every: timedelta) -> Callable[[Job], Job]:
    """Register a job for `manage.py clock`. It must be safe to run twice, and at the same time elsewhere."""

    def register(function: Job) -> Job:
        _sweeps[name] = Sweep(name, function, every)
        return function

    return register


def sweeps() -> list[Sweep]:
    """Return every registered sweep, by name."""
    return [_sweeps[name] for name in sorted(_sweeps)]


def enqueue(name: str, *, row_id: int) -> None:
    """Run a task for a row as soon as the transaction is committed; never if it is rolled back.

    A failing task is logged and changes nothing of the answer, nor does a slow one: the row is still there for the
    sweep.
    """

    def hand_over() -> None:
        # In the request's own context, so that the log names the request.
        task: Future[None] = _runners.submit(copy_context().run, _run, name, row_id)
        wait([task], timeout=PROMPT)

    # A function, not a partial: Django logs a failing hook by its __qualname__.
    transaction.on_commit(hand_over, robust=True)


def _run(name: str, row_id: int) -> None:
    close_old_connections()
    try:
        _tasks[name](row_id)
    except Exception:
        logger.exception("task %s for row %s failed", name, row_id)
    finally:
        close_old_connections()
