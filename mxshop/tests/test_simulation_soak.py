"""A year of a small shop ends with every fen explained."""

import time

import pytest

from mxshop.simulation.life import Life

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True, reset_sequences=True)]


def test_a_year_ends_with_every_fen_explained() -> None:
    started = time.monotonic()
    life = Life(seed=365)
    accounts = life.live(days=365, orders_per_day=6)
    minutes = (time.monotonic() - started) / 60
    print(f"365 days, and {life.day - 365} to close down, in {minutes:.1f} min: {accounts}")  # noqa: T201

    assert accounts.unexplained == []
    assert sum(accounts.differences.values()) > 0
