"""What a clock learns from the refusals of log-ins, of a shop that hashes passwords as in life."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
import requests
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from apps.users.hashers import Argon2Hasher
from apps.users.tests.factories import PASSWORD, UserFactory
from tests.concurrency.conftest import WORKERS
from tests.servers import granian

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

TRIES = 9
# Of medians, on a machine that has other things to do; what gives an account away is three times and more.
ALIKE = 1.6
NAMES = ("alice", "13800000001", "alice@example.com", "nobody", "13700000000", "sleeper", "gone", "brought", "stranger")


@pytest.fixture
def _people(transactional_db: None) -> None:
    """One of each kind that is refused; `nobody`, and the second mobile, are names of none."""
    real = Argon2Hasher().encode(PASSWORD, "saltsaltsalt")
    UserFactory(username="alice", mobile="13800000001", verified_email="alice@example.com", password=real)
    UserFactory(username="sleeper", password=real, is_active=False)
    UserFactory(username="gone", password=real, is_deleted=True)
    UserFactory(username="stranger", password="!")  # logs in by a third party alone
    UserFactory(username="brought", password=PBKDF2PasswordHasher().encode(PASSWORD, "saltsaltsalt"))


@pytest.fixture
def costly(tmp_path: Path) -> Iterator[str]:
    with granian(tmp_path, workers=WORKERS, application="tests.concurrency.costly_shop:application") as url:
        yield url


@pytest.fixture
def leaky(tmp_path: Path) -> Iterator[str]:
    with granian(tmp_path, workers=WORKERS, application="tests.concurrency.leaky_shop:application") as url:
        yield url


def refused_after(shop: str) -> dict[str, float]:
    """The seconds after which each name is refused; they take turns, so that a busy moment is everybody's."""
    taken: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(TRIES + WORKERS):
        for name, seconds in taken.items():
            begun = time.perf_counter()
            answer = requests.post(f"{shop}/login/", json={"username": name, "password": "wrong"}, timeout=60)
            if number >= WORKERS:  # until all of them are awake
                seconds.append(time.perf_counter() - begun)
            assert answer.status_code == 400
    return {name: median(seconds) for name, seconds in taken.items()}


@pytest.mark.usefixtures("_people")
def test_without_the_guard_a_clock_tells_whose_account_there_is(leaky: str) -> None:
    """If this fails, the test below may prove nothing."""
    seconds = refused_after(leaky)

    assert seconds["alice"] > ALIKE * seconds["nobody"]
    assert seconds["brought"] > ALIKE * seconds["alice"]


@pytest.mark.usefixtures("_people")
def test_b14_a_clock_learns_nothing_from_a_refusal(costly: str) -> None:
    seconds = refused_after(costly)

    assert max(seconds.values()) < ALIKE * min(seconds.values()), seconds
    assert min(seconds.values()) > 0.01, "passwords cost what they do in life"
