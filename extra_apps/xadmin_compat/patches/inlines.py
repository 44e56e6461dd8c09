"""Inlines: where a form's layout puts them, and what they show without rows."""

from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME
from xadmin.layout import Layout
from xadmin.plugins.inline import DeleteField, Inline, TDField

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


@repair
def inlines_without_rows(bench: Bench) -> None:
    """An inline without rows had no fields: its button added a row in which nothing could be typed."""
    instance_form = bench.original("xadmin.plugins.inline:InlineModelAdmin.instance_form")

    @bench.replace("xadmin.plugins.inline:TableInlineStyle.update_layout")
    def update_layout(self: Any, helper: Any) -> None:
        helper.add_layout(Layout(*[TDField(name) for name in _any_row(self.formset).fields]))

    @bench.replace("xadmin.plugins.inline:TableInlineStyle.get_attrs")
    def get_attrs(self: Any) -> dict[str, Any]:
        row = _any_row(self.formset)
        fields = [field for name, field in row.fields.items() if name != DELETION_FIELD_NAME]
        return {"fields": fields, "readonly_fields": list(getattr(row, "readonly_fields", ()))}

    @bench.replace("xadmin.plugins.inline:InlineModelAdmin.instance_form")
    def instance_form_without_rows(self: Any, **kwargs: Any) -> Any:
        formset = instance_form(self, **kwargs)
        if not len(formset):
            formset.helper.add_layout(Layout(*(self.form_layout or formset.empty_form.fields)))
            formset.style.update_layout(formset.helper)
            formset.helper[DELETION_FIELD_NAME].wrap(DeleteField)
        return formset


def _any_row(formset: Any) -> Any:
    return formset[0] if len(formset) else formset.empty_form
