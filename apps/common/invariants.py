"""What must always be true of the shop's data. Each app registers its own; `manage.py shop_doctor` asks them all.

Services keep these truths by themselves. The doctor is for what no service saw: a hand at the database's prompt, a
restored backup, a mistake of ours.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import Count, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from apps.common.money import HALF_A_FEN
from apps.common.transactions import atomic_with_retry


@dataclass(frozen=True)
class Finding:
    """One row that is not as it must be: `key` is its primary key, `what` names it, `detail` says what is wrong."""

    key: int
    what: str
    detail: str


Look: TypeAlias = Callable[[], Iterator[Finding]]
# Takes the keys of rows that were found, looks at each again under a lock, and writes what follows from the rest.
Fix: TypeAlias = Callable[[list[int]], None]


@dataclass(frozen=True)
class Invariant:
    """A statement about rows. `fix` exists only where the right value follows from other rows, beyond doubt."""

    name: str
    says: str
    look: Look
    fix: Fix | None = None


_invariants: dict[str, Invariant] = {}


def invariant(name: str, *, fix: Fix | None = None) -> Callable[[Look], Look]:
    """Register a search for rows that break a statement; the first line of its docstring is the statement.

    A search reads in few statements, however many rows there are, and yields what it finds one by one.
    """

    def register(look: Look) -> Look:
        says = (look.__doc__ or "").strip().partition("\n")[0]
        _invariants[name] = Invariant(name, says, look, fix)
        return look

    return register


def invariants() -> list[Invariant]:
    """Return every registered invariant, by name."""
    return [_invariants[name] for name in sorted(_invariants)]


def sum_of(rows: QuerySet[Any], *, by: str, column: str | Combinable, zero: Decimal | int = 0) -> Coalesce:
    """Return the sum of a column over the rows of each outer row, which `rows` names by an OuterRef; none is zero."""
    sums = rows.order_by().values(by).annotate(sum=Sum(column)).values("sum")
    return Coalesce(Subquery(sums), zero)


def count_of(rows: QuerySet[Any], *, by: str) -> Coalesce:
    """Return how many of the rows belong to each outer row."""
    counts = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts), 0)


def differs(column: str, other: Combinable) -> Q:
    """Return the condition that two sums of money differ: by half a fen or more, since SQLite reckons in binary."""
    return Q(**{f"{column}__gt": other + HALF_A_FEN}) | Q(**{f"{column}__lt": other - HALF_A_FEN})


@atomic_with_retry
def rewrite(rows: QuerySet[Any], **columns: Any) -> None:
    """Write columns from other rows. The rows are locked before those are read, as the services do it that move them.

    Whoever is changing a count at this moment is waited for, and what they wrote is counted.
    """
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    rows.update(**columns)
