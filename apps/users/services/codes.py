"""Verify codes: sent to a mobile at once and to an e-mail by the outbox, capped, good once, and for few tries."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.common.exceptions import GatewayFailed
from apps.common.transactions import atomic_with_retry
from apps.common.visitors import neighbourhood
from apps.notifications.exceptions import NumberRefused, TooManyMessages
from apps.notifications.services import outbox, sms
from apps.notifications.services.letters import Letter
from apps.users.exceptions import CodeExpired, WrongCode
from apps.users.models import UserProfile, VerifyCode
from apps.users.services import allowances, wording
from apps.users.services.allowances import Allowances

LIFETIME = timedelta(minutes=5)
# A letter is on its way for longer than an SMS.
LIFETIME_BY_MAIL = timedelta(minutes=15)
# In all: two for all other places together, three for where the code was asked for, which nobody else uses up. A try
# counts against every code of its address and purpose that is good, so each is compared with five guesses at most,
# however many are good beside it. The six codes of a purpose and day, and four kept for the holder, are hit by chance
# once in 20,000 days where all are guessed at: 10 codes x 5 guesses / 10^6. Those to register have four digits, as the
# old clients' forms, and no holder: once in 330 days, 6 x 5 / 10^4, at the price of six SMS a day.
MAX_TRIES = 5
TRIES_ELSEWHERE = 2
# A code is kept for a while after its time, so that a late try is told "expired" and not "wrong".
KEPT_AFTER_EXPIRY = timedelta(days=1)
LETTER = "users.code"

Purpose = VerifyCode.Purpose


def send_code(*, address: str, purpose: Purpose, ip: str | None, mark: str = "", about: str = "") -> None:
    """Send a fresh code to a mobile or an e-mail, whoever it belongs to.

    It takes the place of those that were asked for from the same neighbourhood. Others stay good until their own time:
    else whoever asks in somebody's name would void what its owner is about to enter.

    `mark` is what the caller's browser is known by: see `known_browsers`. `about` says what of its purpose the code is
    for, such as the address that the account is to be reached by: it is good for nothing else.

    To a mobile it goes at once: call this outside of any transaction. A letter is owed, and follows the commit.
    Raises TooManyRequests, and nothing is sent or counted, within a minute of the last code or beyond the caps.
    Raises GatewayFailed when no SMS provider took the message, InvalidInput or TooManyRequests when one refused the
    number: the code is void, the number may ask again at once; the day's caps still count it, for it may have been
    delivered.
    """
    is_mail = "@" in address
    field = "email" if is_mail else "mobile"
    needed = allowances.prepare(address=address, field=field, purpose=purpose, ip=ip, mark=mark)
    if is_mail:
        _owe_letter(needed, address, purpose, ip, about)
    else:
        _send_sms(needed, address, purpose, ip, about)


@atomic_with_retry
def _owe_letter(needed: Allowances, address: str, purpose: Purpose, ip: str | None, about: str) -> None:
    allowances.take(needed)
    language = translation.get_language() or settings.LANGUAGE_CODE
    facts = {"purpose": purpose.value, "language": language, "ip": ip or "", "about": about}
    outbox.owe_letter(topic=LETTER, to=address, facts=facts)


def write_letter(to: str, facts: Mapping[str, str]) -> Letter:
    """Make the code that a letter owes, and return the letter (a writer of `notifications.letters`)."""
    purpose, code = Purpose(facts["purpose"]), _random_code(Purpose(facts["purpose"]))
    # A letter that was owed by an older version does not say who asked, or what about.
    ip, about = facts.get("ip") or None, facts.get("about", "")
    _store(address=to, ip=ip, purpose=purpose, code_hash=_hash(to, purpose, about, code), lifetime=LIFETIME_BY_MAIL)
    minutes = LIFETIME_BY_MAIL // timedelta(minutes=1)
    return wording.letter_with_code(purpose, code, minutes=minutes, language=facts["language"])


def _send_sms(needed: Allowances, mobile: str, purpose: Purpose, ip: str | None, about: str) -> None:
    code = _random_code(purpose)
    row = _take_and_store(needed, mobile, purpose, ip, _hash(mobile, purpose, about, code))
    kind = _kind_of_sms(mobile, purpose)
    try:
        sms.send_now(mobile=mobile, purpose=kind, text=wording.sms_with_code(kind, code), code=code)
    except (NumberRefused, TooManyMessages):
        _void(row, needed)
        raise
    except GatewayFailed as error:
        _void(row, needed)
        raise GatewayFailed(error.detail, fields={"mobile": [error.detail]}) from error


def _kind_of_sms(mobile: str, purpose: Purpose) -> str:
    """Return which text is sent: a number's owner is told that there is an account; whoever asked learns nothing."""
    if purpose == Purpose.REGISTER and UserProfile.objects.named(mobile).exists():
        return "registered"
    return purpose.value


