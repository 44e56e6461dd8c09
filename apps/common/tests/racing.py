"""Several callers at the very same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

R = TypeVar("R")


def run_together(callers: int, function: Callable[[int], R]) -> list[R]:
    """Call the function from so many threads at once and return what each got, by its number.

    The test must commit (`transaction=True`): threads do not see what it keeps in a transaction of its own.
    """
    start = threading.Barrier(callers)

    def call(number: int) -> R:
        try:
            start.wait(timeout=30)
            return function(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(call, range(callers)))
