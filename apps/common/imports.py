"""What becomes of rows that are loaded from outside: each is made, changed, left as it is, or refused with a reason."""

import enum
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from apps.common.exceptions import Text

M = TypeVar("M", bound=Model)

# A statement with more CASEs than this takes longer to compile than it saves.
ROWS_PER_UPDATE = 250
INDEX = re.compile(r"\[[0-9]+\]")


class Verdict(enum.Enum):
    """What was done with a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Remark:
    """Something said about a row, for people: why it was refused, or what was mended in it.

    `values` fill the placeholders of `text`; `field`, if there is one, says where in the row. `count` says how many
    things of the row are meant.
    """

    text: Text
    values: Mapping[str, object] = field(default_factory=dict)
    count: int = 1

    def __str__(self) -> str:
        return str(self.text) % self.values

    @property
    def kind(self) -> str:
        """The text without what is particular to this row, so that remarks can be counted."""
        field_of_any_row = INDEX.sub("[]", str(self.values.get("field")))
        return str(self.text) % defaultdict(lambda: "…", field=field_of_any_row)


class Refusal(Exception):
    """The row cannot be used; nothing of it is written."""

    def __init__(self, text: Text, **values: object) -> None:
        self.remark = Remark(text, values)
        super().__init__(self.remark)


@dataclass(frozen=True)
class Outcome:
    """What became of one row. `parts` holds the verdicts of the rows inside it, such as the SKUs of a goods."""

    verdict: Verdict
    reason: Remark | None = None
    repairs: tuple[Remark, ...] = ()
    parts: tuple[Verdict, ...] = ()


@dataclass
class Changes(Generic[M]):
    """Rows of one model by their source key: those to make, those to change, and those that are as they should be."""

    created: dict[str, M] = field(default_factory=dict)
    updated: dict[str, M] = field(default_factory=dict)
    unchanged: dict[str, M] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> M:
        return self.created.get(key) or self.updated.get(key) or self.unchanged[key]

    def verdict(self, key: str) -> Verdict:
        """Say what is done with the row of this key."""
        if key in self.created:
            return Verdict.CREATED
        return Verdict.UPDATED if key in self.updated else Verdict.UNCHANGED

    def touch(self, keys: Collection[str]) -> None:
        """Count rows as changed because of what belongs to them."""
        for key in keys:
            if key in self.unchanged:
                self.updated[key] = self.unchanged.pop(key)

    def make(self) -> None:
        """Insert the new rows; each gets its key."""
        if self.created:
            rows = list(self.created.values())
            type(rows[0])._default_manager.bulk_create(rows)

    def change(self, *, stamp: str | None = None) -> None:
        """Write the fields that differ, of the rows in which any differs; `stamp` names a time of the last change."""
        rows, fields = list(self.updated.values()), sorted({*self.fields, *([stamp] if stamp else [])})
        if not rows or not fields:
            return
        for row in rows if stamp else ():
            setattr(row, str(stamp), timezone.now())
        type(rows[0])._default_manager.bulk_update(rows, fields, batch_size=ROWS_PER_UPDATE)


def by_source_key(rows: QuerySet[M], *, source: str, keys: Iterable[str]) -> dict[str, M]:
    """Return the known rows of a source among these keys, in one query."""
    found = rows.filter(source=source, source_key__in=list(keys))
    return {row.source_key: row for row in found}  # type: ignore[attr-defined]  # every imported model has one


def ids_by_source_key(rows: QuerySet[M], *, source: str, keys: Iterable[str] | None = None) -> dict[str, int]:
    """Return the id of each known row of a source, of all of them or of those among the keys."""
    found = rows.filter(source=source) if keys is None else rows.filter(source=source, source_key__in=list(keys))
    return dict(found.values_list("source_key", "pk"))


def compare(
    model: type[M], *, known: Mapping[str, M], source: str, wanted: Mapping[str, Mapping[str, Any]]
) -> Changes[M]:
    """Return what has to be done so that the rows of these keys have the wanted values; nothing is written."""
    changes = Changes[M]()
    for key, values in wanted.items():
        row = known.get(key)
        if row is None:
            changes.created[key] = model(source=source, source_key=key, **values)
            continue
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        changes.fields.update(differing)
        (changes.updated if differing else changes.unchanged)[key] = row
    return changes
