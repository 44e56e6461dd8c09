"""Exports."""

import re
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.utils.translation import gettext as _

from xadmin_compat.patching import Bench, repair

FORMULA_STARTS = tuple("=+-@\t\r\n")
NUMBER = re.compile(r"[+-]?[\d.,]+")
EMPTY_CELL = re.compile(r"<span class='text-muted'>(.*)</span>", re.DOTALL)


@repair
def formulas_in_exports(bench: Bench) -> None:
    """A cell that begins like a formula runs in the spreadsheet of whoever opens the file; such text is quoted.

    Cells were escaped for HTML besides, and a comma in a CSV became a backslash and a comma.
    """

    @bench.replace("xadmin.plugins.export:ExportPlugin._format_value")
    def _format_value(self: Any, cell: Any) -> Any:
        if isinstance(cell.field, models.BooleanField) or getattr(cell.attr, "boolean", False):
            return cell.value
        return harmless(_plain(cell))

    @bench.replace("xadmin.plugins.export:ExportPlugin._format_csv_text")
    def _format_csv_text(self: Any, value: Any) -> str:
        text = (_("Yes") if value else _("No")) if isinstance(value, bool) else str(value)
        return '"{}"'.format(text.replace('"', '""'))


def harmless(text: str) -> str:
    """Return the text with an apostrophe before it when a spreadsheet would take it for a formula."""
    starts_one = text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text)
    return f"'{text}" if starts_one else text


def _plain(cell: Any) -> str:
    text = str(cell.text)
    empty = EMPTY_CELL.fullmatch(text)
    return empty[1] if empty else text


@repair
def kinds_of_exports(bench: Bench) -> None:
    """`export_type` named any method `get_..._export`, and an unknown one was a 500."""
    old = bench.original("xadmin.plugins.export:ExportPlugin.get_response")

    @bench.replace("xadmin.plugins.export:ExportPlugin.get_response")
    def get_response(self: Any, response: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        if self.request.GET.get("export_type", "csv") not in self.export_mimes:
            raise SuspiciousOperation("unknown export type")
        return old(self, response, context, *args, **kwargs)
