"""Columns that are compared to the letter, whatever the database is like."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact


class ToTheLetter:
    """Has MariaDB compare a column byte by byte.

    Its other collations take letters for equal that differ in case or accents, and digits of all scripts: `١٣٨` is
    `138`. SQLite compares byte by byte anyway.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        """Return how the column is made."""
        parameters: dict[str, Any] = super().db_parameters(connection)  # type: ignore[misc]  # a field's
        return parameters | {"collation": "utf8mb4_bin"} if connection.vendor == "mysql" else parameters


if TYPE_CHECKING:
    # Whoever reads or writes a row has the fields that these are made of.
    ExactCharField = models.CharField
    ExactEmailField = models.EmailField
else:

    class ExactCharField(ToTheLetter, models.CharField):
        """A text."""

    class ExactEmailField(ToTheLetter, models.EmailField):
        """An e-mail."""


@models.CharField.register_lookup
class Exactly(Exact):
    """`column__exactly=text`: to the letter, of a column that is unique without regard to case on MariaDB."""

    lookup_name = "exactly"

    def get_rhs_op(self, connection: BaseDatabaseWrapper, rhs: str) -> str:
        """Compare as `exact` does, wherever that is to the letter."""
        return f"= {rhs}"

    def as_mysql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """Let the index find what is alike, and keep what is the same."""
        column, of_column = self.process_lhs(compiler, connection)
        text, of_text = self.process_rhs(compiler, connection)
        params = [*of_column, *of_text]
        return f"({column} = {text} AND BINARY {column} = BINARY {text})", params + params