@atomic_with_retry
def _take_and_store(needed: Allowances, mobile: str, purpose: Purpose, ip: str | None, code_hash: str) -> VerifyCode:
    """Take every allowance that the code needs and store it, all or nothing, committed before anything is sent."""
    allowances.take(needed)
    return _store(address=mobile, purpose=purpose, ip=ip, code_hash=code_hash, lifetime=LIFETIME)


def _store(*, address: str, purpose: Purpose, ip: str | None, code_hash: str, lifetime: timedelta) -> VerifyCode:
    usable = VerifyCode.objects.usable(timezone.now()).filter(address=address, purpose=purpose)
    replaced = [row.pk for row in usable if _place(row.ip) == _place(ip)]
    VerifyCode.objects.filter(pk__in=replaced).update(expires_at=timezone.now())
    return VerifyCode.objects.create(
        address=address,
        purpose=purpose,
        ip=ip,
        code_hash=code_hash,
        expires_at=timezone.now() + lifetime,
    )


@atomic_with_retry
def _void(row: VerifyCode, needed: Allowances) -> None:
    """Void a code that could not be sent, and let the number ask again at once."""
    VerifyCode.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    allowances.end_pause(needed)


def check_code(
    *, address: str, purpose: Purpose, code: str, ip: str | None, field: str = "code", about: str = ""
) -> VerifyCode:
    """Return the row of the right code, still to be spent; a try is counted, whatever comes of it.

    `about` is what `send_code` was told.

    Tries from where a code was asked for are counted apart from all others: strangers who guess use up none of them.

    Call it outside of any transaction: the count must stand when the caller is refused. Raises WrongCode or
    CodeExpired, under the name of the form's field.
    """
    now, shown = timezone.now(), _hash(address, purpose, about, code)
    sent = list(VerifyCode.objects.filter(address=address, purpose=purpose).order_by("id"))
    tried = _take_tries([row for row in sent if row.is_usable(now)], ip)
    right = [row for row in sent if constant_time_compare(row.code_hash, shown)]
    good = next((row for row in right if row in tried), None)
    if good is not None:
        return good
    # Whether somebody asked for a code lately is told to its holder alone.
    if right and all(row.expires_at <= now for row in right):
        raise CodeExpired(field)
    raise WrongCode(field)


@atomic_with_retry
def _take_tries(rows: list[VerifyCode], ip: str | None) -> list[VerifyCode]:
    """Take a try of each code, and return those that had one left."""
    return [row for row in rows if _take_a_try(row, ip)]


def _take_a_try(row: VerifyCode, ip: str | None) -> bool:
    count, most = _count_for(row, ip)
    usable = VerifyCode.objects.usable(timezone.now()).filter(**{"pk": row.pk, f"{count}__lt": most})
    return bool(usable.update(**{count: F(count) + 1}))


def _count_for(row: VerifyCode, ip: str | None) -> tuple[str, int]:
    """Return which tries are counted from there, and how many there are of them."""
    if row.ip is None:  # nobody knows where it was asked for
        return "tries", MAX_TRIES
    if _place(row.ip) == _place(ip):
        return "tries", MAX_TRIES - TRIES_ELSEWHERE
    return "tries_elsewhere", TRIES_ELSEWHERE


def _place(ip: str | None) -> str | None:
    return neighbourhood(ip) if ip else None


def spend_code(row: VerifyCode) -> None:
    """Use the code up, in the transaction of what it was shown for, and with it all others of its address and purpose.

    Of those who race for it, or with two codes of one address, one comes through and the others get WrongCode.
    """
    now = timezone.now()
    usable = VerifyCode.objects.usable(now).filter(address=row.address, purpose=row.purpose)
    ends = set(usable.order_by("id").select_for_update().values_list("pk", flat=True))
    if row.pk not in ends:
        raise WrongCode
    VerifyCode.objects.filter(pk__in=ends).update(used_at=now)


def purge_codes() -> tuple[int, int]:
    """Delete the allowances and codes that ended a day ago; returns how many of each."""
    ended = timezone.now() - KEPT_AFTER_EXPIRY
    spent = allowances.purge(ended_before=ended)
    codes, _by_model = VerifyCode.objects.filter(expires_at__lt=ended).delete()
    return spent, codes


def code_length(purpose: Purpose) -> int:
    """Four digits to register, as the Vue client demands, six for everything else."""
    return 4 if purpose == Purpose.REGISTER else 6


def _random_code(purpose: Purpose) -> str:
    return "".join(secrets.choice("0123456789") for _digit in range(code_length(purpose)))


def _hash(address: str, purpose: str, about: str, code: str) -> str:
    """Return the keyed hash of the code and all it is for; nobody with the table alone can try all codes."""
    said = [purpose, address, about, code] if about else [purpose, address, code]
    return salted_hmac("mxshop.users.codes", ":".join(said), algorithm="sha256").hexdigest()
