"""The door of the back office, with the limits of the shop's own."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from xadmin.forms import AdminAuthenticationForm

from apps.common import problems
from apps.common.exceptions import Busy
from apps.users.api.client_cookies import remember_browser
from apps.users.api.throttling import count_try
from apps.users.exceptions import WrongLogin
from apps.users.models import UserProfile


class DoorForm(AdminAuthenticationForm):
    """Lets staff in.

    xadmin's own counted no tries, and told whoever had an e-mail's password the user name that belongs to it.
    """

    refused: tuple[int, Mapping[str, str]] | None = None

    def clean(self) -> dict[str, Any]:
        """Count the try, by address and by name together with those of the shop, before the password is looked at."""
        typed: dict[str, Any] = self.cleaned_data
        name, password = typed.get("username"), typed.get("password")
        if name and password:
            self._count_the_try(name)
            self.user_cache = authenticate(self.request, username=name, password=password)
            if self.user_cache is None or not self.user_cache.is_staff:
                raise ValidationError(str(WrongLogin().detail))
        return typed

    def _count_the_try(self, name: str) -> None:
        try:
            used_up = count_try(self.request, name)
        except Busy as busy:
            self._refuse(busy.status, problems.wait_of(busy))
            raise ValidationError(str(busy.detail)) from busy
        if used_up:
            self._refuse(429, used_up.headers)
            raise ValidationError(used_up.words)

    def _refuse(self, status: int, headers: Mapping[str, str]) -> None:
        self.refused = status, headers


class Door:
    """What is different about xadmin's page."""

    login_form = DoorForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or lead whoever came in on, whose browser is known from then on.

        Where a limit refused, the answer says so to programs as that of the API does.
        """
        page: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]  # that of the page it is mixed into
        if isinstance(page, HttpResponseRedirect) and isinstance(request.user, UserProfile):
            return remember_browser(page, request.user)
        form = (getattr(page, "context_data", None) or {}).get("form")
        if isinstance(form, DoorForm) and form.refused:
            page.status_code, headers = form.refused
            problems.add_headers(page, headers)
        return page
