"""Payments of another amount than was asked for: nothing is paid by them, and somebody has to look."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin.sites import site
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.trade.models import OddPayment
from apps.trade.services import odd_payment_decisions


class LookedInto(forms.Form):
    """What was found out."""

    note = forms.CharField(label=_("note"), max_length=200)


class OddPaymentAction(ServiceAction):
    """What staff do about one that waits for them."""

    right = "trade.change_oddpayment"

    @classmethod
    def fits(cls, row: OddPayment) -> bool:
        return row.state == OddPayment.State.OPEN


class PayBack(OddPaymentAction):
    """Asks the gateway what was paid, and has it go back whole."""

    action_name = "pay_back"
    description = _("Pay it back")
    icon = "fa fa-undo"
    asks_gateway = True
    max_rows = 20  # each is a call to the gateway

    def act(self, row: OddPayment, **answers: Any) -> None:
        odd_payment_decisions.pay_back(odd=row, actor_id=self.user.pk)


class SettleOddPayment(OddPaymentAction):
    """Closes what staff have looked into."""

    action_name = "settle_odd_payment"
    description = _("Mark as settled")
    icon = "fa fa-check"
    form = LookedInto

    def act(self, row: OddPayment, **answers: Any) -> None:
        odd_payment_decisions.settle_by_note(odd=row, actor_id=self.user.pk, **answers)


class OddPaymentAdmin(ReadOnly):
    """Payments of another amount; those that are to be settled are a shortcut away."""

    model_icon = "fa fa-exclamation-circle"
    list_display = ("trade_no", "attempt", "channel", "asked", "told", "told_by", "told_at", "state", "note", "actor")
    list_filter = ("state", "channel", "told_by", "told_at")
    search_fields = ("trade_no", "attempt__number", "attempt__order__number", "note")
    list_bookmarks = [{"title": _("To be settled"), "query": {"state__exact": OddPayment.State.OPEN.value}}]
    actions = [PayBack, SettleOddPayment]


site.register(OddPayment, OddPaymentAdmin)
