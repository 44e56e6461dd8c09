"""The second factor of staff: a code of an authenticator app (TOTP, RFC 6238), or a recovery code.

Nobody is asked for one unless `settings.STAFF_SECOND_FACTOR` says so; then no member of staff gets further without, and
the password alone sets none up: that takes a code which a superuser hands out.
"""

import hashlib
import logging
import secrets
from datetime import timedelta

import pyotp
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from apps.common.tasks import on_its_own
from apps.common.throttling import refuse_beyond
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import NoEnrolment, WrongSecondFactor
from apps.users.models import DeviceSession, RecoveryCode, SecondFactor, UserProfile
from apps.users.services import keys

logger = logging.getLogger(__name__)

# What is guessed slowly is guessed as well: three codes are good at any moment.
LIMITS = ("second_factor", "second_factor_day")
ISSUER = "mxshop"
STEP = 30  # seconds; what every app assumes
# An app's clock may be off by one step in either direction (RFC 6238, 5.2).
TOLERATED = (0, -1, 1)
RECOVERY_CODES = 10
# A working day, for who is handed it in the morning.
ENROLMENT_LIFETIME = timedelta(hours=8)
# 79 bits, so that the plain hash of a code is of no use to whoever has the table.
CODE_LENGTH = 16
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def factor_of(*, user: UserProfile) -> SecondFactor | None:
    """Return the user's second factor, if their app has confirmed it."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


@atomic_with_retry
def hand_out_enrolment(*, user: UserProfile) -> str:
    """Return the code with which the user sets up a second factor, once, within eight hours; never told again.

    Whoever has the password alone can't: the code is to reach them another way, best in person. One that was handed out
    before is void, and so is what was begun with it. Raises NoEnrolment where the shop asks for none, and for who is
    not of staff, or has a second factor: that must be reset first.
    """
    if not settings.STAFF_SECOND_FACTOR:
        raise NoEnrolment(_("The shop asks nobody for a second factor."))
    user.lock()
    if not (user.is_staff and user.is_active) or factor_of(user=user):
        raise NoEnrolment
    SecondFactor.objects.filter(user=user).delete()
    code = _random_code()
    until = timezone.now() + ENROLMENT_LIFETIME
    SecondFactor.objects.create(user=user, enrolment_hash=_hash(code), enrolment_until=until)
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def begin_enrolment(*, user: UserProfile, code: str) -> SecondFactor:
    """Use up the code that was handed out, and return the second factor to be confirmed; its secret is a new one.

    Raises WrongSecondFactor, or what `refuse_beyond` does, and nothing is changed.
    """
    refuse_beyond(LIMITS, user_id=user.pk)
    return _begin(user, code)


@atomic_with_retry
def _begin(user: UserProfile, code: str) -> SecondFactor:
    promised = SecondFactor.objects.filter(
        user=user, confirmed_at__isnull=True, enrolment_hash=_hash(code), enrolment_until__gt=timezone.now()
    )
    secret = keys.encrypted(pyotp.random_base32())
    kid = keys.current_key().kid
    # Of two who bring it at once, one finds it.
    if not promised.update(secret=secret, key_id=kid, enrolment_hash="", enrolment_until=None):
        raise WrongSecondFactor
    return SecondFactor.objects.get(user=user)


def begun_enrolment(*, user: UserProfile, factor_id: int) -> SecondFactor | None:
    """Return the second factor that the user has begun to set up, if it is still this one."""
    return SecondFactor.objects.filter(pk=factor_id, user=user, confirmed_at__isnull=True).exclude(secret="").first()


def address_for_app(*, factor: SecondFactor) -> str:
    """Return the address that the user's app reads from a QR code."""
    return pyotp.TOTP(keys.decrypted(factor.secret)).provisioning_uri(name=factor.user.username, issuer_name=ISSUER)


def confirm_enrolment(*, factor: SecondFactor, code: str) -> list[str]:
    """Take the second factor into use by the first code of the app; returns the recovery codes, never told again.

    Raises WrongSecondFactor, or what `refuse_beyond` does, and nothing is changed.
    """
    refuse_beyond(LIMITS, user_id=factor.user_id)
    return _confirm(factor, code)


@atomic_with_retry
def _confirm(factor: SecondFactor, code: str) -> list[str]:
    unconfirmed = SecondFactor.objects.filter(pk=factor.pk, confirmed_at__isnull=True)
    if not (_take_code_of_app(factor, code) and unconfirmed.update(confirmed_at=timezone.now())):
        raise WrongSecondFactor
    return _new_recovery_codes(factor)


def check_second_factor(*, user: UserProfile, code: str) -> SecondFactor:
    """Use up a code of the user's app or a recovery code, and return what it belongs to.

    Raises WrongSecondFactor for a wrong code, and for a right one that comes a second time, or what `refuse_beyond`
    does.
    """
    refuse_beyond(LIMITS, user_id=user.pk)
    factor = factor_of(user=user)
    if factor is None or not (_take_code_of_app(factor, code) or _take_recovery_code(factor, code)):
        raise WrongSecondFactor
    return factor


def renew_recovery_codes(*, user: UserProfile, code: str) -> list[str]:
    """Return fresh recovery codes in place of all earlier ones, for a code as above; raises WrongSecondFactor."""
    return _new_recovery_codes(check_second_factor(user=user, code=code))


def count_recovery_codes(*, factor: SecondFactor) -> int:
    """Return how many recovery codes are left."""
    return factor.recovery_codes.filter(used_at__isnull=True).count()


@atomic_with_retry
def reset_second_factor(*, user: UserProfile) -> bool:
    """Take the second factor away, from whoever lost it, or the code to set one up.

    They set up another one with another code. Returns whether there was one. Whoever has it gets no further: browsers
    in the back office are logged out, and tokens of staff are worth nothing any more.
    """
    deleted, _by_model = SecondFactor.objects.filter(user=user).delete()
    DeviceSession.objects.of(user.pk).filter(realm=DeviceSession.Realm.STAFF).end()
    return bool(deleted)


def renew_encryption() -> int:
    """Encrypt with the present key what an earlier one encrypted, before that one is forgotten; returns how many."""
    old = SecondFactor.objects.exclude(secret="").exclude(key_id=keys.current_key().kid)
    renewed = 0
    for factor in old:
        with on_its_own(factor):
            secret = keys.encrypted(keys.decrypted(factor.secret))
            unchanged = SecondFactor.objects.filter(pk=factor.pk, secret=factor.secret)
            renewed += unchanged.update(secret=secret, key_id=keys.current_key().kid)
    return renewed


def _take_code_of_app(factor: SecondFactor, code: str) -> bool:
    """Tell whether the code is right and of a later step than any before, and note that step: of two, one takes it."""
    try:
        app = pyotp.TOTP(keys.decrypted(factor.secret))
    except InvalidToken:
        logger.error("the key of %s is gone: only its recovery codes are good, or a reset", factor)
        return False
    now = int(timezone.now().timestamp()) // STEP
    for step in (now + shift for shift in TOLERATED):
        if constant_time_compare(app.generate_otp(step), code):
            later = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            return bool(later.update(last_step=step))
    return False


def _take_recovery_code(factor: SecondFactor, code: str) -> bool:
    unused = RecoveryCode.objects.filter(factor=factor, code_hash=_hash(code), used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


@atomic_with_retry
def _new_recovery_codes(factor: SecondFactor) -> list[str]:
    factor.recovery_codes.all().delete()
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=_hash(code)) for code in codes)
    return codes


def _random_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _hash(code: str) -> str:
    written = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(written.encode()).hexdigest()
