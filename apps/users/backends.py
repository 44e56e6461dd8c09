"""Log-in by user name, mobile or proven e-mail, with a password, and what roles permit: for API and back office."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.http import HttpRequest

from apps.common.prepared import Prepared
from apps.common.visitors import client_ip
from apps.users.models import RoleGrant, UserProfile
from apps.users.models.roles import permissions_in
from apps.users.services import known_browsers, log_in_tries
from apps.users.services.sessions import Device

_active = Prepared(
    lambda name, email: UserProfile.objects.active().answering_to(name=name, email=email).order_by("pk")[:1]
)


class LoginBackend(ModelBackend):
    """Find the user by any of their names in one SELECT; an unknown name costs as much time as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        device: Device | None = None,
        **kwargs: Any,
    ) -> UserProfile | None:
        """Return the active user, or None, also where the account was tried too often under whichever of its names.

        Where it is tried from is told by the device, or else by the request. Raises Busy when nobody can count.
        """
        if not username or password is None:
            return None
        # As names are stored; a name that varies in ways only a database overlooks would escape the limits on log-in.
        name = UserProfile.normalize_username(username)
        user = next(iter(_active(name=name, email=name.lower())), None)
        if user is not None and not user.answers_to(name):
            user = None
        where = device or _device_of(request)
        may_be = log_in_tries.count_account(user=user, name=name, ip=where.ip, mark=where.mark)
        if user is None or not may_be:
            UserProfile().set_password(password)
            return None
        return user if user.check_password(password) else None

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """Tell whether somebody may be let in at all: not once they are switched off or deleted."""
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


def _device_of(request: HttpRequest | None) -> Device:
    if request is None:
        return Device(ip=None, user_agent="")
    return Device(ip=client_ip(request), user_agent="", mark=request.COOKIES.get(known_browsers.COOKIE, ""))
