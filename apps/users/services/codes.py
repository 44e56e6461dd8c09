"""Verify codes: sent by SMS at once, capped by number and by IP, good once, for five minutes and five tries."""

import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from apps.common.exceptions import GatewayFailed, TooManyRequests
from apps.common.transactions import atomic_with_retry
from apps.common.visitors import neighbourhood
from apps.notifications.services import sms
from apps.users.exceptions import CodeExpired, WrongCode
from apps.users.models import CodeAllowance, UserProfile, VerifyCode

LIFETIME = timedelta(minutes=5)
PAUSE = timedelta(seconds=60)
MAX_TRIES = 5
# A code is kept for a while after its time, so that a late try is told "expired" and not "wrong".
KEPT_AFTER_EXPIRY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """An allowance of so many codes until some time."""

    key: str
    limit: int
    until: datetime


def send_code(*, mobile: str, purpose: VerifyCode.Purpose, ip: str | None) -> None:
    """Send a fresh code to the mobile; it alone counts from now on. Call it outside of any transaction.

    Raises TooManyRequests, and nothing is sent or counted, within a minute of the last code or beyond the caps.
    Raises GatewayFailed when the provider did not take the message: the code is void, the number may ask again
    at once; the day's caps still count it, for it may have been delivered.
    """
    code = _random_code(purpose)
    row = _reserve(mobile=mobile, purpose=purpose, ip=ip, code=code)
    # The number's owner is told that there is an account; whoever asked learns nothing.
    kind = "registered" if UserProfile.objects.named(mobile).exists() else purpose.value
    try:
        sms.send_now(mobile=mobile, purpose=kind, text=_text(kind, code), code=code)
    except GatewayFailed as error:
        _give_back(row)
        raise GatewayFailed(error.detail, fields={"mobile": [error.detail]}) from error


def check_code(*, mobile: str, purpose: VerifyCode.Purpose, code: str) -> VerifyCode:
    """Return the row of the right code, still to be spent; a try is counted, whatever comes of it.

    Call it outside of any transaction: the count must stand when the caller is refused.
    """
    latest = VerifyCode.objects.filter(mobile=mobile, purpose=purpose).order_by("-id").first()
    if latest is None:
        raise WrongCode
    if latest.expires_at <= timezone.now():
        raise CodeExpired
    if not _take_a_try(latest) or not constant_time_compare(latest.code_hash, _hash(mobile, purpose, code)):
        raise WrongCode
    return latest


def spend_code(row: VerifyCode) -> None:
    """Use the code up, in the transaction of what it was shown for; of two who race for it one gets WrongCode."""
    if not VerifyCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=timezone.now()):
        raise WrongCode


def purge_codes() -> tuple[int, int]:
    """Delete the allowances and codes that ended a day ago; returns how many of each."""
    ended = timezone.now() - KEPT_AFTER_EXPIRY
    allowances, _by_model = CodeAllowance.objects.filter(expires_at__lt=ended).delete()
    codes, _by_model = VerifyCode.objects.filter(expires_at__lt=ended).delete()
    return allowances, codes


def code_length(purpose: VerifyCode.Purpose) -> int:
    """Four digits to register, as the Vue client demands, six for everything else."""
    return 4 if purpose == VerifyCode.Purpose.REGISTER else 6


def _reserve(*, mobile: str, purpose: VerifyCode.Purpose, ip: str | None, code: str) -> VerifyCode:
    """Take every allowance that the code needs and store it, all or nothing, committed before anything is sent."""
    now = timezone.now()
    windows = _windows(mobile, ip, now)
    _prepare(_pause_key(mobile), windows, now)
    return _take_and_store(mobile=mobile, purpose=purpose, ip=ip, code=code, windows=windows, now=now)


@atomic_with_retry
def _prepare(pause_key: str, windows: list[Window], now: datetime) -> None:
    """Make the missing rows in a transaction of their own: two who insert the same row and then update it deadlock."""
    rows = [CodeAllowance(key=pause_key, expires_at=now)]
    rows += [CodeAllowance(key=window.key, expires_at=window.until) for window in windows]
    CodeAllowance.objects.bulk_create(rows, ignore_conflicts=True)


