from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION_WORDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@pytest.fixture
def at_most_statements() -> Callable[[int], AbstractContextManager[None]]:
    """Fail when the block sends more statements than allowed; those that only frame a transaction are free."""

    @contextmanager
    def check(allowed: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        statements = [q["sql"] for q in captured if not q["sql"].startswith(TRANSACTION_WORDS)]
        assert len(statements) <= allowed, "\n".join(statements)

    return check
