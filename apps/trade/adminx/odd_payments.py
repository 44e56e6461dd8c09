"""Payments of another amount than was asked for: nothing is paid by them, and somebody has to look."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from xadmin_compat.options import ReadOnly

from apps.trade.adminx.todos import TO_BE_SETTLED, SettleByNote, ToDoAction
from apps.trade.models import OddPayment
from apps.trade.services import odd_payment_decisions


class PayBack(ToDoAction):
    """Asks the gateway what was paid, and has it go back whole."""

    action_name = "pay_back"
    description = _("Pay it back")
    icon = "fa fa-undo"
    right = "trade.change_oddpayment"
    asks_gateway = True
    max_rows = 20  # each is a call to the gateway

    def act(self, row: OddPayment, **answers: Any) -> None:
        odd_payment_decisions.pay_back(odd=row, actor_id=self.user.pk)


class SettleOddPayment(SettleByNote):
    """Closes a payment that staff have looked into."""

    right = "trade.change_oddpayment"


class OddPaymentAdmin(ReadOnly):
    """Payments of another amount; those that are to be settled are a shortcut away."""

    model_icon = "fa fa-exclamation-circle"
    list_display = ("trade_no", "attempt", "channel", "asked", "told", "told_by", "told_at", "state", "note", "actor")
    list_filter = ("state", "channel", "told_by", "told_at")
    search_fields = ("trade_no", "attempt__number", "attempt__order__number", "note")
    list_bookmarks = [TO_BE_SETTLED]
    actions = [PayBack, SettleOddPayment]
