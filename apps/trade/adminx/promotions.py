"""Full reductions with their tiers on one page."""

from typing import Any

from django import forms
from xadmin_compat.options import AtLeastOneRow, NeverDeleted, ReadOnly

from apps.trade.models import ReductionTier


class TierForm(forms.ModelForm):
    """From so much on, so much off."""

    class Meta:
        model = ReductionTier
        fields = ("minimum", "reduction")


class TiersOfReduction(AtLeastOneRow):
    """From how much on how much is off."""

    model = ReductionTier
    form = TierForm


class FullReductionAdmin(NeverDeleted):
    """Promotions that everybody gets; one that runs too long is switched off."""

    model_icon = "fa fa-scissors"
    list_display = ("name", "category", "goods", "starts_at", "ends_at", "is_active")
    list_filter = ("is_active", "starts_at", "ends_at")
    search_fields = ("name",)
    inlines = (TiersOfReduction,)
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        return super().queryset().select_related("category", "goods")


class ReductionTierAdmin(ReadOnly):
    """Tiers of all promotions; they are written on the page of their promotion."""

    model_icon = "fa fa-list-ol"
    list_display = ("promotion", "minimum", "reduction")
    list_filter = ("promotion",)

    def queryset(self) -> Any:
        return super().queryset().select_related("promotion")
