"""How staff say how much goes back."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # what `gettext_lazy` returns, in the stubs alone


def amount_field(help_text: "_StrPromise") -> forms.DecimalField:
    """Return a field for money that may be left empty; `help_text` says what that means."""
    return forms.DecimalField(
        label=_("amount"), max_digits=12, decimal_places=2, min_value=0, required=False, help_text=help_text
    )
