"""Exports: what is in the files."""

from typing import Any

from xadmin_compat.patching import Bench, repair


@repair
def export_of_an_empty_list(bench: Bench) -> None:
    """A CSV of a list without rows was a file of 0 bytes, which looks like a failure; its columns stand in it now."""
    old = bench.original("xadmin.plugins.export:ExportPlugin.get_csv_export")

    @bench.replace("xadmin.plugins.export:ExportPlugin.get_csv_export")
    def get_csv_export(self: Any, context: Any) -> str:
        headers, *rows = self._get_datas(context)
        return old(self, context) if rows else ",".join(map(self._format_csv_text, headers))
