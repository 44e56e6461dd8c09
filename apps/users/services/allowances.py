"""How many codes an address and an IP may have, and a number SMS of other kinds.

They are counted in rows, which neither a race nor a restart gets round.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import TooManyRequests
from apps.common.transactions import atomic_with_retry
from apps.common.visitors import neighbourhood
from apps.users.models import CodeAllowance
from apps.users.services.homes import Home, home_of

PAUSE = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class Window:
    """An allowance of so many codes until some time; `kept` is what is taken from once it is used up."""

    key: str
    limit: int
    until: datetime
    kept: "Window | None" = None


@dataclass(frozen=True, kw_only=True)
class Allowances:
    """All that one code takes from; `field` is where the caller's form shows a refusal."""

    address: str
    field: str
    windows: tuple[Window, ...]
    asked_at: datetime

    @property
    def pause_key(self) -> str:
        return f"to:{self.address}:pause"

    @property
    def paused_until(self) -> datetime:
        return self.asked_at + PAUSE


def prepare(*, address: str, field: str, purpose: str, ip: str | None, mark: str = "") -> Allowances:
    """Return what a code takes from, with the rows made.

    `mark` is what the caller's browser is known by, if it is. The rows are made in a transaction of their own: two who
    insert the same row and then update it deadlock.
    """
    now = timezone.now()
    # Asked of every address, so that the time it takes tells nothing either.
    home = home_of(name=address, ip=ip, mark=mark)
    windows = (*_windows_of_address(address, purpose, now, home), *_windows_of_ip(ip, now, home))
    allowances = Allowances(address=address, field=field, windows=windows, asked_at=now)
    _make_rows(allowances)
    return allowances


@atomic_with_retry
def _make_rows(allowances: Allowances) -> None:
    rows = [CodeAllowance(key=allowances.pause_key, expires_at=allowances.asked_at)]
    kept = [window.kept for window in allowances.windows if window.kept]
    rows += [CodeAllowance(key=window.key, expires_at=window.until) for window in (*allowances.windows, *kept)]
    CodeAllowance.objects.bulk_create(rows, ignore_conflicts=True)


def take(allowances: Allowances) -> None:
    """Take one code from each allowance, in the caller's transaction; raises TooManyRequests when one is used up."""
    pause, now = CodeAllowance.objects.filter(key=allowances.pause_key), allowances.asked_at
    if not pause.filter(expires_at__lte=now).update(used=F("used") + 1, expires_at=allowances.paused_until):
        message = _("Please wait a minute before you ask for another code.")
        raise _too_many(allowances, message, until=pause.get().expires_at)
    for window in allowances.windows:
        if not _take_from(window):
            message = _("Too many codes were asked for, please try again later.")
            raise _too_many(allowances, message, until=window.until)


def _take_from(window: Window) -> bool:
    left = CodeAllowance.objects.filter(key=window.key, used__lt=window.limit)
    return bool(left.update(used=F("used") + 1)) or (window.kept is not None and _take_from(window.kept))


def end_pause(allowances: Allowances) -> None:
    """Let the address ask again at once, unless it has been given another code since."""
    pause = CodeAllowance.objects.filter(key=allowances.pause_key, expires_at=allowances.paused_until)
    pause.update(expires_at=timezone.now())


def may_tell(*, mobile: str, kind: str, limit: int) -> bool:
    """Take one SMS without a code from the day's allowance of its kind, in the caller's transaction, if any is left.

    Two who make the same row at once may be a deadlock: then one of the callers runs again.
    """
    day = _hour(timezone.now()).replace(hour=0)
    key = f"told:{mobile}:{kind}:day:{day:%F}"
    CodeAllowance.objects.bulk_create(
        [CodeAllowance(key=key, expires_at=day + timedelta(days=1))], ignore_conflicts=True
    )
    return bool(CodeAllowance.objects.filter(key=key, used__lt=limit).update(used=F("used") + 1))


def purge(*, ended_before: datetime) -> int:
    """Delete the allowances that ended before then, and return how many."""
    spent, _by_model = CodeAllowance.objects.filter(expires_at__lt=ended_before).delete()
    return spent


def _too_many(allowances: Allowances, message: str, *, until: datetime) -> TooManyRequests:
    wait = max(1, math.ceil((until - allowances.asked_at).total_seconds()))
    return TooManyRequests(message, fields={allowances.field: [message]}, retry_after=wait)


def _windows_of_address(address: str, purpose: str, now: datetime, home: Home | None) -> tuple[Window, ...]:
    """Return the caps of the address, in the order in which everybody takes them.

    A purpose has less than the whole: whoever asks for codes in somebody's name leaves them some to log in with. And
    strangers leave a reserve, which only those get at who ask where the address's holder has lately logged in, or on a
    browser that is known to be theirs.
    """
    day = _hour(now).replace(hour=0)
    kept = settings.CODES_KEPT_FOR_HOLDERS if home else 0
    caps = [
        (f"to:{address}:day:{day:%F}", settings.CODES_PER_ADDRESS_AND_DAY),
        (f"to:{address}:{purpose}:day:{day:%F}", settings.CODES_PER_PURPOSE_AND_DAY),
    ]
    return tuple(Window(key=key, limit=limit + kept, until=day + timedelta(days=1)) for key, limit in caps)


def _windows_of_ip(ip: str | None, now: datetime, home: Home | None) -> tuple[Window, ...]:
    """Return the caps of the caller, which grow with the throttles' scale.

    Whoever shares an address with strangers who use it up has some codes of their own there, on a browser that is known
    to be theirs; by user, for who logs in again and again has many such browsers.
    """
    if ip is None:
        return ()
    caller, hour = f"ip:{neighbourhood(ip)}", _hour(now)
    day = hour.replace(hour=0)
    caps = [
        (f"hour:{hour:%FT%H}", settings.CODES_PER_IP_AND_HOUR, hour + timedelta(hours=1)),
        (f"day:{day:%F}", settings.CODES_PER_IP_AND_DAY, day + timedelta(days=1)),
    ]
    return tuple(_window_of_ip(caller, home, name=name, limit=limit, until=until) for name, limit, until in caps)


def _window_of_ip(caller: str, home: Home | None, *, name: str, limit: int, until: datetime) -> Window:
    scale, kept = settings.THROTTLE_SCALE, None
    if home and home.browser:
        own = f"{caller}:{home.browser.user_id.hex}:{name}"
        kept = Window(key=own, limit=settings.CODES_KEPT_FOR_HOLDERS * scale, until=until)
    return Window(key=f"{caller}:{name}", limit=limit * scale, until=until, kept=kept)


def _hour(now: datetime) -> datetime:
    return timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
