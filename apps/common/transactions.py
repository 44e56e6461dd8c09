"""The one place where a transaction that lost a race for locks is run again, COMMIT included."""

import logging
import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from apps.common.exceptions import Busy

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK = 1213
LOCK_TIMEOUT = 1205
# Too many connections, no server at the socket, at the address, no such host: nothing was sent.
UNREACHABLE = frozenset({1040, 2002, 2003, 2005})
ATTEMPTS = 4
# Seconds after which no further attempt is begun: the caller is still waiting, and so is the worker's thread.
PATIENCE = 8.0


def atomic_with_retry(function: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction of its own, and again as a whole when the database chose it as victim.

    MariaDB may report a deadlock at any statement and at COMMIT; either way nothing is written, so the whole
    function runs again. A lost connection is *not* retried: its COMMIT may have succeeded. Inside another
    transaction the function joins it, and the outermost one retries.

    Raises Busy when it lost every time, or lost after waiting long; then nothing is written.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if inside_transaction():
            return function(*args, **kwargs)
        deadline = time.monotonic() + PATIENCE
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if not lost_the_race(error):
                    raise
                logger.warning("%s: attempt %s lost a lock: %s", function.__qualname__, attempt, error)
                if time.monotonic() > deadline:
                    break
                # A random pause parts the two that met.
                time.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311  not a secret
        raise Busy(retry_after=1)

    return run


def lost_the_race(error: OperationalError) -> bool:
    """Tell whether the database gave up on a lock; nothing was written, and the same may succeed a moment later."""
    return _number(error) in (DEADLOCK, LOCK_TIMEOUT) or "database is locked" in str(error)


def was_not_reached(error: OperationalError) -> bool:
    """Tell whether there was no connection to begin with; a connection lost half way is another matter."""
    return _number(error) in UNREACHABLE or "unable to open database file" in str(error)


def _number(error: OperationalError) -> object:
    return error.args[0] if error.args else None


def inside_transaction() -> bool:
    """Tell whether a transaction is open; the one that wraps a test case does not count."""
    blocks: list[Any] = connection.atomic_blocks
    return connection.in_atomic_block and not all(block._from_testcase for block in blocks)
