"""The one place where a transaction that the database gave up is run again, and where a lost COMMIT is told as one."""

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model

from apps.common.exceptions import Busy, OutcomeUnknown

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK = 1213
LOCK_TIMEOUT = 1205
# Too many connections, no server at the socket, at the address, no such host: nothing was sent.
UNREACHABLE = frozenset({1040, 2002, 2003, 2005})
# The server shuts down, the session was killed, the server went away, or did not answer; the last two also when the
# client itself stopped waiting.
SERVER_LOST = 2013
LOST = frozenset({1053, 1927, 2006, SERVER_LOST, 2055})
ATTEMPTS = 4
# Seconds after which no further attempt is begun: the caller is still waiting, and so is the worker's thread.
RETRIED_FOR = 8.0


def atomic_with_retry(function: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction of its own, and again as a whole when the database did not carry it out.

    MariaDB may report a deadlock at any statement and at COMMIT; either way nothing is written, so the whole
    function runs again, with its arguments as they were: what it set on a row it was given is rolled back as well.
    So it does, on a new connection, when the connection is lost before COMMIT is sent: the server rolls back what it
    has. Inside another transaction the function joins it, and the outermost one retries.

    Raises Busy when it lost every time, or lost after waiting long; then nothing is written. Raises OutcomeUnknown
    when the connection is lost at COMMIT: everything is written or nothing, and only a look at the rows can tell.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if inside_transaction():
            return function(*args, **kwargs)
        deadline = time.monotonic() + RETRIED_FOR
        # By their very type: a lazy user passes for a row and keeps its attributes elsewhere.
        rows: list[Any] = [value for value in (*args, *kwargs.values()) if issubclass(type(value), Model)]
        for attempt in range(1, ATTEMPTS + 1):
            at_commit = False
            as_given: list[dict[str, Any]] = [row.__getstate__() for row in rows]
            try:
                with transaction.atomic(), _loss_named():
                    result = function(*args, **kwargs)
                    at_commit = True
            except OperationalError as error:
                logger.warning("%s: attempt %s failed: %s", function.__qualname__, attempt, error)
                _leave_dead_connection(error)
                _put_back(rows, as_given)
                # Whatever it is, but for a lost race: a server that cannot be reached again hides the first error.
                if at_commit and not lost_the_race(error):
                    raise OutcomeUnknown from error
                if not (lost_the_race(error) or lost_connection(error)):
                    raise
                if time.monotonic() > deadline:
                    break
                # A random pause parts the two that met.
                time.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311  not a secret
            else:
                return result
        raise Busy(retry_after=1)

    return run


@contextmanager
def _loss_named() -> Iterator[None]:
    """Call a loss by its name where it hid: lost while a savepoint was rolled back, only the next statement fails."""
    try:
        yield
    except transaction.TransactionManagementError as error:
        if connection.is_usable():
            raise
        raise OperationalError(SERVER_LOST, "lost while a savepoint was rolled back") from error


def _put_back(rows: Sequence[Model], states: Sequence[dict[str, Any]]) -> None:
    """Undo what was set on the rows in memory: the next attempt must not take for done what was rolled back."""
    for row, state in zip(rows, states, strict=True):
        vars(row).clear()
        vars(row).update(state)


def _leave_dead_connection(error: OperationalError) -> None:
    """Have the next statement open a connection: after a loss, Django notices only when the request has ended."""
    if lost_connection(error) and not connection.in_atomic_block:
        connection.close()


def lost_the_race(error: OperationalError) -> bool:
    """Tell whether the database gave up on a lock; nothing was written, and the same may succeed a moment later."""
    return _number(error) in (DEADLOCK, LOCK_TIMEOUT) or "database is locked" in str(error)


def lost_connection(error: OperationalError) -> bool:
    """Tell whether the connection broke: what was not committed is rolled back, a COMMIT under way may be done."""
    return _number(error) in LOST


def was_not_reached(error: OperationalError) -> bool:
    """Tell whether there was no connection to begin with; a connection lost half way is another matter."""
    return _number(error) in UNREACHABLE or "unable to open database file" in str(error)


def _number(error: OperationalError) -> object:
    return error.args[0] if error.args else None


def inside_transaction() -> bool:
    """Tell whether a transaction is open; the one that wraps a test case does not count."""
    blocks: list[Any] = connection.atomic_blocks
    return connection.in_atomic_block and not all(block._from_testcase for block in blocks)
