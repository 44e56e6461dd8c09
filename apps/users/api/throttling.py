"""Limits that count by account."""

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from rest_framework.request import Request

from apps.common.throttling import RouteThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


class LoginAccountThrottle(RouteThrottle):
    """Count log-ins by the name they try, whoever has it and wherever they come from.

    How many are left tells how often others tried this name: only who is refused is told when to come back.
    """

    tells_rest = False

    def scope_of(self, request: Request, view: "APIView") -> str:
        return "login_account"

    def key_of(self, request: Request) -> str | None:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        return key_of_name(name) if isinstance(name, str) else None


def key_of_name(name: str) -> str:
    """Return what tries of a log-in name are counted by, alike for all ways of writing it."""
    normalised = unicodedata.normalize("NFKC", name).strip().casefold()
    return "name:" + hashlib.sha256(normalised.encode()).hexdigest()
