"""The one way up: a lower app tells what happened, upper apps subscribe in `AppConfig.ready()`.

A subscriber runs inside the publisher's transaction, so what it writes stands or falls with its cause. What
leaves the database (mail, SMS, calls) it writes as an outbox row.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in the shop; subclasses are frozen dataclasses in `<app>/events.py`."""


E = TypeVar("E", bound=Event)

_subscribers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event_type: type[E], subscriber: Callable[[E], None]) -> None:
    """Call the subscriber for each event of this type, in the publisher's transaction; once per subscriber."""
    if subscriber not in _subscribers[event_type]:
        _subscribers[event_type].append(subscriber)


def publish(event: Event) -> None:
    """Hand the event to its subscribers. Must be called inside the transaction that made it true."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("publish() belongs inside the transaction of its cause")
    for subscriber in _subscribers[type(event)]:
        subscriber(event)
