"""Which columns a saved form writes."""

from functools import partial
from typing import Any

from django.forms.models import BaseModelForm

from xadmin_compat.patching import Bench, repair


@repair
def columns_that_were_not_typed(bench: Bench) -> None:
    """Every column of the row was written as it had been read: stock taken and views counted meanwhile were undone."""
    inline = bench.original("xadmin.plugins.inline:InlineModelAdmin.instance_form")
    patch = bench.original("xadmin.plugins.editable:EditPatchView.post")

    @bench.replace("xadmin.views.edit:ModelFormAdminView.save_models")
    def save_models(self: Any) -> None:
        if self.new_obj._state.adding:
            self.new_obj.save()
        else:
            self.new_obj.save(update_fields=typed_columns(self.form_obj))
        self.log("create" if self.org_obj is None else "change", self.change_message(), self.new_obj)

    @bench.replace("xadmin.plugins.inline:InlineModelAdmin.instance_form")
    def instance_form(self: Any, **kwargs: Any) -> Any:
        formset = inline(self, **kwargs)
        for form in formset.initial_forms:
            form.save = partial(_save, form)
        return formset

    @bench.replace("xadmin.plugins.editable:EditPatchView.post")
    def post(self: Any, request: Any, object_id: str) -> Any:
        self.form = type(self.form.__name__, (self.form,), {"save": _save})
        return patch(self, request, object_id)


def typed_columns(form: Any) -> list[str]:
    """Return the names of the columns that a model form fills, and of those that tell the time of the change."""
    taken, left_out = form._meta.fields, form._meta.exclude or ()

    def is_typed(field: Any) -> bool:
        offered = field.editable and field.name in form.fields and field.name not in left_out
        return offered and (taken is None or field.name in taken)

    columns = [field for field in form.instance._meta.concrete_fields if not field.primary_key]
    return [column.name for column in columns if is_typed(column) or getattr(column, "auto_now", False)]


def _save(form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  Django's signature
    row = BaseModelForm.save(form, commit=False)
    if commit:
        row.save(update_fields=typed_columns(form))
        form.save_m2m()
    return row
