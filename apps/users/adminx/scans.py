"""Log-ins by scanning: which browser asked, and who let it in."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from xadmin_compat.options import ReadOnly

from apps.users.models import ScanLogin


class ScanLoginAdmin(ReadOnly):
    """What became of every code; the secrets of browsers are hashes that nobody sees."""

    model_icon = "fa fa-qrcode"
    list_display = ("public_id", "state", "user_agent", "ip", "who", "created_at", "expires_at")
    list_filter = ("state", "created_at")
    list_exclude = ("secret_hash",)
    exclude = ("secret_hash",)
    search_fields = ("ip", "user_agent", "phone__user__username", "phone__user__mobile")

    def queryset(self) -> Any:
        """Keep the log-ins of staff to superusers."""
        rows = super().queryset().select_related("phone__user")
        shoppers = Q(phone__user__is_staff=False, phone__user__is_superuser=False)
        return rows if self.user.is_superuser else rows.filter(Q(phone=None) | shoppers)

    @display(description=_("user"))
    def who(self, scan: ScanLogin) -> str:
        return str(scan.phone.user) if scan.phone else ""
