"""What staff do about something that waits for them, whatever it is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction

from apps.trade.models.todos import ToDo
from apps.trade.services import todos

TO_BE_SETTLED = {"title": _("To be settled"), "query": {"state__exact": ToDo.State.OPEN.value}}


class Finding(forms.Form):
    """What was found out."""

    note = forms.CharField(label=_("note"), max_length=200)


class ToDoAction(ServiceAction):
    """What is done about a row that is still open."""

    @classmethod
    def fits(cls, row: ToDo) -> bool:
        return row.state == ToDo.State.OPEN


class SettleByNote(ToDoAction):
    """Closes what staff have looked into."""

    action_name = "settle_by_note"
    description = _("Mark as settled")
    icon = "fa fa-check"
    form = Finding

    def act(self, row: ToDo, **answers: Any) -> None:
        todos.settle(todo=row, actor_id=self.user.pk, **answers)
