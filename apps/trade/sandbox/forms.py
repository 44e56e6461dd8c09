"""What a tester may choose at the cashier."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.trade.models import SandboxTrade


class ChaosForm(forms.Form):
    """What shall go wrong with this payment."""

    chaos = forms.ChoiceField(label=_("What goes wrong"), choices=SandboxTrade.Chaos.choices, required=False)

    def chosen(self) -> str | None:
        """Return the choice; none where nothing valid was chosen."""
        return str(self.cleaned_data["chaos"]) if self.is_valid() and "chaos" in self.data else None
