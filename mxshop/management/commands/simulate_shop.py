"""A small shop simulated."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mxshop.simulation.accounts import Accounts, Money
from mxshop.simulation.life import MOST_CLOSING_DAYS, Life
from mxshop.simulation.place import database_of_its_own, refuse_real_shop

BAR = 40
# Of what does not fit, so many sentences are printed; `--json` has them all.
SHOWN = 50


class Command(BaseCommand):
    """Let a small shop live through days of its own, on bad days of its gateways, and account for every fen."""

    help = (
        "Let buyers, staff and the sandbox's gateways at their worst live through virtual days, in a database that is "
        "made for it and dropped again. At the end bills, shop and buyers must agree on every fen, and the doctor must "
        "find nothing; what does not fit is named, and the command ends with 1. Refused where money is real."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=positive, default=30, help="how long it sells (default: 30)")
        parser.add_argument("--orders-per-day", type=positive, default=10, help="who wants to order (default: 10)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed brings the same days (default: 1)")
        parser.add_argument("--keep", action="store_true", help="leave the database there, to look into it")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_real_shop()
        self.is_json, self.days = options["json"], options["days"]
        started = time.monotonic()
        with database_of_its_own(keep=options["keep"]) as name:
            life = Life(seed=options["seed"])
            accounts = life.live(days=self.days, orders_per_day=options["orders_per_day"], on_day=self.show_progress)
        seconds = time.monotonic() - started
        if self.is_json:
            said = {"seconds": round(seconds, 1), "days": life.day, **asdict(accounts)}
            self.stdout.write(json.dumps(said, ensure_ascii=False, indent=2, default=str))
        else:
            self.sum_up(accounts, f"{self.days} days, and {life.day - self.days} to close down, in {seconds:.0f} s")
            if options["keep"]:
                self.stdout.write(f"The database is {name}.")
        if accounts.unexplained:
            raise CommandError(f"{len(accounts.unexplained)} things do not fit")

    def show_progress(self, day: int) -> None:
        """Draw a bar on a terminal; of the days that it takes to close down nobody knows how many they are."""
        if self.is_json or not self.stdout.isatty():
            return
        done = min(day, self.days)
        bar = "#" * (BAR * done // self.days)
        closing = f", closing down: {day - self.days} of at most {MOST_CLOSING_DAYS}" if day > self.days else ""
        self.stdout.write(f"\r[{bar:<{BAR}}] day {done}/{self.days}{closing}", ending="")
        self.stdout.flush()

    def sum_up(self, accounts: Accounts, title: str) -> None:
        """Print what it all came to."""
        self.stdout.write(f"\n{title}\n")
        for name, counted in (("Orders", accounts.orders), ("What went on", accounts.happened)):
            self.table(name, {key: str(count) for key, count in counted.items()})
        for name, channels in (("Paid", accounts.paid), ("Paid back", accounts.returned)):
            for channel, sides in channels.items():
                self.table(f"{name} through {channel}", {side: row(money) for side, money in sides.items()})
        self.table("Kept", {"what orders cost in the end": f"{accounts.kept:>26.2f}"})
        self.table("Pieces", {key: str(count) for key, count in accounts.pieces.items()})
        self.table("Differences between bills and shop", {key: str(n) for key, n in accounts.differences.items()})
        for sentence in accounts.unexplained[:SHOWN]:
            self.stdout.write(f"does not fit: {sentence}")
        if not accounts.unexplained:
            self.stdout.write("Every fen is explained, and the doctor finds nothing.")

    def table(self, title: str, rows: dict[str, str]) -> None:
        """Print a table of two columns."""
        self.stdout.write(title)
        for name, value in rows.items():
            self.stdout.write(f"  {name:<64}{value:>8}")
        self.stdout.write("")


def row(money: Money) -> str:
    """Return how many, and how much."""
    return f"{money.count:>8}{money.sum:>18.2f}"


def positive(text: str) -> int:
    """Read a whole number of at least one."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)
