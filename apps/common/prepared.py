"""Querysets that are compiled once: for the few statements that every order sends.

Django turns a queryset into SQL anew each time it is run, and that takes longer than the database needs to answer.
Here the SQL is kept, and only its parameters are new. What runs is what the queryset says, in the words of
`querysets.py`; nobody writes SQL. See docs/adr/0026.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import AutoField, Expression, IntegerField, Model, QuerySet, prefetch_related_objects
from django.db.models.deletion import Collector
from django.db.models.sql import DeleteQuery, InsertQuery, UpdateQuery

Row = TypeVar("Row")
Statement = TypeVar("Statement")
Arguments = Mapping[str, Any]
# Statements for longer lists are compiled each time: such carts are few, and each length is a statement of its own.
LONGEST = 10


@dataclass(frozen=True)
class Json:
    """What a JSON column is to hold: as a bare argument, a list would be several values."""

    content: Any


class Placeholder(Expression):
    """Stands in a queryset for a value that is known when it is run."""

    def __init__(self, name: str, index: int | None = None) -> None:
        # Whole numbers may be reckoned with; other values are only compared, whatever their type.
        super().__init__(output_field=IntegerField())
        self.name, self.index = name, index

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Leave the place in the list of parameters to this object."""
        return "%s", [self]

    def value_in(self, arguments: Arguments) -> Any:
        """Return the value as the database's driver takes it."""
        value = arguments[self.name] if self.index is None else arguments[self.name][self.index]
        match value:
            case int() | str():
                return value
            case datetime():
                return connection.ops.adapt_datetimefield_value(value)
            case UUID():
                return value if connection.features.has_native_uuid_field else value.hex
            case Json():
                return json.dumps(value.content)
        # None, for one: a column is never equal to it.
        raise TypeError(f"{self.name} is {value!r}; a prepared statement takes no {type(value).__name__}")


class Prepared(Generic[Row]):
    """Rows that a queryset fetches, compiled once per thread.

    `build` gives the queryset for its arguments, which it may compare and reckon with, but not look at: at first they
    are placeholders. Arguments are whole numbers, texts, moments, UUIDs, JSON, and lists of them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build

    def __call__(self, **arguments: Any) -> list[Row]:
        """Fetch the rows for these arguments."""
        shape = _shape(arguments)
        if shape is None:
            return list(self._build(**arguments))
        selection = _kept(self, shape, lambda: _Selection(self._build(**_placeholders(arguments))))
        return selection.fetch(arguments)


class PreparedUpdate:
    """A conditional UPDATE, compiled once per thread; `build` gives the queryset and what to set on its rows."""

    def __init__(self, build: Callable[..., tuple[QuerySet[Any], Mapping[str, Any]]]) -> None:
        self._build = build

    def __call__(self, **arguments: Any) -> int:
        """Update the rows for these arguments, and return how many."""
        shape = _shape(arguments)
        if shape is None:
            rows, values = self._build(**arguments)
            return rows.update(**values)
        change = _kept(self, shape, lambda: _update(*self._build(**_placeholders(arguments))))
        return change.run(arguments)


class PreparedDelete:
    """A conditional DELETE, compiled once per thread; `build` gives the queryset, of rows that no others point at."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build

    def __call__(self, **arguments: Any) -> int:
        """Delete the rows for these arguments, and return how many."""
        shape = _shape(arguments)
        if shape is None:
            return self._build(**arguments).delete()[0]
        change = _kept(self, shape, lambda: _delete(self._build(**_placeholders(arguments))))
        return change.run(arguments)


def insert(*rows: Model) -> None:
    """Write new rows of one model by one statement, compiled once per thread, and set their keys.

    As with `bulk_create`, no signals are sent; values are those of the rows, not expressions.
    """
    if not rows:
        return
    model, count = type(rows[0]), len(rows)
    if count > LONGEST:
        model._base_manager.bulk_create(rows)
    else:
        _kept(insert, (model, count), lambda: _Insertion(model, count)).run(rows)


