"""Names that Django removed and that xadmin touches while it is being imported; gone again afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import ImproperlyConfigured


@contextmanager
def import_time_names() -> Iterator[None]:
    """Lend `ChoiceField._set_choices`, gone in Django 5.0, to the class body of xadmin's dashboard field."""
    if hasattr(forms.ChoiceField, "_set_choices"):
        raise ImproperlyConfigured("xadmin_compat: ChoiceField._set_choices is back, the shim would hide it")
    forms.ChoiceField._set_choices = lambda field, value: forms.ChoiceField.choices.fset(field, value)
    try:
        yield
    finally:
        del forms.ChoiceField._set_choices
