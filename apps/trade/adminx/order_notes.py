"""What staff note of orders: written from the list, and kept with what stood there before."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import PartOfPage, ReadOnly

from apps.trade.models import Order, OrderNoteChange
from apps.trade.services import order_notes


class StaffNote(forms.Form):
    """What colleagues should know; the buyer never sees it."""

    note = forms.CharField(label=_("note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class WriteNote(ServiceAction):
    """Notes something for colleagues. The log says only that it was done: what was noted goes with an erasure."""

    action_name = "write_note"
    description = _("Write a note")
    icon = "fa fa-pencil"
    right = "trade.change_order"
    form = StaffNote
    logs_answers = False

    def act(self, row: Order, **answers: Any) -> None:
        order_notes.write_staff_note(order=row, actor_id=self.user.pk, **answers)


class NotesOfOrder(PartOfPage):
    """Who wrote which note in place of which."""

    model = OrderNoteChange

    def queryset(self) -> Any:
        return super().queryset().select_related("actor")


class OrderNoteChangeAdmin(ReadOnly):
    """Notes of all orders as they were written."""

    model_icon = "fa fa-pencil"
    list_display = ("order", "old_note", "new_note", "actor", "created_at")
    list_filter = ("created_at",)
    search_fields = ("order__number", "actor__username", "old_note", "new_note")

    def queryset(self) -> Any:
        return super().queryset().select_related("order", "actor")
