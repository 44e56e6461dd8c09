"""How a load looks to whoever runs it: a bar while it goes on, a table at its end."""

import os
import sys
import time
import unicodedata
from collections import Counter

from django.utils.translation import gettext as _

from apps.common.imports import Verdict
from db_tools.loading import Loader
from db_tools.report import GOODS, Kind, Report

BAR_WIDTH = 30
SECONDS_BETWEEN_LOOKS = 0.1
MOST_REASONS = 20


def language() -> str:
    """Return the language of the operator's terminal: Chinese if it says so, else English."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-hans" if name.lower().startswith("zh") else "en"


class Progress:
    """A bar on the error stream of a terminal; silent anywhere else."""

    def __init__(self, total_bytes: int) -> None:
        self.total = max(total_bytes, 1)
        self.done = 0
        self.rows: Counter[Kind] = Counter()
        self.is_shown = sys.stderr.isatty()
        self.started = time.monotonic()
        self.last_look = 0.0

    def __call__(self, kind: Kind, rows: int, size: int) -> None:
        """Count rows that were loaded, and show how far it is."""
        self.done = min(self.done + size, self.total)
        self.rows[kind] += rows
        now = time.monotonic()
        if self.is_shown and now - self.last_look >= SECONDS_BETWEEN_LOOKS:
            self.last_look = now
            filled = BAR_WIDTH * self.done // self.total
            bar = "#" * filled + "-" * (BAR_WIDTH - filled)
            share = 100 * self.done // self.total
            text = f"[{bar}] {share:3d}%  {kind.label} {self.rows[kind]:,}  {now - self.started:.0f} s"
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self.is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def summary(report: Report, loader: Loader, *, dry_run: bool) -> str:
    """Return the account of a run for people."""
    lines = [*_table(report), ""]
    lines += [_("Pictures kept as outside addresses: %(number)s") % {"number": f"{report.pictures:,}"}]
    lines += _counted(_("Mended:"), report.repairs) + _counted(_("Refused:"), report.reasons)
    lines += [*report.notes, *_rate(report, loader), *_files(report)]
    if dry_run:
        lines.append(_("Dry run: nothing was written to the shop."))
    return "\n".join(lines)


def _table(report: Report) -> list[str]:
    columns = [_("read"), _("created"), _("updated"), _("unchanged"), _("refused"), _("mended")]
    rows = [["", *columns]]
    for kind, tally in report.tallies.items():
        numbers = [tally.read, *(tally.verdicts[verdict] for verdict in Verdict), tally.repaired]
        rows.append([str(kind.label), *(f"{number:,}" for number in numbers)])
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(_padded(cell, width, index) for index, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]


def _padded(cell: str, width: int, column: int) -> str:
    blank = " " * (width - _width(cell))
    return cell + blank if column == 0 else blank + cell


def _width(text: str) -> int:
    """Return how many columns of a terminal the text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _counted(title: str, remarks: Counter[str]) -> list[str]:
    if not remarks:
        return []
    return [title, *(f"  {count:>7,}  {text}" for text, count in remarks.most_common(MOST_REASONS))]


def _rate(report: Report, loader: Loader) -> list[str]:
    seconds = loader.seconds.get(GOODS, 0)
    goods = report.tallies[GOODS].read if GOODS in report.tallies else 0
    if not goods or not seconds:
        return []
    values = {"goods": f"{goods:,}", "seconds": f"{seconds:.1f}", "rate": f"{goods / seconds:,.0f}"}
    return [_("%(goods)s goods in %(seconds)s s: %(rate)s a second.") % values]


def _files(report: Report) -> list[str]:
    named = [(_("Refused rows: %(path)s"), report.refused_file), (_("Mended rows: %(path)s"), report.repaired_file)]
    return [text % {"path": path} for text, path in named if path.exists()]