class _Statement:
    """SQL with the order of its parameters."""

    def __init__(self, query: Any) -> None:
        self.compiler = query.get_compiler(using=connection.alias)
        self.sql, self._params = self.compiler.as_sql()

    def bind(self, arguments: Arguments) -> tuple[Any, ...]:
        return tuple(param.value_in(arguments) if isinstance(param, Placeholder) else param for param in self._params)


class _Selection(_Statement):
    """The statement of a queryset, and all that Django works out of it to make rows of an answer."""

    def __init__(self, queryset: Any) -> None:
        super().__init__(queryset.query)
        self._queryset = queryset
        # From here on the queryset's query has this compiler, and the compiler what it worked out once.
        queryset.query.get_compiler = lambda *_args, **_kwargs: self.compiler
        columns = [column for column, _sql, _alias in self.compiler.select[: self.compiler.col_count]]
        converters = self.compiler.get_converters(columns)
        self.compiler.get_converters = lambda _columns: converters

    def fetch(self, arguments: Arguments) -> list[Any]:
        bound = self.sql, self.bind(arguments)
        self.compiler.as_sql = lambda *_args, **_kwargs: bound
        rows = list(self._queryset._iterable_class(self._queryset))
        if self._queryset._prefetch_related_lookups:
            prefetch_related_objects(rows, *self._queryset._prefetch_related_lookups)
        return rows


class _Change(_Statement):
    """The statement of an UPDATE or a DELETE."""

    def run(self, arguments: Arguments) -> int:
        with transaction.mark_for_rollback_on_error(), connection.cursor() as cursor:
            cursor.execute(self.sql, self.bind(arguments))
            return int(cursor.rowcount)


class _Insertion:
    """The statement of an INSERT of so many rows, which the database answers with their keys."""

    def __init__(self, model: type[Model], count: int) -> None:
        fields = model._meta.concrete_fields
        self._fields = [field for field in fields if not (field.generated or isinstance(field, AutoField))]
        query = InsertQuery(model)
        query.insert_values(self._fields, [model() for _ in range(count)])
        compiler = query.get_compiler(using=connection.alias)
        compiler.returning_fields = [model._meta.pk]
        ((self.sql, _params),) = compiler.as_sql()

    def run(self, rows: Sequence[Model]) -> None:
        database = connections[DEFAULT_DB_ALIAS]  # `connection` looks it up at each touch, here once per field
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), database) for row in rows for field in self._fields
        ]
        with transaction.mark_for_rollback_on_error(), database.cursor() as cursor:
            cursor.execute(self.sql, values)
            keys = cursor.fetchall()
        for row, (key,) in zip(rows, keys, strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, database.alias


def _update(queryset: Any, values: Mapping[str, Any]) -> _Change:
    query = queryset.query.chain(UpdateQuery)
    query.add_update_values(values)
    return _Change(query)


def _delete(queryset: Any) -> _Change:
    if not Collector(using=connection.alias).can_fast_delete(queryset):
        raise TypeError(f"rows of {queryset.model.__name__} are not deleted by one statement")
    return _Change(queryset.query.chain(DeleteQuery))


def _shape(arguments: Arguments) -> tuple[int, ...] | None:
    """Return the lengths of the lists, on which the SQL depends; None if it is not to be kept."""
    lengths = tuple(len(value) for value in arguments.values() if isinstance(value, list))
    return lengths if all(0 < length <= LONGEST for length in lengths) else None


def _placeholders(arguments: Arguments) -> dict[str, Any]:
    return {
        name: [Placeholder(name, index) for index in range(len(value))]
        if isinstance(value, list)
        else Placeholder(name)
        for name, value in arguments.items()
    }


def _kept(prepared: object, shape: tuple[Any, ...], make: Callable[[], Statement]) -> Statement:
    """Return the thread's own statement: Django's compilers belong to a connection, and connections to a thread."""
    kept: dict[Any, Any] = vars(connections[DEFAULT_DB_ALIAS]).setdefault("prepared_statements", {})
    if (prepared, shape) not in kept:
        kept[prepared, shape] = make()
    found: Statement = kept[prepared, shape]
    return found
