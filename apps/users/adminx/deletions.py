"""Accounts deleted, restored, copied for their owners and erased."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.common.exceptions import Conflict
from apps.users.models import UserProfile
from apps.users.services import deletion, privacy

SENIOR = 50


class DeleteUser(ServiceAction):
    """Takes an account out of the shop; it can be restored."""

    action_name = "delete_user"
    description = _("Delete account")
    icon = "fa fa-ban"
    right = "users.delete_userprofile"

    @classmethod
    def fits(cls, row: UserProfile) -> bool:
        return not (row.is_deleted or row.is_staff or row.is_superuser)

    def act(self, row: UserProfile, **answers: Any) -> None:
        deletion.delete_user(user=row, actor_id=self.user.pk)


class RestoreUser(ServiceAction):
    """Brings a deleted account back."""

    action_name = "restore_user"
    description = _("Restore account")
    icon = "fa fa-undo"
    right = "users.delete_userprofile"

    @classmethod
    def fits(cls, row: UserProfile) -> bool:
        return row.is_deleted and row.is_active

    def act(self, row: UserProfile, **answers: Any) -> None:
        taken = deletion.restore_user(user=row)
        if taken:
            said = _now("%(user)s is back as %(username)s; now somebody else's: %(names)s.")
            words = {"user": row, "username": row.username, "names": ", ".join(taken)}
            self.message_user(said % words, "warning")


class ExportUser(ServiceAction):
    """Hands out the copy of their data that a buyer asked for."""

    action_name = "export_user"
    description = _("Copy of personal data")
    icon = "fa fa-download"
    right = "users.change_userprofile"
    level = SENIOR

    def do_action(self, queryset: Any) -> Any:
        """Answer with the file, of one account."""
        rows = list(queryset[:2])
        if not self.has_perm(self) or len(rows) != 1:
            return super().do_action(queryset)
        self.log("change", self.label, rows[0])
        with privacy.export_data(user=rows[0]) as copy:
            # Whole: xadmin does not take a streamed answer for an answer.
            answer = HttpResponse(copy.read(), content_type="application/zip", headers={"Cache-Control": "no-store"})
        answer["Content-Disposition"] = f'attachment; filename="user-{rows[0].public_id}.zip"'
        return answer

    def act(self, row: UserProfile, **answers: Any) -> None:
        raise Conflict(_("One account at a time, please."))


class EraseUser(ServiceAction):
    """Erases a buyer's data for good, as they have a right to."""

    action_name = "erase_user"
    description = _("Erase personal data for good")
    icon = "fa fa-eraser"
    right = "users.delete_userprofile"
    level = SENIOR

    @classmethod
    def fits(cls, row: UserProfile) -> bool:
        return not (row.is_staff or row.is_superuser) and (row.is_active or not row.is_deleted)

    def name(self, row: UserProfile) -> str:
        return f"{row} ({row.username})"

    def act(self, row: UserProfile, **answers: Any) -> None:
        privacy.erase_user(user=row)


class DeletedUserAdmin(ReadOnly):
    """Who was deleted when and by whom, and what they were called."""

    model_icon = "fa fa-ban"
    list_display = ("user", "username", "mobile", "verified_email", "actor", "deleted_at", "erased_at")
    list_filter = ("deleted_at", "erased_at")
    search_fields = ("=mobile", "username", "verified_email")

    def queryset(self) -> Any:
        return super().queryset().select_related("user", "actor")
