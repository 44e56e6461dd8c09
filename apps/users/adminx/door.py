"""The door of the back office, with the limits of the shop's own."""

from typing import Any

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from xadmin.forms import AdminAuthenticationForm

from apps.common.exceptions import Busy
from apps.users.api.throttling import may_try
from apps.users.exceptions import WrongLogin


class DoorForm(AdminAuthenticationForm):
    """Lets staff in.

    xadmin's own counted no tries, and told whoever had an e-mail's password the user name that belongs to it.
    """

    def clean(self) -> dict[str, Any]:
        """Count the try, by address and by name together with those of the shop, before the password is looked at."""
        typed: dict[str, Any] = self.cleaned_data
        name, password = typed.get("username"), typed.get("password")
        if name and password:
            self._count_the_try(name)
            self.user_cache = authenticate(self.request, username=name, password=password)
            if self.user_cache is None or not self.user_cache.is_staff:
                raise ValidationError(WrongLogin.title)
        return typed

    def _count_the_try(self, name: str) -> None:
        try:
            allowed = may_try(self.request, name)
        except Busy as busy:
            raise ValidationError(str(busy.detail)) from busy
        if not allowed:
            raise ValidationError(_("Too many tries, please wait a minute."))


class Door:
    """What is different about xadmin's page."""

    login_form = DoorForm
