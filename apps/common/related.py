"""Rows that belong to a row in memory, and need not be read."""

from collections.abc import Iterable

from django.db.models import Model


def remember_related(row: Model, name: str, related: Iterable[Model]) -> None:
    """Have `row.<name>.all()` answer with these rows, as if they had been prefetched: what was just written.

    They must be all that there are, in the order of their model.
    """
    found = getattr(row, name).get_queryset()
    found._result_cache = list(related)
    # What is prefetched, Django keeps nowhere else.
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
