"""Messages to the shop: read, and deleted together with what was attached."""

from typing import Any

from django.contrib.admin import display
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin.sites import site

from apps.user_operation.models import Message
from apps.user_operation.services import messages


class MessageAdmin:
    """What shoppers write. An attachment is a stranger's file: it is linked to be saved, and never shown here."""

    model_icon = "fa fa-envelope-o"
    remove_permissions = ["add", "change"]
    list_display = ("subject", "kind", "excerpt", "is_attached", "user", "created_at")
    list_filter = ("kind", "created_at")
    search_fields = ("subject", "body", "user__username", "user__mobile")
    list_exclude = ("file",)
    detail_layout = (
        Fieldset("", "user", "kind", "subject", "body", "attachment", "created_at", css_class="unsort no_title"),
    )
    detail_show_all = False
    log: Any
    message_user: Any
    obj: Message

    @display(description=_("message"))
    def excerpt(self, message: Message) -> str:
        return Truncator(message.body).chars(40)

    @display(description=_("attachment"), boolean=True)
    def is_attached(self, message: Message) -> bool:
        return bool(message.file)

    @display(description=_("attachment"))
    def attachment(self, message: Message) -> str:
        if not message.file:
            return ""
        name = str(message.file).rpartition("/")[2]
        return format_html('<a href="{}" download rel="noopener noreferrer">{}</a>', message.file.url, name)

    def delete_model(self) -> None:
        self._delete(self.obj)

    def delete_models(self, queryset: Any) -> None:
        rows = list(queryset)
        for message in rows:
            self._delete(message)
        self.message_user(gettext("%(count)d messages deleted.") % {"count": len(rows)}, "success")

    def _delete(self, message: Message) -> None:
        self.log("delete", "", message)
        messages.delete_message(message=message)


site.register(Message, MessageAdmin)
