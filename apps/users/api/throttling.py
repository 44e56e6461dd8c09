"""Limits that count by account."""

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request

from apps.common.throttling import RouteThrottle, key_of_ip, within_limit
from apps.common.visitors import client_ip, neighbourhood
from apps.users.api.client_cookies import mark_in
from apps.users.services import known_browsers, places

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


# What is guessed slowly is guessed as well.
SCOPES = ("login_account", "login_account_hour")


class LoginAccountThrottle(RouteThrottle):
    """Count log-ins by the name they try, whoever has it and wherever they come from, by the minute and by the hour.

    Where the account's owner has logged in before, by address or on this browser, there are as many more: strangers who
    try the name elsewhere, on and on, lock each other out and not the owner. How many are left tells how often others
    tried this name: only who is refused is told when to come back.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        name = request.data.get("username") if isinstance(request.data, dict) else None
        if not isinstance(name, str):
            return True
        used_up = count_try(name, client_ip(request), mark_in(request))
        for scope in SCOPES:
            self.tell_limit(view, scope)
        if used_up:
            self.tell_rest(view, *used_up)
        return used_up is None


def may_try(request: HttpRequest, name: str) -> bool:
    """Count a log-in on a page, by address and by name together with those of the API, and tell whether it may be.

    Raises Busy when nobody can count.
    """
    # Both are counted, also where the first refuses already.
    tries = [within_limit("login", key_of_ip(request)), count_try(name, client_ip(request), mark_in(request)) is None]
    return all(tries)


def count_try(name: str, ip: str | None, mark: str) -> tuple[str, str] | None:
    """Count a try of a log-in name from an address, by a browser with this mark or none.

    Returns scope and key of the limit that is used up, if one is.
    """
    key = key_of_name(name)
    used_up = _used_up(key)
    # Asked only now: who is not refused pays for no look.
    home = _home_of(name, ip, mark) if used_up else None
    return _used_up(f"{key}:{home}") if home else used_up


def _home_of(name: str, ip: str | None, mark: str) -> str | None:
    """Return what tries are counted by where the owner of the name is known: the browser, or else the place."""
    browser = known_browsers.browser_of(name=name, mark=mark)
    if browser:
        return f"browser:{browser}"
    return neighbourhood(ip) if ip and places.is_known(name=name, ip=ip) else None


def _used_up(key: str) -> tuple[str, str] | None:
    return next(((scope, key) for scope in SCOPES if not within_limit(scope, key)), None)


def key_of_name(name: str) -> str:
    """Return what tries of a log-in name are counted by, alike for all ways of writing it."""
    normalised = unicodedata.normalize("NFKC", name).strip().casefold()
    return "name:" + hashlib.sha256(normalised.encode()).hexdigest()
