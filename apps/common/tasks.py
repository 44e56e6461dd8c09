"""Work that follows a commit, and work by the clock. Both only hurry what a database row already promises."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db import transaction

logger = logging.getLogger(__name__)


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

    A failing task is logged and changes nothing of the answer: the row is still there for the sweep.
    """

    def run() -> None:
        logger.debug("task %s for row %s", name, row_id)
        _tasks[name](row_id)

    # A function, not a partial: Django logs a failing hook by its __qualname__.
    transaction.on_commit(run, robust=True)
