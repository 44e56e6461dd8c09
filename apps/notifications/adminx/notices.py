"""Notices: what users were told, and whether they have read it."""

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin.sites import site
from xadmin_compat.options import ReadOnly

from apps.notifications.models import Notice
from apps.notifications.services import notices


class NoticeAdmin(ReadOnly):
    """What the shop itself wrote to its users; here in the language of whoever looks."""

    model_icon = "fa fa-bell-o"
    list_display = ("user", "sentence", "reference", "created_at", "read_at")
    list_filter = ("topic", "created_at", "read_at")
    search_fields = ("reference", "user__username", "user__mobile")
    detail_layout = (Fieldset("", "user", "topic", "sentence", "reference", "created_at", "read_at"),)
    detail_show_all = False

    @display(description=_("text"))
    def sentence(self, notice: Notice) -> str:
        return notices.text_of(notice)


site.register(Notice, NoticeAdmin)