@atomic_with_retry
def _take_and_store(
    *, mobile: str, purpose: VerifyCode.Purpose, ip: str | None, code: str, windows: list[Window], now: datetime
) -> VerifyCode:
    _take_pause(mobile, now)
    for window in windows:
        _take(window, now)
    return VerifyCode.objects.create(
        mobile=mobile, purpose=purpose, ip=ip, code_hash=_hash(mobile, purpose, code), expires_at=now + LIFETIME
    )


def _take_pause(mobile: str, now: datetime) -> None:
    pause = CodeAllowance.objects.filter(key=_pause_key(mobile))
    if not pause.filter(expires_at__lte=now).update(used=F("used") + 1, expires_at=now + PAUSE):
        raise _too_many(_("Please wait a minute before you ask for another code."), pause.get().expires_at, now)


def _take(window: Window, now: datetime) -> None:
    allowance = CodeAllowance.objects.filter(key=window.key, used__lt=window.limit)
    if not allowance.update(used=F("used") + 1):
        raise _too_many(_("Too many codes were asked for, please try again later."), window.until, now)


def _too_many(message: str, until: datetime, now: datetime) -> TooManyRequests:
    wait = max(1, math.ceil((until - now).total_seconds()))
    return TooManyRequests(message, fields={"mobile": [message]}, retry_after=wait)


@atomic_with_retry
def _give_back(row: VerifyCode) -> None:
    """Void a code that could not be sent, and let the number ask again at once."""
    now = timezone.now()
    VerifyCode.objects.filter(pk=row.pk).update(expires_at=now)
    pause = CodeAllowance.objects.filter(key=_pause_key(row.mobile), expires_at=row.expires_at - LIFETIME + PAUSE)
    pause.update(expires_at=now)


@atomic_with_retry
def _take_a_try(row: VerifyCode) -> bool:
    usable = VerifyCode.objects.usable(timezone.now(), max_tries=MAX_TRIES)
    return bool(usable.filter(pk=row.pk).update(tries=F("tries") + 1))


def _windows(mobile: str, ip: str | None, now: datetime) -> list[Window]:
    """Return the caps in the order in which everybody takes them; those of an IP grow with the throttles' scale."""
    local = timezone.localtime(now)
    hour = local.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    next_day = day + timedelta(days=1)
    windows = [Window(f"mobile:{mobile}:day:{day:%F}", settings.SMS_PER_NUMBER_AND_DAY, next_day)]
    if ip:
        scale, caller = settings.THROTTLE_SCALE, neighbourhood(ip)
        windows += [
            Window(f"ip:{caller}:hour:{hour:%FT%H}", settings.SMS_PER_IP_AND_HOUR * scale, hour + timedelta(hours=1)),
            Window(f"ip:{caller}:day:{day:%F}", settings.SMS_PER_IP_AND_DAY * scale, next_day),
        ]
    return windows


def _pause_key(mobile: str) -> str:
    return f"mobile:{mobile}:pause"


def _random_code(purpose: VerifyCode.Purpose) -> str:
    return "".join(secrets.choice("0123456789") for _digit in range(code_length(purpose)))


def _hash(mobile: str, purpose: str, code: str) -> str:
    """Return the keyed hash of the code for this number and purpose; nobody with the table alone can try all codes."""
    return salted_hmac("mxshop.users.codes", f"{purpose}:{mobile}:{code}", algorithm="sha256").hexdigest()


def _text(kind: str, code: str) -> str:
    """Return the SMS in the shop's own language: providers approve texts word by word."""
    with translation.override(settings.LANGUAGE_CODE):
        if kind == "registered":
            return _(
                "This number already has an account, please log in with your password. "
                "Your verification code is {code}, valid for 5 minutes."
            ).format(code=code)
        return _("Your verification code is {code}, valid for 5 minutes. Tell it to nobody.").format(code=code)
