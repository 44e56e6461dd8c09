"""Limits that count by account."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request

from apps.common.throttling import RouteThrottle, UsedUp, count, key_of_ip
from apps.common.visitors import client_ip
from apps.users.api.client_cookies import mark_in
from apps.users.services import log_in_tries

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


class LoginAccountThrottle(RouteThrottle):
    """Count log-ins by the name they try, whoever has it and wherever they come from, by the minute and by the hour.

    How many are left tells how often others tried this name: only who is refused is told when to come back.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str):
            return True
        used_up = _count(request, name)
        for scope in log_in_tries.SCOPES:
            self.tell_limit(view, scope)
        if used_up:
            self.refuse(view, used_up)
        return used_up is None


def count_try(request: HttpRequest, name: str) -> UsedUp | None:
    """Count a log-in on a page, by address and by name together with those of the API; returns what refuses it, if any.

    Of two limits that are used up, the longer one: who comes back after the other is refused again. Raises Busy when
    nobody can count.
    """
    # Both are counted, also where the first refuses already.
    limits = [count("login", key_of_ip(request)), _count(request, name)]
    return max(filter(None, limits), key=lambda used_up: used_up.seconds, default=None)


def _count(request: HttpRequest | Request, name: str) -> UsedUp | None:
    return log_in_tries.count_name(name=name, ip=client_ip(request), mark=mark_in(request))
