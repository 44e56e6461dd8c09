"""How often callers may ask: `limits` counts, in Redis for all workers or in memory for one process.

`settings.THROTTLE_RATES` is the table. A view names its scope with `throttle_scope`; without one, reads and
writes have a generous limit each. Answers tell the limit (`RateLimit-Policy`) and what is left of it (`RateLimit`),
as draft-ietf-httpapi-ratelimit-headers spells them.
"""

import math
import time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import MovingWindowRateLimiter
from limits.util import WindowStats
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.common.exceptions import Busy
from apps.common.visitors import client_ip, neighbourhood

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module

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


def within_limit(scope: str, key: str) -> bool:
    """Count a request, and tell whether it is within the limit of its scope.

    Raises Busy if a guarded scope cannot be counted; others then pass.
    """
    try:
        return limiter().hit(_rate(scope, settings.THROTTLE_SCALE), scope, key)
    except StorageError as error:
        if scope in FAIL_CLOSED:
            raise Busy(_("The shop cannot check its limits, please try again."), retry_after=5) from error
        return True


def seconds_until_more(scope: str, key: str) -> int | None:
    """Return when a limit that is used up lets something through again; None if nobody knows."""
    try:
        return math.ceil(
            _seconds_until_more(limiter().get_window_stats(_rate(scope, settings.THROTTLE_SCALE), scope, key))
        )
    except StorageError:
        return None


def key_of_ip(request: HttpRequest | Request) -> str:
    """Return what a caller who is not signed in is counted by."""
    ip = client_ip(request)
    return f"ip:{neighbourhood(ip) if ip else ''}"


class RouteThrottle(BaseThrottle):
    """Count by user, else by IP, for the scope of the view."""

    window: WindowStats | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Tell whether the caller may go on, and the caller what the limit is."""
        scope, key = self.scope_of(request, view), self.key_of(request)
        allowed = within_limit(scope, key)
        self.tell_limit(view, scope)
        # What is left of a generous limit costs another trip to Redis, and nobody needs to know before it is used up.
        if not allowed or scope not in GENEROUS:
            self.tell_rest(view, scope, key)
        return allowed

    def wait(self) -> float | None:
        """Return the seconds until the next request may pass."""
        return _seconds_until_more(self.window) if self.window else None

    def scope_of(self, request: Request, view: "APIView") -> str:
        named: Any = getattr(view, "throttle_scope", "")
        return str(named) or ("read" if request.method in SAFE_METHODS else "write")

    def key_of(self, request: Request) -> str:
        return f"user:{request.user.pk}" if request.user.is_authenticated else key_of_ip(request)

    def tell_limit(self, view: "APIView", scope: str) -> None:
        """Say in a header how much the scope allows."""
        rate = _rate(scope, settings.THROTTLE_SCALE)
        _add_header(view, "RateLimit-Policy", f'"{scope}";q={rate.amount};w={rate.get_expiry()}')

    def tell_rest(self, view: "APIView", scope: str, key: str) -> None:
        """Say in a header what is left of it to the caller, and remember when there is more."""
        try:
            self.window = limiter().get_window_stats(_rate(scope, settings.THROTTLE_SCALE), scope, key)
        except StorageError:
            return
        seconds = math.ceil(_seconds_until_more(self.window))
        _add_header(view, "RateLimit", f'"{scope}";r={self.window.remaining};t={seconds}')


def _seconds_until_more(window: WindowStats) -> float:
    return max(0.0, window.reset_time - time.time())  # noqa: TID251  by which `limits` counts


def _add_header(view: "APIView", name: str, item: str) -> None:
    """Add an item to a list among the headers that DRF gives the view's answer, whatever comes of it."""
    view.headers[name] = ", ".join(filter(None, [view.headers.get(name), item]))
