"""The dashboard's widgets."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin.views.dashboard import ModelBaseWidget, ModelChoiceIterator
from xadmin.widgets import AdminSelectWidget

from xadmin_compat.patching import Bench, repair


@repair
def choice_of_a_model(bench: Bench) -> None:
    """The field that chooses a widget's model lost its label and its box when made, and fell over an empty choice.

    It is made while xadmin is imported, and all widgets share it.
    """
    field = ModelBaseWidget.base_fields["model"]
    bench.put_on(field, "label", _("Target Model"))
    bench.put_on(field, "widget", AdminSelectWidget())
    to_python = bench.original("xadmin.views.dashboard:ModelChoiceField.to_python")

    @bench.replace("xadmin.views.dashboard:ModelChoiceField.__deepcopy__")
    def copy(self: Any, memo: Any) -> Any:
        copied = forms.Field.__deepcopy__(self, memo)
        copied.widget.choices = list(ModelChoiceIterator(copied))
        return copied

    @bench.replace("xadmin.views.dashboard:ModelChoiceField.to_python")
    def choose(self: Any, value: Any) -> Any:
        return to_python(self, value) if value else None


@repair
def names_of_steps(bench: Bench) -> None:
    """The session keeps the step a form is at by its name, and can keep no text that waits for its language."""
    old = bench.original("xadmin.plugins.wizard:WizardFormPlugin.get_form_list")

    @bench.replace("xadmin.plugins.wizard:WizardFormPlugin.get_form_list")
    def get_form_list(self: Any) -> dict[str, Any]:
        return {str(name): form for name, form in old(self).items()}
