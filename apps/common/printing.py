"""Print rows with serializers that are built once per process."""

from functools import cache
from typing import Any, TypeVar

from rest_framework.serializers import BaseSerializer

Printer = TypeVar("Printer", bound="BaseSerializer[Any]")


@cache
def printer(serializer_class: type[Printer]) -> Printer:
    """Return the process's serializer of this class, for `to_representation` alone.

    A serializer makes its fields anew with each instance, which costs more than to print a row with them. Only
    serializers that ask nothing of their context can be shared so: what they print depends on the row alone.
    """
    return serializer_class()
