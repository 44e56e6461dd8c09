"""Refunds that were paid after all and that the books could not take: somebody has to look."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from xadmin_compat.options import ReadOnly

from apps.trade.adminx.todos import TO_BE_SETTLED, SettleByNote, ToDoAction
from apps.trade.models import OddRefund
from apps.trade.services import odd_refund_decisions


class BookOddRefund(ToDoAction):
    """Writes down what was paid back, as the books can take it now."""

    action_name = "book_odd_refund"
    description = _("Write it down")
    icon = "fa fa-book"
    right = "trade.change_oddrefund"

    def act(self, row: OddRefund, **answers: Any) -> None:
        odd_refund_decisions.book(odd=row, actor_id=self.user.pk)


class SettleOddRefund(SettleByNote):
    """Closes one that staff have looked into."""

    right = "trade.change_oddrefund"


class OddRefundAdmin(ReadOnly):
    """Refunds paid after all; those that are to be settled are a shortcut away."""

    model_icon = "fa fa-question-circle"
    list_display = ("number", "refund", "amount", "gateway_number", "told_at", "state", "note", "actor")
    list_filter = ("state", "told_at")
    search_fields = ("number", "gateway_number", "refund__number", "refund__order__number", "note")
    list_bookmarks = [TO_BE_SETTLED]
    actions = [BookOddRefund, SettleOddRefund]
