"""Accounts at third parties that log users in: read by staff, taken away by superusers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly, SuperusersOnly

from apps.users.models import SocialBinding
from apps.users.services.bindings import unbind


class Unbind(SuperusersOnly, ServiceAction):
    """Takes the way in from its user; refused where it is the only one."""

    action_name = "unbind"
    description = _("Unbind")
    icon = "fa fa-chain-broken"
    right = "users.delete_socialbinding"

    def name(self, row: SocialBinding) -> str:
        return f"{row.user}: {row}"

    def act(self, row: SocialBinding, **answers: Any) -> None:
        unbind(user=row.user, provider=row.provider)


class SocialBindingAdmin(ReadOnly):
    """Who logs in through whom."""

    model_icon = "fa fa-link"
    list_display = ("user", "provider", "name", "uid", "created_at")
    list_filter = ("user", "provider", "created_at")
    search_fields = ("user__username", "user__mobile", "name", "uid")
    actions = (Unbind,)

    def queryset(self) -> Any:
        """Keep the bindings of staff to superusers."""
        rows = super().queryset()
        return rows if self.user.is_superuser else rows.filter(user__is_staff=False, user__is_superuser=False)
