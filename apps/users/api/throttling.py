"""Limits of the ways in: by the account that is tried, and by address, where known browsers have tries of their own."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request

from apps.common.throttling import Counted, RouteThrottle, UsedUp, count_request, key_of_ip
from apps.common.visitors import client_ip
from apps.users.api.client_cookies import mark_in
from apps.users.services import known_browsers, log_in_tries

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


class AddressThrottle(RouteThrottle):
    """Count by address, and apart whoever has a known browser, once others have used the address up.

    The view says in `names_in` which fields of its body name the user.
    """

    def count(self, request: Request, view: "APIView", scope: str) -> Counted | None:
        return _count_at_address(scope, request, _named(request, getattr(view, "names_in", ("username",))))


class LoginAccountThrottle(RouteThrottle):
    """Count log-ins by the name they try, whoever has it and wherever they come from, by the minute and by the hour.

    How many are left tells how often others tried this name: only who is refused is told when to come back.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        name = _named(request, ("username",))
        if name is None:
            return True
        used_up = _count_name(request, name)
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
    at_address = _count_at_address("login", request, name)
    limits = [at_address.used_up if at_address else None, _count_name(request, name)]
    return max(filter(None, limits), key=lambda used_up: used_up.seconds, default=None)


def _count_at_address(scope: str, request: HttpRequest | Request, name: str | None) -> Counted | None:
    """Count by address, which a mobile network or a school shares; raises Busy when nobody can count.

    Once it is used up, a browser that is known as that of the user it names has as much again there: strangers at the
    same address shut nobody out. It is counted by user, for who logs in again and again has many such browsers; and
    what is tried counts against the account as everywhere.
    """
    key = key_of_ip(request)
    counted = count_request(scope, key)
    if counted is None or counted.passes or name is None:
        return counted
    browser = known_browsers.browser_of(name=name, mark=mark_in(request))
    return count_request(scope, f"{key}:{browser.user_id.hex}") if browser else counted


def _count_name(request: HttpRequest | Request, name: str) -> UsedUp | None:
    return log_in_tries.count_name(name=name, ip=client_ip(request), mark=mark_in(request))


def _named(request: Request, fields: Iterable[str]) -> str | None:
    """Return the log-in name, mobile or e-mail that the body names, if it is a text."""
    sent = request.data if isinstance(request.data, dict) else {}
    return next((sent[field] for field in fields if isinstance(sent.get(field), str)), None)
