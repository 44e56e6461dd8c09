"""Where users are logged in, and the action that logs them out."""

from typing import Any

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.users.models import DeviceSession
from apps.users.services.sessions import end_session


class EndSession(ServiceAction):
    """Logs a device out; whoever uses it has to log in again."""

    action_name = "end_session"
    description = _("Force log-out")
    icon = "fa fa-sign-out"
    right = "users.change_devicesession"

    @classmethod
    def fits(cls, row: DeviceSession) -> bool:
        return row.ended_at is None

    def name(self, row: DeviceSession) -> str:
        return f"{row.user}: {row.user_agent or row.ip or row}"

    def act(self, row: DeviceSession, **answers: Any) -> None:
        end_session(session=row)


class DeviceSessionAdmin(ReadOnly):
    """Every log-in of the shop's clients, and of staff to the back office."""

    model_icon = "fa fa-laptop"
    list_display = ("user", "realm", "user_agent", "ip", "runs", "created_at", "last_used_at", "expires_at", "ended_at")
    list_exclude = ("password_fingerprint",)
    exclude = ("password_fingerprint",)
    list_filter = ("user", "realm", "created_at", "last_used_at", "expires_at", "ended_at")
    search_fields = ("user__username", "user__mobile", "user_agent", "ip", "last_ip")
    actions = (EndSession,)

    def queryset(self) -> Any:
        """Keep the devices of staff to superusers."""
        sessions = super().queryset()
        return sessions if self.user.is_superuser else sessions.filter(user__is_staff=False, user__is_superuser=False)

    @display(description=_("logged in"), boolean=True)
    def runs(self, session: DeviceSession) -> bool:
        return session.lets_in()
