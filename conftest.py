"""The cast of every test: alice shops, charlie is a stranger to her things, staff work in the back office."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.common.throttling import limiter
from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import UserFactory

pytest_plugins = ["tests.log_watch"]

# A property is about what is right; how long an example takes on a busy machine says nothing of it.
hypothesis.settings.register_profile("mxshop", deadline=None)
hypothesis.settings.load_profile("mxshop")


@pytest.fixture
def alice(db: None) -> UserProfile:
    return UserFactory(username="alice", mobile="13800000001", name="Alice")


@pytest.fixture
def charlie(db: None) -> UserProfile:
    return UserFactory(username="charlie", mobile="13800000003", name="Charlie")


@pytest.fixture
def staff(db: None) -> UserProfile:
    return UserFactory(username="staff", mobile="13800000005", is_staff=True)


@pytest.fixture
def superuser(db: None) -> UserProfile:
    return UserFactory(username="root", mobile="13800000006", is_staff=True, is_superuser=True)


def client_of(user: UserProfile | None) -> APIClient:
    """A client that is signed in without the cost of a log-in; tests about tokens send real ones."""
    client = APIClient()
    if user is not None:
        client.force_authenticate(user)
    return client


@pytest.fixture
def alice_token(alice: UserProfile) -> str:
    """What alice's browser sends, where a real token is needed."""
    return sessions.open_session(user=alice, device=Device(ip=None, user_agent="a browser")).token


@pytest.fixture
def signed_in(alice_token: str) -> APIClient:
    """alice's browser: every request shows her token, and pays for it."""
    return APIClient(headers={"authorization": f"JWT {alice_token}"})


@pytest.fixture
def visitor() -> APIClient:
    return client_of(None)


@pytest.fixture
def shopper(alice: UserProfile) -> APIClient:
    return client_of(alice)


@pytest.fixture
def stranger(charlie: UserProfile) -> APIClient:
    return client_of(charlie)


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    """No test starts with the limits that another one used up."""
    limiter().storage.reset()


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


@pytest.fixture
def nobody_counts(settings: Any) -> Iterator[None]:
    """The store of the limits is gone."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limiter.cache_clear()
    yield
    limiter.cache_clear()
