"""What an action's form was answered, in words for the log: all actions say it alike."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.template.defaultfilters import yesno


def in_words(label: str, form: forms.Form) -> str:
    """Return what was done with which answers, as `发货; 快递公司: 顺丰速运; 运单号: SF1`; empty ones are left out."""
    answers = {form[name].label: _text(form.fields[name], value) for name, value in form.cleaned_data.items()}
    return "; ".join([label, *(f"{name}: {text}" for name, text in answers.items() if text)])


def _text(field: forms.Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(yesno(value))
    if isinstance(value, list | tuple | set | QuerySet):
        return ", ".join(_text(field, one) for one in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))
    return str(value)
