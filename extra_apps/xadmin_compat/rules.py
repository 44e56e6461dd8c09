"""Which fields never leave, and what may be asked about the others."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP

# Hashes, kept answers, and the forms that go to and come from gateways: signatures, accounts, whatever they hold.
SECRET_FIELDS = frozenset(
    {
        "password",
        "code_hash",
        "request_hash",
        "answer",
        "notification",
        "payload",
        "secret_hash",
        "client_secret",
        "secret",
        "password_fingerprint",
    }
)


def lookup_allowed(model: Any, lookup: str, list_filter: Any = ()) -> bool:
    """Tell whether a lookup stays with the model's own fields, or with a relation that the list filters by.

    A lookup that walks further (`user__password__startswith`) tells, by the rows it leaves, what is in there.
    """
    path = _fields(model, lookup)
    if not path or any(field.name in SECRET_FIELDS for field in path):
        return False
    names = [field.name for field in path]
    if len(path) > 1 and getattr(path[-1], "primary_key", False):
        names.pop()
    filters = {entry[0] if isinstance(entry, list | tuple) else entry for entry in list_filter or ()}
    return len(names) == 1 or LOOKUP_SEP.join(names) in filters


def _fields(model: Any, lookup: str) -> list[Any]:
    """Return the fields that the lookup passes through; what remains of it is a comparison."""
    path: list[Any] = []
    options = model._meta
    for part in lookup.split(LOOKUP_SEP):
        try:
            field = options.get_field(part)
        except FieldDoesNotExist:
            return path
        path.append(field)
        if field.related_model is None:
            return path
        options = field.related_model._meta
    return path
