"""What the shop knows of its users. Each app says what it keeps, so that an export or an erasure forgets none of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Model

# What is known of one row: texts, numbers, moments, lists and such of these, and files as Django's fields hold them.
Record: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One kind of what is kept of a user, in rows of some models.

    `read` yields what the user's export shows, by the user's id. `erase` takes away what names or describes the user,
    in the transaction of the erasure; it may raise a Conflict, and then nothing of the user is erased anywhere.
    """

    name: str
    models: tuple[type[Model], ...]
    read: Callable[[int], Iterator[Record]]
    erase: Callable[[int], None]


_holdings: dict[str, Holding] = {}


def hold(holding: Holding) -> None:
    """Register what an app keeps of users; called when the app starts."""
    _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Return every registered holding, by name."""
    return [_holdings[name] for name in sorted(_holdings)]


def record_of(row: Model, *fields: str) -> dict[str, Any]:
    """Return some fields of a row, a file as a file."""
    return {name: getattr(row, name) for name in fields}


def masked(name: str) -> str:
    """Return what is left of a name that no longer names anybody: its first character."""
    return f"{name[:1]}**" if name else ""
