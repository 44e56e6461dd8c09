"""Read requests and print rows with serializers that are built once per process.

A serializer makes its fields anew with each instance, which costs more than to read a body or to print a row with them.
Only serializers that ask nothing of their context can be kept: what they do depends on the body or the row alone.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from rest_framework.serializers import ValidationError, as_serializer_error

# What makes a serializer: its class. As a type, mypy finds it not hashable.
SerializerClass = Callable[[], Any]


def read(serializer_class: SerializerClass, body: Any) -> Any:
    """Return what a request's body says, in the shop's words; raises DRF's ValidationError, which names the fields."""
    try:
        return _kept(serializer_class).run_validation(body)
    except ValidationError as error:  # of a body that is no object, DRF names the fault but no field
        raise ValidationError(as_serializer_error(error)) from error


def print_row(serializer_class: SerializerClass, row: Any) -> dict[str, Any]:
    """Return a row as it looks on the wire."""
    return dict(_kept(serializer_class).to_representation(row))


@cache
def _kept(serializer_class: SerializerClass) -> Any:
    return serializer_class()
