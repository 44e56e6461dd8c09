"""The outbox: what was sent, what is due, and what was given up."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin.sites import site
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.notifications.models import OutboxMessage
from apps.notifications.services import outbox

COLOURS = {
    OutboxMessage.Status.DUE: "warning",
    OutboxMessage.Status.SENT: "success",
    OutboxMessage.Status.DEAD: "danger",
}


class SendAgain(ServiceAction):
    """Puts a message that was given up back in line."""

    action_name = "send_again"
    description = _("Send again")
    icon = "fa fa-repeat"
    right = "notifications.change_outboxmessage"

    @classmethod
    def fits(cls, row: OutboxMessage) -> bool:
        return row.status == OutboxMessage.Status.DEAD

    def act(self, row: OutboxMessage, **answers: Any) -> None:
        outbox.send_again(message=row)


class OutboxMessageAdmin(ReadOnly):
    """What the shop owes the outside. What is sent may hold anything, and is shown to nobody."""

    model_icon = "fa fa-share-square-o"
    list_display = ("__str__", "url", "status", "attempts", "due_at", "sent_at", "last_error")
    list_filter = ("status", "topic", "due_at", "sent_at")
    search_fields = ("topic", "url", "last_error")
    list_bookmarks = [{"title": _("Given up"), "query": {"status__exact": OutboxMessage.Status.DEAD.value}}]
    list_exclude = ("payload",)
    actions = [SendAgain]
    detail_layout = (
        Fieldset("", "topic", "url", "status", "attempts", "last_error", css_class="unsort no_title"),
        Fieldset("", "expected_answer", "created_at", "due_at", "sent_at", css_class="unsort no_title"),
    )
    detail_show_all = False

    def result_item(self, obj: OutboxMessage, field_name: str, row: Any) -> Any:
        item = super().result_item(obj, field_name, row)
        if field_name == "status":
            colour = COLOURS[OutboxMessage.Status(obj.status)]
            item.wraps.append(f'<span class="label label-{colour}">%s</span>')
        return item


site.register(OutboxMessage, OutboxMessageAdmin)
