"""Throw away rows whose time is over."""

from typing import TypeVar

from django.db.models import Model, QuerySet

BATCH = 1000

Row = TypeVar("Row", bound=Model)


def delete_in_batches(rows: QuerySet[Row]) -> int:
    """Delete the rows, oldest first, in transactions that lock few at a time; returns how many there were."""
    deleted = 0
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        deleted += rows.model._default_manager.filter(pk__in=batch).delete()[0]
    return deleted
