"""Accounts and their secrets."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from xadmin_compat.patching import Bench, repair
from xadmin_compat.rules import SECRET_FIELDS

HIDDEN = "********"


@repair
def passwords_of_staff(bench: Bench) -> None:
    """Whoever might change users could set a superuser's password, or another member of staff's, and be them."""
    old = bench.original("xadmin.plugins.auth:ChangePasswordView.get_object")

    @bench.replace("xadmin.plugins.auth:ChangePasswordView.get_object")
    def get_object(self: Any, object_id: str) -> Any:
        found = old(self, object_id)
        if found is None:
            raise Http404
        if (found.is_superuser or found.is_staff) and not self.user.is_superuser:
            raise PermissionDenied
        return found


@repair
def passwords_set_unnoticed(bench: Bench) -> None:
    """Setting a password, one's own or somebody else's, left no line in the operation log."""
    for view in ("ChangePasswordView", "ChangeAccountPasswordView"):
        _log_change(bench, f"xadmin.plugins.auth:{view}.post")


def _log_change(bench: Bench, target: str) -> None:
    old = bench.original(target)

    def post(self: Any, request: Any, *args: Any) -> Any:
        response = old(self, request, *args)
        if self.form.is_valid():
            self.log("change", _("Password changed."), self.obj)
        return response

    bench.put(target, post)


@repair
def secrets_on_the_detail_page(bench: Bench) -> None:
    """The detail page printed every field of the model: the password's hash, to whoever may view users."""
    old = bench.original("xadmin.views.detail:DetailAdminView.get_field_result")

    @bench.replace("xadmin.views.detail:DetailAdminView.get_field_result")
    def get_field_result(self: Any, field_name: str) -> Any:
        result = old(self, field_name)
        if field_name in SECRET_FIELDS:
            result.text, result.value, result.allow_tags = HIDDEN, None, False
        return result
