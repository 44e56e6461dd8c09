"""`manage.py simulate_shop`: in a database of its own, never in a real shop, and with an exit code."""

import json
import os
import subprocess
import sys
from contextlib import nullcontext
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mxshop.management.commands import simulate_shop
from mxshop.simulation.accounts import Accounts, Money

GATEWAY = {"gateway": Money(2, Decimal("7.50"))}
FIGURES = {"orders": {"paid": 2}, "paid": {"alipay": GATEWAY}, "kept": Decimal("7.50")}


@pytest.fixture
def ends_with(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the days come to these accounts, without living through them."""

    def set_end(accounts: Accounts) -> None:
        monkeypatch.setattr(simulate_shop, "database_of_its_own", lambda keep: nullcontext("nowhere"))
        monkeypatch.setattr(simulate_shop.Life, "live", lambda self, **_days: accounts)

    return set_end


def test_it_prints_what_the_days_came_to(ends_with: Any) -> None:
    ends_with(Accounts(**FIGURES))
    out = StringIO()
    call_command("simulate_shop", "--days=3", stdout=out)
    printed = out.getvalue()

    assert "3 days" in printed
    assert "Paid through alipay\n  gateway" in printed
    assert "2              7.50" in printed
    assert printed.endswith("Every fen is explained, and the doctor finds nothing.\n")


def test_what_does_not_fit_is_printed_and_it_fails(ends_with: Any) -> None:
    ends_with(Accounts(**FIGURES, unexplained=["payment 1: the shop nothing"]))
    out = StringIO()
    with pytest.raises(CommandError, match="1 things do not fit") as failure:
        call_command("simulate_shop", stdout=out)

    assert failure.value.returncode == 1
    assert out.getvalue().endswith("does not fit: payment 1: the shop nothing\n")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PAYMENT_MODE", "alipay", "MXSHOP_PAYMENT must be sandbox"),
        ("SANDBOX_URL", "http://127.0.0.1:1", "MXSHOP_SANDBOX_URL must be empty"),
        ("TRACKING_MODE", "kuaidi100", "MXSHOP_TRACKING must be sandbox"),
        ("CELERY", {"broker_url": "redis://"}, "MXSHOP_TASKS must be process"),
    ],
)
def test_it_is_refused_where_anything_is_real(
    name: str, value: object, words: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    setattr(settings, name, value)
    monkeypatch.setattr(simulate_shop, "database_of_its_own", lambda keep: pytest.fail("a database was made"))
    with pytest.raises(CommandError, match=words):
        call_command("simulate_shop")


@pytest.mark.parametrize("days", ["0", "-1", "a few"])
def test_days_are_a_whole_number(days: str) -> None:
    with pytest.raises(CommandError, match="is no whole number"):
        call_command("simulate_shop", f"--days={days}")


def test_it_leaves_the_database_of_the_shop_alone(tmp_path: Path, settings: Any) -> None:
    shop = tmp_path / "shop.sqlite3"
    before = set(settings.VAR_DIR.glob("simulation_*"))
    done = subprocess.run(
        [sys.executable, "manage.py", "simulate_shop", "--days=1", "--orders-per-day=3", "--json"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "MXSHOP_ENV": "test", "DATABASE_URL": f"sqlite:///{shop}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["unexplained"] == []
    assert figures["happened"]["orders placed"] > 0
    assert not shop.exists()
    assert set(settings.VAR_DIR.glob("simulation_*")) == before
