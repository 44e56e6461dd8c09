"""How often callers may ask: `limits` counts, in Redis for all workers or in memory for one process.

`settings.THROTTLE_RATES` is the table. A view names its scope with `throttle_scope`; without one, reads and
writes have a generous limit each. Answers tell the limit (`RateLimit-Policy`) and what is left of it (`RateLimit`),
as draft-ietf-httpapi-ratelimit-headers spells them.
"""

import math
import time
from collections.abc import Iterable
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


class OneTripRedis(RedisStorage):
    """Counts a request and looks at what is left in one trip, by the two scripts of `limits`, one after the other."""

    SCRIPT_COUNT_AND_LOOK = b"""
        local function count(KEYS, ARGV) %b end
        local function look(KEYS, ARGV) %b end
        local passes = count(KEYS, ARGV)
        local window = look(KEYS, {ARGV[1] - ARGV[3], ARGV[2]})
        return {passes and 1 or 0, window[1], window[2]}
    """ % (RedisStorage.SCRIPT_ACQUIRE_MOVING_WINDOW, RedisStorage.SCRIPT_MOVING_WINDOW)

    def initialize_storage(self, uri: str) -> None:
        super().initialize_storage(uri)
        self.lua_count_and_look = self.get_connection().register_script(self.SCRIPT_COUNT_AND_LOOK)

    def count_and_look(self, item: RateLimitItem, *identifiers: str) -> tuple[bool, WindowStats]:
        """Return whether the request passes, and the window with it in; raises StorageError."""
        key, expiry = self.prefixed_key(item.key_for(*identifiers)), item.get_expiry()
        asked_at = time.time()  # noqa: TID251  by which `limits` counts
        try:
            passes, begin, used = self.lua_count_and_look([key], [asked_at, item.amount, expiry, 1])
        except self.base_exceptions as error:
            raise StorageError(error) from error
        return bool(passes), WindowStats(float(begin) + expiry, item.amount - used)


class Limiter(MovingWindowRateLimiter):
    """Counts a request, and tells what is left with the same answer."""

    def count_and_look(self, item: RateLimitItem, *identifiers: str) -> tuple[bool, WindowStats]:
        """Return whether the request passes, and the window with it in; raises StorageError."""
        if isinstance(self.storage, OneTripRedis):
            return self.storage.count_and_look(item, *identifiers)
        return self.hit(item, *identifiers), self.get_window_stats(item, *identifiers)


@cache
def limiter() -> Limiter:
    """Return the process's limiter; the storage is Redis when the shop has one."""
    return Limiter(_storage())


def _storage() -> Storage:
    if settings.REDIS_URL:
        prefix = f"{settings.REDIS_PREFIX}:limits"
        return OneTripRedis(settings.REDIS_URL, key_prefix=prefix, wrap_exceptions=True, socket_timeout=1)
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


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A request that was counted: whether it may pass, how many more may, and in how many seconds there are more."""

    scope: str
    passes: bool
    remaining: int
    seconds: int

    @property
    def rest(self) -> str:
        """What is left of the limit, as it stands in the header `RateLimit`."""
        return _rest(self.scope, remaining=self.remaining, seconds=self.seconds)

    @property
    def used_up(self) -> UsedUp | None:
        """The limit, if it lets the request not pass."""
        return None if self.passes else UsedUp(scope=self.scope, seconds=max(1, self.seconds))


def count_request(scope: str, key: str) -> Counted | None:
    """Count a request within the limit of its scope; None where nobody can count, who then may pass.

    Raises Busy if a guarded scope cannot be counted.
    """
    try:
        passes, window = limiter().count_and_look(_scaled(scope), scope, key)
    except StorageError as error:
        if scope in FAIL_CLOSED:
            raise Busy(_("The shop cannot check its limits, please try again."), retry_after=5) from error
        return None
    # Redis hands four digits of a fraction back, and may have rounded them up.
    seconds = math.ceil(round(_seconds_until_more(window), 3))
    return Counted(scope=scope, passes=passes, remaining=window.remaining, seconds=seconds)


def count(scope: str, key: str) -> UsedUp | None:
    """Count a request; returns the limit of its scope if that is used up, and None for one that may pass.

    Raises Busy if a guarded scope cannot be counted.
    """
    counted = count_request(scope, key)
    return counted.used_up if counted else None


def count_each(scopes: Iterable[str], key: str) -> UsedUp | None:
    """Count a try within several limits, up to the first that is used up, as `count` does."""
    return next(filter(None, (count(scope, key) for scope in scopes)), None)


def refuse_beyond(scopes: Iterable[str], *, user_id: int, field: str = "") -> None:
    """Count a try of a user's, wherever it is made; raises TooManyRequests, under the form's field, and Busy."""
    if used_up := count_each(scopes, f"user:{user_id}"):
        raise used_up.refusal(field=field)


def key_of_ip(request: HttpRequest | Request) -> str:
    """Return what a caller who is not signed in is counted by."""
    ip = client_ip(request)
    return f"ip:{neighbourhood(ip) if ip else ''}"


class RouteThrottle(BaseThrottle):
    """Count by user, else by IP, for the scope of the view."""

    used_up: UsedUp | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Tell whether the caller may go on, and the caller what the limit is and what is left of it."""
        scope = self.scope_of(request, view)
        counted = self.count(request, view, scope)
        self.tell_limit(view, scope)
        if counted:
            self.tell_rest(view, counted)
        return counted is None or counted.passes

    def count(self, request: Request, view: "APIView", scope: str) -> Counted | None:
        return count_request(scope, self.key_of(request))

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

    def tell_rest(self, view: "APIView", counted: Counted) -> None:
        """Say in a header what is left of it to the caller, and remember when there is more if that is nothing."""
        self.used_up = counted.used_up
        _add_header(view, "RateLimit", counted.rest)

    def refuse(self, view: "APIView", used_up: UsedUp) -> None:
        """Say in a header that nothing is left, and remember when there is more."""
        self.used_up = used_up
        _add_header(view, "RateLimit", used_up.rest)


def _scaled(scope: str) -> RateLimitItem:
    return _rate(scope, settings.THROTTLE_SCALE)


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
