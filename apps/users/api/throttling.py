"""Limits that count by account."""

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from rest_framework.request import Request

from apps.common.throttling import RouteThrottle, within_limit
from apps.common.visitors import client_ip, neighbourhood
from apps.users.services import places

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


# What is guessed slowly is guessed as well.
SCOPES = ("login_account", "login_account_hour")


class LoginAccountThrottle(RouteThrottle):
    """Count log-ins by the name they try, whoever has it and wherever they come from, by the minute and by the hour.

    But where the account's owner has logged in before they are counted apart: strangers who try the name elsewhere,
    on and on, lock each other out and not the owner.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str):
            return True
        self.key = key_of_try(name, client_ip(request))
        for scope in SCOPES:
            self.scope = scope
            if not within_limit(self.scope, self.key):
                return False
        return True


def key_of_try(name: str, ip: str | None) -> str:
    """Return what tries of a log-in name are counted by, alike for all ways of writing it."""
    normalised = unicodedata.normalize("NFKC", name).strip().casefold()
    key = "name:" + hashlib.sha256(normalised.encode()).hexdigest()
    return f"{key}:{neighbourhood(ip)}" if ip and places.is_known(name=name, ip=ip) else key
