"""Reading what clients send, without surprises."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser

from apps.common.exceptions import TooLarge

# No body of the shop's needs more than four. What is merely less than exhausts this parser's stack may exhaust that of
# whoever reads the value next, a serializer or the printing of its error.
MAX_DEPTH = 32


class StrictJSONParser(JSONParser):
    """Parse a JSON body as UTF-8; refuse NaN, lone surrogates, NUL, and deep nesting."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        _refuse_longer_than(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, parser_context)
        try:
            text = stream.read().decode("utf-8")
            data = json.loads(text, parse_constant=_refuse_constant)
            # Written back once: a lone surrogate (\ud800) is no character, and 1e999 is no number. Both would
            # fail only later, at the database.
            json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")
            _refuse_deeper_than(MAX_DEPTH, data)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON.")) from error
        if "\x00" in text or "\\u0000" in text:
            raise ParseError(_("The body contains a NUL character."))
        return data


class BoundedMultiPartParser(MultiPartParser):
    """Parse a form with files; one that is longer than a file and its fields may be is not even read.

    A view says under which name it takes a file (`file_field`), so that this refusal stands where all others do.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> "DataAndFiles[Any, Any]":
        try:
            _refuse_longer_than(settings.MAX_UPLOAD_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE, parser_context)
        except RequestDataTooBig as error:
            field = getattr((parser_context or {}).get("view"), "file_field", "")
            raise TooLarge(fields={field: [_("The file is too large.")]} if field else None) from error
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            raise ParseError(_("The form cannot be read: its parts are not divided as its header says.")) from error


def _refuse_longer_than(limit: int, parser_context: Mapping[str, Any] | None) -> None:
    # Django checks DATA_UPLOAD_MAX_MEMORY_SIZE only where it reads a body itself; DRF hands the raw stream on.
    # The server lets no more be read than the header states.
    if int((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0) > limit:
        raise RequestDataTooBig(f"the body is longer than {limit} bytes")


def _refuse_deeper_than(limit: int, data: Any) -> None:
    level = [data]
    for _depth in range(limit):
        containers = [value.values() if isinstance(value, dict) else value for value in level if _nests(value)]
        level = [inner for container in containers for inner in container]
    if any(map(_nests, level)):
        raise ValueError(f"nested more than {limit} deep")


def _nests(value: Any) -> bool:
    return isinstance(value, dict | list)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
