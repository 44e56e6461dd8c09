"""Log-in by user name, mobile or proven e-mail, with a password: for the API and for the back office."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from apps.users.models import UserProfile


class LoginBackend(ModelBackend):
    """Find the user by any of their names in one SELECT; an unknown name costs as much time as a wrong password."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> UserProfile | None:
        """Return the active user, or None."""
        if not username or password is None:
            return None
        # As names are stored; a name that varies in ways only a database overlooks would escape the limits on log-in.
        name = UserProfile.normalize_username(username)
        user = UserProfile.objects.active().named(name).first()
        if user is None or not user.answers_to(name):
            UserProfile().set_password(password)
            return None
        return user if user.check_password(password) else None

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """Tell whether a session of the back office goes on: not once the user is switched off or deleted."""
        return isinstance(user, UserProfile) and user.is_active and not user.is_deleted
