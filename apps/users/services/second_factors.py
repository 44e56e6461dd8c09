"""The second factor of staff: a code of an authenticator app (TOTP, RFC 6238), or a recovery code.

Nobody is asked for one unless `settings.STAFF_SECOND_FACTOR` says so; then no member of staff gets further without.
"""

import hashlib
import logging
import secrets

import pyotp
from cryptography.fernet import InvalidToken
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import TooManyRequests
from apps.common.tasks import on_its_own
from apps.common.throttling import within_limit
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import WrongSecondFactor
from apps.users.models import RecoveryCode, SecondFactor, UserProfile
from apps.users.services import keys

logger = logging.getLogger(__name__)

ISSUER = "mxshop"
STEP = 30  # seconds; what every app assumes
# An app's clock may be off by one step in either direction (RFC 6238, 5.2).
TOLERATED = (0, -1, 1)
RECOVERY_CODES = 10
# 79 bits, so that the plain hash of one is of no use to whoever has the table.
RECOVERY_LENGTH = 16
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def count_the_try(*, user: UserProfile) -> None:
    """Raise TooManyRequests beyond the limit of tries, wherever they are made, and Busy if nobody can count them."""
    key = f"user:{user.pk}"
    # What is guessed slowly is guessed as well: three codes are good at any moment.
    if not (within_limit("second_factor", key) and within_limit("second_factor_day", key)):
        raise TooManyRequests(_("Too many tries, please wait a minute."))


def factor_of(*, user: UserProfile) -> SecondFactor | None:
    """Return the user's second factor, if their app has confirmed it."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()


@atomic_with_retry
def begin_enrolment(*, user: UserProfile) -> str:
    """Return the address that the user's app reads from a QR code; until it is confirmed it is the same one.

    Raises WrongSecondFactor for whoever has one already: it must be reset first.
    """
    secret = pyotp.random_base32()
    factor, is_new = SecondFactor.objects.get_or_create(
        user=user, defaults={"secret": keys.encrypted(secret), "key_id": keys.current_key().kid}
    )
    if factor.confirmed_at:
        raise WrongSecondFactor
    secret = secret if is_new else keys.decrypted(factor.secret)
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm_enrolment(*, user: UserProfile, code: str) -> list[str]:
    """Take the second factor into use by the first code of the app; returns the recovery codes, never told again.

    Raises WrongSecondFactor, or what `count_the_try` does, and nothing is changed.
    """
    count_the_try(user=user)
    return _confirm(user, code)


@atomic_with_retry
def _confirm(user: UserProfile, code: str) -> list[str]:
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=True).first()
    if factor is None or not _take_code_of_app(factor, code):
        raise WrongSecondFactor
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now())
    return _new_recovery_codes(factor)


def check_second_factor(*, user: UserProfile, code: str) -> SecondFactor:
    """Use up a code of the user's app or a recovery code, and return what it belongs to.

    Raises WrongSecondFactor for a wrong code, and for a right one that comes a second time, or what `count_the_try`
    does.
    """
    count_the_try(user=user)
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


def reset_second_factor(*, user: UserProfile) -> bool:
    """Take the second factor away, from whoever lost it; they set up another one when they come back.

    Returns whether there was one. Sessions that it had opened are asked anew.
    """
    deleted, _by_model = SecondFactor.objects.filter(user=user).delete()
    return bool(deleted)


def renew_encryption() -> int:
    """Encrypt with the present key what an earlier one encrypted, before that one is forgotten; returns how many."""
    old = SecondFactor.objects.exclude(key_id=keys.current_key().kid)
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
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, code_hash=_hash(code)) for code in codes)
    return codes


def _hash(code: str) -> str:
    written = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(written.encode()).hexdigest()
