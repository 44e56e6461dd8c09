"""Bytes of a row become JSON values, or a refusal; nothing in them can raise anything else."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.imports import Refusal

MAX_ROW_BYTES = 2 * 1024 * 1024


class Object(dict[str, Any]):
    """A JSON object, with the line that it begins on where that is known."""

    line: int = 0


def decode(content: bytes, *, cut: bool = False, lines: Iterator[int] | None = None) -> object:
    """Return the value that the bytes mean; numbers with a point come as Decimal.

    `cut` says that the file ends here without having ended properly. `lines` gives the first line of each object,
    in the order in which objects end. Raises Refusal for anything that is not plain JSON in UTF-8.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Refusal(_("This is not UTF-8 text. Save the file as UTF-8.")) from error
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=lambda pairs: _object(pairs, lines),
        )
    except RecursionError as error:
        raise Refusal(_("It is nested too deep.")) from error
    except ValueError as error:
        if cut and _wants_more(error, text):
            raise Refusal(_("The file ends in the middle of this row.")) from error
        if "\x00" in text:
            raise Refusal(_("It holds NUL bytes.")) from error
        raise Refusal(_("This is not valid JSON: %(why)s."), why=error) from error


def _wants_more(error: ValueError, text: str) -> bool:
    """Tell whether the text would be JSON so far."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")


def _refuse_constant(name: str) -> object:
    raise Refusal(_("%(name)s is not a number."), name=name)


def _object(pairs: list[tuple[str, Any]], lines: Iterator[int] | None) -> Object:
    found = Object(pairs)
    if lines is not None:
        found.line = next(lines, 0)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refusal(_("The field “%(name)s” stands in it twice."), name=twice)
    return found
