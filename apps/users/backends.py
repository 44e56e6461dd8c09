"""Log-in by user name, mobile or proven e-mail, with a password, and what roles permit: for API and back office."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest

from apps.common.prepared import Prepared
from apps.users.models import RoleGrant, UserProfile
from apps.users.models.roles import permissions_in

_active = Prepared(
    lambda name, email: UserProfile.objects.active().answering_to(name=name, email=email).order_by("pk")[:1]
)


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
        user = next(iter(_active(name=name, email=name.lower())), None)
        if user is None or not user.answers_to(name):
            UserProfile().set_password(password)
            return None
        return user if user.check_password(password) else None

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """Tell whether a session of the back office goes on: not once the user is switched off or deleted."""
        return isinstance(user, UserProfile) and user.is_active and not user.is_deleted

    def get_group_permissions(self, user_obj: UserProfile | AnonymousUser, obj: models.Model | None = None) -> set[str]:
        """Return what groups give and what roles give, in Django's names; asked once for each user object.

        Every `has_perm()` is answered from here: that of the API and that of xadmin.
        """
        given: set[str] = super().get_group_permissions(user_obj, obj)
        if not isinstance(user_obj, UserProfile) or not self.user_can_authenticate(user_obj) or obj is not None:
            return given
        grants = RoleGrant.objects.of(user_obj.pk).order_by().values_list("resource", "mask")
        return given | {name for resource, mask in grants for name in permissions_in(resource, mask)}
