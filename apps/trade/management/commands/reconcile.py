"""`manage.py reconcile`."""

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.trade.gateways import takes
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Channel, Discrepancy, ReconciliationRun
from apps.trade.services import bill_days, reconciliation

NO_BILL, DIFFERENCES = 2, 1
BY_DEFAULT = (
    "a past day in China; by default the last one whose bills are due, which is yesterday from 10:30 on. The sandbox "
    "has a bill of today, too, so far; the clock compares that day again when it is over"
)


class Command(BaseCommand):
    """Compare a day with the gateways' bills; `manage.py clock` does so once for every day."""

    help = (
        "Compare the payments and refunds of a day with the gateway's bill and list what differs, here and in xadmin. "
        "Exits with 1 while differences are open, or do not explain by how much the sums differ, with 2 when there is "
        "no bill. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--channel", choices=Channel.values, help="by default every one that the shop takes")
        parser.add_argument("--date", type=date.fromisoformat, help=BY_DEFAULT)
        parser.add_argument(
            "--file",
            type=Path,
            help="a bill that was downloaded, packed or a plain CSV file; needs --channel and --date",
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] and not (options["channel"] and options["date"]):
            raise CommandError("--file needs --channel and --date")
        day = options["date"] or bill_days.last_day_with_bills()
        if day > _last_day():
            raise CommandError(f"{day} is not over yet")
        channels = [options["channel"]] if options["channel"] else list(filter(takes, Channel.values))
        runs = [self._reconcile(channel, day, options["file"]) for channel in channels]
        if options["json"]:
            self.stdout.write(json.dumps([_summary(run) for run in runs]))
        else:
            self._print(runs)
        if any(_open(run).exists() or not run.is_explained for run in runs):
            raise CommandError("there are differences", returncode=DIFFERENCES)

    def _reconcile(self, channel: str, day: date, path: Path | None) -> ReconciliationRun:
        try:
            with path.open("rb") if path else nullcontext() as file:
                return reconciliation.reconcile(channel=channel, day=day, file=file)
        except (GatewayUnavailable, OSError) as error:
            raise CommandError(f"{channel}: {error}", returncode=NO_BILL) from error

    def _print(self, runs: list[ReconciliationRun]) -> None:
        for run in runs:
            self.stdout.write(
                f"{run}: {run.payment_count} payments of {run.payment_sum} (here {run.our_payment_count} of "
                f"{run.our_payment_sum}), {run.refund_count} refunds of {run.refund_sum} (here {run.our_refund_count} "
                f"of {run.our_refund_sum}); {_open(run).count()} differences"
            )
            if not run.is_explained:
                sums = f"of payments {run.payments_unexplained}, of refunds {run.refunds_unexplained}"
                self.stdout.write(f"  {sums} that nothing explains")
            for row in _open(run).iterator():
                self.stdout.write(
                    f"  {row.subject} {row.kind}  {row.reference}  {row.number}  here {row.ours}  there {row.theirs}"
                )


def _last_day() -> date:
    """Return the last day that can be compared: today in the sandbox, whose bills tell what has happened so far."""
    return bill_days.today() if settings.PAYMENT_MODE == "sandbox" else bill_days.yesterday()


def _open(run: ReconciliationRun) -> Any:
    return run.discrepancies.filter(state=Discrepancy.State.OPEN).order_by("pk")


def _summary(run: ReconciliationRun) -> dict[str, Any]:
    return {
        "channel": run.channel,
        "date": run.day.isoformat(),
        "payments": {
            "count": run.payment_count,
            "sum": str(run.payment_sum),
            "count_here": run.our_payment_count,
            "sum_here": str(run.our_payment_sum),
            "difference": str(run.payment_difference),
            "unexplained": str(run.payments_unexplained),
        },
        "refunds": {
            "count": run.refund_count,
            "sum": str(run.refund_sum),
            "count_here": run.our_refund_count,
            "sum_here": str(run.our_refund_sum),
            "difference": str(run.refund_difference),
            "unexplained": str(run.refunds_unexplained),
        },
        "differences": [
            {
                "about": row.subject,
                "kind": row.kind,
                "reference": row.reference,
                "number": row.number,
                "here": None if row.ours is None else str(row.ours),
                "there": None if row.theirs is None else str(row.theirs),
            }
            for row in _open(run).iterator()
        ],
    }
