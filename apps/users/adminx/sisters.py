"""Sister applications, which superusers register, and who logged in to them."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import NeverDeleted, ReadOnly, SuperusersOnly

from apps.users.models import AppLogin, SisterApp
from apps.users.services import sisters

SHOWN_ONCE = _("Copy it now, it is shown this once: client id %(client_id)s, secret %(secret)s")


class SisterAppForm(forms.ModelForm):
    """What a superuser says of an application; all else is the same for every one."""

    class Meta:
        model = SisterApp
        fields = ("name", "redirect_uris", "is_active")
        help_texts = {"redirect_uris": _("One or more addresses, separated by spaces, to the letter.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "redirect_uris"):
            self.fields[name].required = True
        if not self.instance.pk:
            sisters.prepare_app(app=self.instance)


class RenewSecret(SuperusersOnly, ServiceAction):
    """Gives an application another secret, and shows it once."""

    action_name = "renew_secret"
    description = _("New secret")
    icon = "fa fa-key"
    right = "users.change_sisterapp"

    def act(self, row: SisterApp, **answers: Any) -> None:
        secret = sisters.renew_secret(app=row)
        self.message_user(SHOWN_ONCE % {"client_id": row.client_id, "secret": secret}, "success")


class SisterAppAdmin(SuperusersOnly, NeverDeleted):
    """Which applications there are, and the addresses that they are answered at; secrets are hashes nobody sees."""

    model_icon = "fa fa-sitemap"
    list_display = ("name", "client_id", "redirect_uris", "is_active", "created")
    list_filter = ("is_active", "created")
    list_exclude = ("client_secret",)
    exclude = ("client_secret",)
    search_fields = ("name", "client_id", "redirect_uris")
    form = SisterAppForm
    actions = (RenewSecret,)

    def save_models(self) -> None:
        """Register a new application, and show its secret."""
        if self.org_obj is not None:
            super().save_models()
            return
        registered = sisters.register_app(app=self.new_obj)
        self.message_user(SHOWN_ONCE % {"client_id": registered.app.client_id, "secret": registered.secret}, "success")


class AppLoginAdmin(ReadOnly):
    """Who logged in to which application, and what it may know."""

    model_icon = "fa fa-sign-in"
    list_display = ("id", "who", "app", "scope", "created_at")
    list_filter = ("app", "created_at")
    list_exclude = ("password_fingerprint", "code_hash", "grant", "access_token")
    exclude = ("password_fingerprint", "code_hash", "grant", "access_token")
    search_fields = ("session__user__username", "session__user__mobile")

    def queryset(self) -> Any:
        """Keep the log-ins of staff to superusers."""
        rows = super().queryset().select_related("session__user", "app")
        shoppers = {"session__user__is_staff": False, "session__user__is_superuser": False}
        return rows if self.user.is_superuser else rows.filter(**shoppers)

    @display(description=_("user"))
    def who(self, login: AppLogin) -> str:
        return str(login.session.user)
