"""The shop's doctor."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.common.exceptions import ShopError
from apps.common.invariants import Finding, Invariant, invariants

BATCH = 500


class Command(BaseCommand):
    """Ask of all rows whether they are as they must be, and say which are not."""

    help = (
        "Look for rows that contradict each other: stock and its ledger, orders and their lines, money, refunds, "
        "coupons, points, counters. Reads only, and may run beside a shop at work. With --fix it writes what follows "
        "from other rows beyond doubt, and looks again. Ends with 1 as long as anything is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [one.name for one in invariants()]
        parser.add_argument("--list", action="store_true", help="print what is looked for, and end")
        parser.add_argument(
            "--only", action="append", metavar="NAME", choices=names, help="look for this; may be given several times"
        )
        parser.add_argument("--fix", action="store_true", help="write what can be recomputed, each under a lock")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = [one for one in invariants() if one.name in (options["only"] or [one.name])]
        if options["list"]:
            for one in asked:
                self.stdout.write(f"{one.name}{' (--fix)' if one.fix else ''}\n  {one.says}")
            return
        self.is_json = options["json"]
        reports = [
            self.examine(one, f"{number}/{len(asked)}", fix=options["fix"]) for number, one in enumerate(asked, start=1)
        ]
        left = sum(len(report["findings"]) for report in reports)
        if self.is_json:
            self.stdout.write(json.dumps({"left": left, "invariants": reports}, ensure_ascii=False, indent=2))
        else:
            self.sum_up(reports)
        if left:
            raise CommandError(f"{left} findings")

    def examine(self, one: Invariant, step: str, *, fix: bool) -> dict[str, Any]:
        """Look for one thing, repair it if asked to, and return what was found, what was done and what is left."""
        self.show_progress(f"{step} {one.name}")
        started = time.monotonic()
        left, error = list(one.look()), ""
        repaired: list[Finding] = []
        if fix and one.fix and left:
            found, error = left, self.repair(one, left)
            left = list(one.look())
            still = {finding.key for finding in left}
            repaired = [finding for finding in found if finding.key not in still]
        self.show_progress("")
        self.tell(one, repaired, "repaired: ")
        self.tell(one, left, "")
        return {
            "name": one.name,
            "says": one.says,
            "seconds": round(time.monotonic() - started, 2),
            "findings": [vars(finding) for finding in left],
            "repaired": [vars(finding) for finding in repaired],
            "error": error,
        }

    def repair(self, one: Invariant, findings: list[Finding]) -> str:
        """Let the invariant write what it can; return why it could not, if so."""
        keys = sorted({finding.key for finding in findings})
        try:
            for start in range(0, len(keys), BATCH):
                if one.fix:
                    one.fix(keys[start : start + BATCH])
        except (DatabaseError, ShopError) as error:
            # What the rows say breaks a rule of its own: somebody has to look.
            self.stderr.write(f"{one.name} cannot be repaired: {error}")
            return str(error)
        return ""

    def tell(self, one: Invariant, findings: list[Finding], prefix: str) -> None:
        """Print findings, one a line."""
        for finding in findings if not self.is_json else ():
            self.stdout.write(f"{prefix}{one.name}: {finding.what} {finding.detail}")

    def sum_up(self, reports: list[dict[str, Any]]) -> None:
        """Print a table of what was looked for."""
        self.stdout.write(f"{'looked for':<36}{'left':>8}{'repaired':>10}{'seconds':>9}")
        for report in reports:
            left, repaired = len(report["findings"]), len(report["repaired"])
            self.stdout.write(f"{report['name']:<36}{left:>8}{repaired:>10}{report['seconds']:>9.2f}")

    def show_progress(self, text: str) -> None:
        """Say on a terminal what is being looked for; an empty text clears the line."""
        if self.stdout.isatty() and not self.is_json:
            self.stdout.write(f"\r{text:<50}\r", ending="")
            self.stdout.flush()
