"""How often callers may ask: `limits` counts, in Redis for all workers or in memory for one process.

`settings.THROTTLE_RATES` is the table. A view names its scope with `throttle_scope`; without one, reads and
writes have a generous limit each. Answers tell the limit (`RateLimit-Policy`) and what is left of it (`RateLimit`),
as draft-ietf-httpapi-ratelimit-headers spells them.
"""

import math
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from limits.util import WindowStats
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.common.exceptions import Busy, TooManyRequests
from apps.common.visitors import client_ip, neighbourhood

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module

MINUTE, HOUR = 60, 3600
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What has no limit of its own.
GENEROUS = frozenset({"read", "write"})
# Scopes that guard accounts and money: when nobody can count, nobody passes.
FAIL_CLOSED = frozenset(
    {
        "code",
        "code_try",
        "register",
        "login",
        "login_account",
        "login_account_hour",
        "password",
        "password_hour",
        "personal_data",
        "scan",
        "second_factor",
        "second_factor_day",
        "sister",
        "ticket",
    }
)


@cache
def limiter() -> MovingWindowRateLimiter:
    """Return the process's limiter; the storage is Redis when the shop has one."""
    return MovingWindowRateLimiter(_storage())


def _storage() -> Storage:
    if settings.REDIS_URL:
        prefix = f"{settings.REDIS_PREFIX}:limits"
        return RedisStorage(settings.REDIS_URL, key_prefix=prefix, wrap_exceptions=True, socket_timeout=1)
    return MemoryStorage()


@cache
def _rate(scope: str, scale: int) -> RateLimitItem:
    item = parse(settings.THROTTLE_RATES[scope])
    return type(item)(item.amount * scale, item.multiples)


@dataclass(frozen=True, kw_only=True)
class UsedUp:
    """A limit that lets nothing more of somebody's through, for so many seconds; told alike by API and pages."""

    scope: str
    seconds: int

    @property
    def rest(self) -> str:
        """What is left of the limit, as it stands in the header `RateLimit`."""
        return _rest(self.scope, remaining=0, seconds=self.seconds)

    @property
    def headers(self) -> dict[str, str]:
        """What the answer of a page says to programs; DRF puts an API's together."""
        return {"RateLimit-Policy": _policy(self.scope), "RateLimit": self.rest, "Retry-After": str(self.seconds)}

    @property
    def words(self) -> str:
        """What the answer says to people."""
        return _("Too many tries, please try again in %(wait)s.") % {"wait": _in_words(self.seconds)}

    def refusal(self, *, field: str = "") -> TooManyRequests:
        """Return it as a refusal, which stands under a field of the form if it has one."""
        return TooManyRequests(self.words, fields={field: [self.words]} if field else {}, retry_after=self.seconds)


def count(scope: str, key: str) -> UsedUp | None:
    """Count a request; returns the limit of its scope if that is used up, and None for one that may pass.

    Raises Busy if a guarded scope cannot be counted; others then pass.
    """
    try:
        if limiter().hit(_scaled(scope), scope, key):
            return None
    except StorageError as error:
        if scope in FAIL_CLOSED:
            raise Busy(_("The shop cannot check its limits, please try again."), retry_after=5) from error
        return None
    window = _window(scope, key)
    # Where nobody can look any more: it is over by then.
    wait = _seconds_until_more(window) if window else _scaled(scope).get_expiry()
    return UsedUp(scope=scope, seconds=max(1, math.ceil(wait)))


def key_of_ip(request: HttpRequest | Request) -> str:
    """Return what a caller who is not signed in is counted by."""
    ip = client_ip(request)
    return f"ip:{neighbourhood(ip) if ip else ''}"


class RouteThrottle(BaseThrottle):
    """Count by user, else by IP, for the scope of the view."""

    used_up: UsedUp | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Tell whether the caller may go on, and the caller what the limit is."""
        scope, key = self.scope_of(request, view), self.key_of(request)
        used_up = count(scope, key)
        self.tell_limit(view, scope)
        if used_up:
            self.refuse(view, used_up)
        elif scope not in GENEROUS:
            # What is left of a generous limit costs another trip to Redis, and nobody needs to know before it is used.
            self.tell_rest(view, scope, key)
        return used_up is None

    def wait(self) -> float | None:
        """Return the seconds until the next request may pass."""
        return self.used_up.seconds if self.used_up else None

    def scope_of(self, request: Request, view: "APIView") -> str:
        named: Any = getattr(view, "throttle_scope", "")
        return str(named) or ("read" if request.method in SAFE_METHODS else "write")

    def key_of(self, request: Request) -> str:
        return f"user:{request.user.pk}" if request.user.is_authenticated else key_of_ip(request)

    def tell_limit(self, view: "APIView", scope: str) -> None:
        """Say in a header how much the scope allows."""
        _add_header(view, "RateLimit-Policy", _policy(scope))

    def tell_rest(self, view: "APIView", scope: str, key: str) -> None:
        """Say in a header what is left of it to the caller."""
        if window := _window(scope, key):
            seconds = math.ceil(_seconds_until_more(window))
            _add_header(view, "RateLimit", _rest(scope, remaining=window.remaining, seconds=seconds))

    def refuse(self, view: "APIView", used_up: UsedUp) -> None:
        """Say in a header that nothing is left, and remember when there is more."""
        self.used_up = used_up
        _add_header(view, "RateLimit", used_up.rest)


def _scaled(scope: str) -> RateLimitItem:
    return _rate(scope, settings.THROTTLE_SCALE)


def _window(scope: str, key: str) -> WindowStats | None:
    try:
        return limiter().get_window_stats(_scaled(scope), scope, key)
    except StorageError:
        return None


def _seconds_until_more(window: WindowStats) -> float:
    return max(0.0, window.reset_time - time.time())  # noqa: TID251  by which `limits` counts


def _policy(scope: str) -> str:
    rate = _scaled(scope)
    return f'"{scope}";q={rate.amount};w={rate.get_expiry()}'


def _rest(scope: str, *, remaining: int, seconds: int) -> str:
    return f'"{scope}";r={remaining};t={seconds}'


def _in_words(seconds: int) -> str:
    """Return a wait as people say it, and never less than it is."""
    if seconds <= MINUTE:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = math.ceil(seconds / MINUTE)
    if minutes <= MINUTE:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = math.ceil(seconds / HOUR)
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def _add_header(view: "APIView", name: str, item: str) -> None:
    """Add an item to a list among the headers that DRF gives the view's answer, whatever comes of it."""
    view.headers[name] = ", ".join(filter(None, [view.headers.get(name), item]))
