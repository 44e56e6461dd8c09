"""What xadmin needs while it is being imported, and only then."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation


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


@contextmanager
def words_of_the_reader() -> Iterator[None]:
    """Let titles and labels that stand in xadmin's classes wait for the page that shows them.

    xadmin asks `gettext` for them while it is imported, so that they stayed in the language of the machine. What it
    imports under that name answers later as long as the import lasts, and at once from then on.
    """
    at_once, is_importing = translation.gettext, True

    def gettext(message: str) -> str:
        return translation.gettext_lazy(message) if is_importing else at_once(message)

    translation.gettext = gettext
    try:
        yield
    finally:
        is_importing = False
        translation.gettext = at_once
