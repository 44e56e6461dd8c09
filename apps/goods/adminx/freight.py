"""Freight templates with their zones on one page."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from xadmin_compat.options import AtLeastOneRow, ReadOnly

from apps.goods.models import FreightZone

MOST_REGIONS = 400


class RegionCodesField(forms.Field):
    """GB codes as people write them, with blanks or commas between; stored as a list of numbers."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Return the codes of a stored list; what was typed is shown as it was typed."""
        return " ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[int]:
        """Return the codes; raises ValidationError for what is none, and for more than there are regions."""
        words = [word for word in re.split(r"[\s,，、;；]+", str(value or "")) if word]
        wrong = [word for word in words if not re.fullmatch(r"[1-9][0-9]{5}", word)]
        if wrong or len(words) > MOST_REGIONS:
            raise ValidationError(_("“%(code)s” is no six-digit region code."), params={"code": [*wrong, words[-1]][0]})
        return sorted({int(word) for word in words})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what the codes say, not how they are written."""
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True


class FreightZoneForm(forms.ModelForm):
    """A zone: where, and for how much."""

    regions = RegionCodesField(
        label=_("regions"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Six-digit codes of provinces, cities or districts; none means everywhere else."),
    )

    class Meta:
        model = FreightZone
        fields = (
            "regions", "is_unreachable", "first_units", "first_fee", "next_units", "next_fee", "free_from_amount",
            "free_from_count",
        )  # fmt: skip


class ZoneFormSet(forms.BaseInlineFormSet):
    """The zones of one template: no region twice, and one for everywhere else at most."""

    def clean(self) -> None:
        super().clean()
        seen: set[int | None] = set()
        for form in self.forms:
            if form.cleaned_data.get("DELETE") or not form.cleaned_data:
                continue
            codes: set[int | None] = set(form.cleaned_data.get("regions") or []) or {None}
            if codes & seen:
                raise ValidationError(_("A region stands in two zones of this template."))
            seen |= codes


class ZonesOfTemplate(AtLeastOneRow):
    """Where goods of the template go, and for how much."""

    model = FreightZone
    form = FreightZoneForm
    formset = ZoneFormSet


class FreightTemplateAdmin:
    """What delivery costs; goods name one of these."""

    model_icon = "fa fa-truck"
    list_display = ("name", "unit", "updated_at")
    list_filter = ("unit",)
    search_fields = ("name",)
    inlines = (ZonesOfTemplate,)


class FreightZoneAdmin(ReadOnly):
    """Zones of all templates; they are written on the page of their template."""

    model_icon = "fa fa-map-marker"
    list_display = (
        "template", "regions", "is_unreachable", "first_units", "first_fee", "next_units", "next_fee",
        "free_from_amount", "free_from_count",
    )  # fmt: skip
    list_filter = ("template", "is_unreachable")
    list_display_links = ("template",)
