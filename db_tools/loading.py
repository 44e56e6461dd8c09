"""From rows of a file to rows of the shop: read, claimed, written in batches, and accounted for."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.db import Error, connection, reset_queries
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Busy, ShopError, Text
from apps.common.imports import Outcome, Refusal, Remark, Verdict
from db_tools.fields import Fields
from db_tools.raw_rows import RawRow
from db_tools.report import Kind, Place, Report
from db_tools.seen import Claim, Key, Seen
from db_tools.sources import Unreadable

R = TypeVar("R")

# What one transaction writes: enough to be fast, little enough that shoppers wait for no lock and that one statement
# stays below MariaDB's max_allowed_packet (16 MiB by default), even if every character has to be escaped.
BATCH_ROWS = 1000
BATCH_PARTS = 4000
BATCH_BYTES = 4 * 1024 * 1024


class Stopped(Exception):
    """The load cannot go on; what was written before stands."""

    def __init__(self, text: Text, **values: object) -> None:
        self.remark = Remark(text, values)
        super().__init__(self.remark)


@dataclass(frozen=True)
class Broken:
    """A row that cannot be read, and why; `parts` counts what it lists, as far as that can be told."""

    place: Place
    size: int
    reason: Remark
    parts: int = 0


@dataclass(frozen=True)
class Parsed(Generic[R]):
    """A row as its layout reads it; `keys` are what it claims, and `words` what the file says for keys."""

    place: Place
    size: int
    row: R
    keys: tuple[Key, ...]
    repairs: tuple[Remark, ...]
    words: Mapping[str, str]


@dataclass(frozen=True)
class Task(Generic[R]):
    """How rows of one kind are loaded.

    `claims` names all that only one row may have, its own key first; `parts` and `pictures` count what a row holds,
    and `listed` what one would hold that cannot be used. `write` hands rows to the service. `whole` says that the rows
    need each other, so all go to the service at once.
    """

    kind: Kind
    read: Callable[[Fields], R]
    claims: Callable[[R], list[Key]]
    write: Callable[[Sequence[R]], list[Outcome]]
    pictures: Callable[[R], int] = lambda row: 0
    part_kind: Kind | None = None
    parts: Callable[[R], int] = lambda row: 0
    listed: Callable[[object], int] = lambda data: 0
    whole: bool = False


class Loader:
    """One run: what it has met, what it reports, and whom it tells how far it is."""

    def __init__(self, report: Report, progress: Callable[[Kind, int, int], None]) -> None:
        self.report = report
        self.progress = progress
        self.seen = Seen()
        self.seconds: dict[Kind, float] = {}

    def load(self, task: Task[R], file: str, raw_rows: Iterable[RawRow]) -> None:
        """Load all rows of a file. Raises Stopped when the database takes no more; whole batches stand or are not."""
        started = time.monotonic()
        is_empty = True
        try:
            for batch in _batches(task, self._parsed(task, file, raw_rows)):
                is_empty = False
                self._settle(task, batch)
                self.progress(task.kind, len(batch), sum(item.size for item in batch))
                reset_queries()  # in development Django keeps every statement
        finally:
            self.seconds[task.kind] = time.monotonic() - started
        if is_empty:
            self.report.note(file, Remark(_("It is empty: there are no rows in it.")))

    def close(self) -> None:
        """Let go of what the run has kept."""
        self.seen.close()

    def _parsed(self, task: Task[R], file: str, raw_rows: Iterable[RawRow]) -> Iterator[Parsed[R] | Broken]:
        line = 0
        try:
            for raw in raw_rows:
                line = raw.line
                yield _parse(task, file, raw)
        except Unreadable as error:
            yield Broken(Place(task.kind, file, line + 1), 0, error.remark)

    def _settle(self, task: Task[R], batch: Sequence[Parsed[R] | Broken]) -> None:
        """Write what is new in a batch, and account for all of it."""
        fresh, repeated = self._claim(task, batch)
        outcomes = self._write(task, [item.row for item in fresh]) if fresh else []
        for item, outcome in zip(fresh, outcomes, strict=True):
            if outcome.verdict is Verdict.REFUSED:
                self.seen.refuse(item.keys[0])
            self._enter(task, item, outcome)
        for item in repeated:
            self._enter(task, item, self._outcome_of_repetition(item))

    def _claim(self, task: Task[R], batch: Sequence[Parsed[R] | Broken]) -> tuple[list[Parsed[R]], list[Parsed[R]]]:
        """Part the rows whose keys are new from those that say the same again, and refuse all others."""
        fresh, repeated = [], []
        for item in batch:
            if isinstance(item, Broken):
                self._refuse(task, item)
                continue
            claim = self.seen.claim(item.keys, item.place.line, item.row)
            if claim is None:
                fresh.append(item)
            elif claim.is_same and claim.key == item.keys[0]:
                repeated.append(item)
            else:
                self._enter(task, item, Outcome(Verdict.REFUSED, _taken(item, claim)))
        return fresh, repeated

    def _refuse(self, task: Task[R], item: Broken) -> None:
        self.report.refuse(item.place, item.reason)
        if task.part_kind:
            self.report.settle_parts(task.part_kind, [Verdict.REFUSED] * item.parts)

    def _write(self, task: Task[R], rows: Sequence[R]) -> list[Outcome]:
        """Hand rows to the service; when the database refuses them together, find out which ones it means."""
        try:
            return task.write(rows)
        except Busy as error:
            raise Stopped(_("The database is busy.")) from error
        except (Error, ShopError) as error:
            if task.whole or not connection.is_usable():
                raise Stopped(_("The database failed: %(why)s."), why=error) from error
        outcomes = [self._write_one(task, row) for row in rows]
        if len(rows) > 1 and all(outcome.verdict is Verdict.REFUSED for outcome in outcomes):
            raise Stopped(_("The database takes no row any more: %(why)s."), why=outcomes[-1].reason)
        return outcomes

    def _write_one(self, task: Task[R], row: R) -> Outcome:
        try:
            return task.write([row])[0]
        except Busy as error:
            raise Stopped(_("The database is busy.")) from error
        except (Error, ShopError) as error:
            if not connection.is_usable():
                raise Stopped(_("The database failed: %(why)s."), why=error) from error
            return Outcome(Verdict.REFUSED, Remark(_("The database refused it: %(why)s."), {"why": error}))

    def _outcome_of_repetition(self, item: Parsed[R]) -> Outcome:
        if self.seen.accepts(item.keys[0]):
            return Outcome(Verdict.UNCHANGED)
        return Outcome(Verdict.REFUSED, Remark(_("It repeats a row that was refused.")))

    def _enter(self, task: Task[R], item: Parsed[R], outcome: Outcome) -> None:
        reason = _in_words(outcome.reason, item.words) if outcome.reason else None
        self.report.settle(item.place, replace(outcome, reason=reason), item.repairs)
        if not reason:
            self.report.pictures += task.pictures(item.row)
        if task.part_kind:
            self.report.settle_parts(task.part_kind, outcome.parts or (outcome.verdict,) * task.parts(item.row))


def _parse(task: Task[R], file: str, raw: RawRow) -> Parsed[R] | Broken:
    """Read a row by the rules of its layout."""
    place = Place(task.kind, file, raw.line)
    if raw.reason:
        return Broken(place, raw.size, raw.reason)
    words: dict[str, str] = {}
    try:
        fields = Fields(raw.data, words=words)
        row = task.read(fields)
    except Refusal as refusal:
        # The first key that a row names is its own.
        place = replace(place, key=next(iter(words.values()), ""))
        return Broken(place, raw.size, refusal.remark, task.listed(raw.data))
    keys = tuple(task.claims(row))
    place = replace(place, key=words.get(keys[0][1], ""))
    return Parsed(place, raw.size, row, keys, tuple(fields.repairs), words)


def _batches(task: Task[R], items: Iterable[Parsed[R] | Broken]) -> Iterator[list[Parsed[R] | Broken]]:
    """Yield rows together, as many as one transaction writes; all at once when they need each other."""
    batch: list[Parsed[R] | Broken] = []
    size = parts = 0
    for item in items:
        batch.append(item)
        size += item.size
        parts += task.parts(item.row) if isinstance(item, Parsed) else 0
        if not task.whole and (len(batch) >= BATCH_ROWS or size >= BATCH_BYTES or parts >= BATCH_PARTS):
            yield batch
            batch, size, parts = [], 0, 0
    if batch:
        yield batch


def _taken(item: Parsed[R], claim: Claim) -> Remark:
    values = {"key": item.words.get(claim.key[1], claim.key[1]), "line": claim.line}
    if claim.key == item.keys[0]:
        return Remark(_("“%(key)s” stands in line %(line)s already, with other content."), values)
    return Remark(_("“%(key)s” belongs to line %(line)s already."), values)


def _in_words(remark: Remark, words: Mapping[str, str]) -> Remark:
    """Say a key as the file says it."""
    key = remark.values.get("key")
    return replace(remark, values={**remark.values, "key": words.get(str(key), key)})
