"""Points: accounts that staff adjust with a reason, and their ledger."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.trade.models import PointsAccount, PointsEntry
from apps.trade.services import points

MOST = 10_000_000


class PointsAdjustment(forms.Form):
    """By how many, and why."""

    delta = forms.IntegerField(
        label=_("change"), min_value=-MOST, max_value=MOST, help_text=_("5 adds, -5 takes away.")
    )
    note = forms.CharField(label=_("reason"), max_length=200)


class AdjustPoints(ServiceAction):
    """Gives points, or takes some; the right is the one to add rows to the ledger, which no page offers."""

    action_name = "adjust_points"
    description = _("Adjust points")
    icon = "fa fa-exchange"
    right = "trade.add_pointsentry"
    form = PointsAdjustment

    def act(self, row: PointsAccount, **answers: Any) -> None:
        points.adjust_points(account=row, actor_id=self.user.pk, **answers)


class PointsAccountAdmin:
    """What buyers have. An account may be opened for a buyer who never earned any; nobody types a balance."""

    model_icon = "fa fa-hdd-o"
    remove_permissions = ["change", "delete"]
    fields = ("user",)
    list_display = ("user", "balance", "created_at")
    list_filter = ("balance", "created_at")
    search_fields = ("user__username", "user__mobile")
    actions = (AdjustPoints,)
    relfield_style = "fk-ajax"

    def queryset(self) -> Any:
        return super().queryset().select_related("user")  # type: ignore[misc]  # xadmin mixes it in


class PointsEntryAdmin(ReadOnly):
    """Every point that ever came or went."""

    model_icon = "fa fa-exchange"
    list_display = ("created_at", "buyer", "delta", "reason", "order", "reference", "note", "actor")
    list_filter = ("reason", "created_at", "delta")
    search_fields = ("account__user__username", "account__user__mobile", "reference", "note")

    def queryset(self) -> Any:
        return super().queryset().select_related("account__user", "order", "actor")

    @display(description=_("buyer"), ordering="account__user")
    def buyer(self, entry: PointsEntry) -> str:
        return str(entry.account.user)
