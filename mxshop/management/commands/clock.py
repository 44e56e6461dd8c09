"""The shop's clock."""

import os
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from apps.common.tasks import run_sweep, sweeps


class Command(BaseCommand):
    """Run every sweep again and again; any number of clocks may run side by side."""

    help = (
        "Keep the promises that are due: expire unpaid orders, deliver the outbox, throw away what is past its time. "
        "Needs the database alone. Every job is safe to run twice, so a second clock does no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run each job once, print a summary and end")
        parser.add_argument(
            "--only",
            action="append",
            metavar="JOB",
            choices=[sweep.name for sweep in sweeps()],
            help="run this job alone; may be given several times",
        )
        parser.add_argument(
            "--child-of", type=int, metavar="PID", help="end when this process, which started the clock, has ended"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.jobs = [sweep for sweep in sweeps() if sweep.name in (options["only"] or [sweep.name])]
        if options["once"]:
            for sweep in self.jobs:
                self.stdout.write(f"{sweep.name}: {'ok' if run_sweep(sweep) else 'failed, see the log'}")
            return
        # Told, not asked for at start: whoever started the clock may have ended by then.
        parent = options["child_of"]
        due = dict.fromkeys((sweep.name for sweep in self.jobs), 0.0)
        try:
            while parent is None or os.getppid() == parent:
                self.tick(due)
                time.sleep(1)
        except KeyboardInterrupt:
            self.stdout.write("The clock has stopped.")

    def tick(self, due: dict[str, float]) -> None:
        """Run the jobs whose time has come; `due` maps their names to moments of the monotonic clock."""
        for sweep in self.jobs:
            if time.monotonic() >= due[sweep.name]:
                run_sweep(sweep)
                due[sweep.name] = time.monotonic() + sweep.every / timedelta(seconds=1)
