"""Where a form's layout puts its inlines."""

from typing import Any

from xadmin.plugins.inline import Inline

from xadmin_compat.patching import Bench, repair


@repair
def places_of_inlines(bench: Bench) -> None:
    """`Inline(Model)` in a layout was never found: the formsets came as a list of pairs, and were asked like a dict."""

    @bench.replace("xadmin.plugins.inline:replace_inline_objects")
    def replace_inline_objects(layout: Any, formsets: list[tuple[Any, Any]]) -> None:
        for index, piece in enumerate(layout.fields):
            if isinstance(piece, Inline):
                for found in [pair for pair in formsets if pair[0] is piece.model]:
                    layout.fields[index] = found[1]
                    formsets.remove(found)  # what is left is put at the end
            elif hasattr(piece, "get_field_names"):
                replace_inline_objects(piece, formsets)
