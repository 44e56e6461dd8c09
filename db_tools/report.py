"""What became of every row: counted for the table at the end, and told row by row in files."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Text
from apps.common.imports import Outcome, Remark, Verdict


@dataclass(frozen=True)
class Kind:
    """What rows are about: `code` in the files of a report, `label` for people."""

    code: str
    label: Text


REGIONS = Kind("region", _("Regions"))
CATEGORIES = Kind("category", _("Categories"))
BRANDS = Kind("brand", _("Brands"))
GOODS = Kind("goods", _("Goods"))
SKUS = Kind("sku", _("SKUs"))
REVIEWS = Kind("review", _("Reviews"))


@dataclass
class Tally:
    """How many rows of a kind were read, and what became of them; `repaired` ones are among the accepted."""

    read: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    repaired: int = 0


@dataclass(frozen=True)
class Place:
    """A row in a file, and the key that it gives itself."""

    kind: Kind
    file: str
    line: int
    key: str = ""


class Unwritable(Exception):
    """The files of the report cannot be written, where the operator wants them."""

    def __init__(self, folder: Path, error: OSError) -> None:
        why = error.strerror or type(error).__name__
        self.remark = Remark(
            _("The report cannot be written into %(folder)s: %(why)s."), {"folder": folder, "why": why}
        )
        super().__init__(self.remark)


class Report:
    """The account of one run. Rows that were refused or mended go to a file each, written when there is one.

    Raises Unwritable when they cannot be; the folder is tried at once, before any row is loaded.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.tallies: dict[Kind, Tally] = {}
        self.reasons: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()
        self.notes: list[str] = []
        self.pictures = 0
        self.refused_file = folder / f"{name}-refused.jsonl"
        self.repaired_file = folder / f"{name}-repaired.jsonl"
        self._folder = folder
        self._open: dict[Path, TextIO] = {}
        with self._writing():
            self._make_room()

    def settle(self, place: Place, outcome: Outcome, repairs: Iterable[Remark] = ()) -> None:
        """Enter what became of a row."""
        tally = self._tally(place.kind)
        tally.read += 1
        tally.verdicts[outcome.verdict] += 1
        if outcome.reason:
            self.reasons[outcome.reason.kind] += 1
            self._write(self.refused_file, place, outcome.reason)
            return
        mended = [*repairs, *outcome.repairs]
        tally.repaired += bool(mended)
        for remark in mended:
            self.repairs[remark.kind] += remark.count
            self._write(self.repaired_file, place, remark)

    def settle_parts(self, kind: Kind, verdicts: Iterable[Verdict]) -> None:
        """Enter what became of the rows inside a row."""
        tally = self._tally(kind)
        for verdict in verdicts:
            tally.read += 1
            tally.verdicts[verdict] += 1

    def refuse(self, place: Place, reason: Remark) -> None:
        """Enter a row that cannot be used."""
        self.settle(place, Outcome(Verdict.REFUSED, reason))

    def note(self, file: str, remark: Remark) -> None:
        """Keep what is said of a file as a whole."""
        self.notes.append(f"{file}: {remark}")

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return sum(tally.verdicts[Verdict.REFUSED] for tally in self.tallies.values())

    def close(self) -> None:
        """Finish the files."""
        with self._writing():
            for file in self._open.values():
                file.close()

    def _make_room(self) -> None:
        """Make the folder, without the files of an earlier run."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in (self.refused_file, self.repaired_file):
            path.unlink(missing_ok=True)
        with TemporaryFile(dir=self._folder):
            pass

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unwritable(self._folder, error) from error

    def _tally(self, kind: Kind) -> Tally:
        return self.tallies.setdefault(kind, Tally())

    def _write(self, path: Path, place: Place, remark: Remark) -> None:
        line = {
            "file": place.file, "line": place.line, "kind": place.kind.code, "key": place.key, "reason": str(remark),
        }  # fmt: skip
        with self._writing():
            if path not in self._open:
                self._open[path] = path.open("w", encoding="utf-8", errors="backslashreplace")
            self._open[path].write(json.dumps(line, ensure_ascii=False) + "\n")
