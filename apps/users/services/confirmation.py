"""Whether it is the owner who asks, and not whoever holds their token.

What copies or ends an account, or changes who gets into it, takes a proof beside the token: the password, or a code
that was sent to what the user has proven, the mobile or else the e-mail. Who has neither, as somebody who came through
a third party, has shown who they are by logging in, and does so again: a log-in of the last ten minutes is the proof.
One that another device let in by scanning is none, for a token is all that it takes to scan.

A code confirms the one act that it was asked for: whoever is talked out of one loses no more than that.

Tries of an account's password share one limit, whichever route asks for it: five routes give no more guesses than one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import Conflict
from apps.common.throttling import refuse_beyond
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import ProofNeeded, StaleLogIn, WrongPassword
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import codes

FRESH = timedelta(minutes=10)
# Rows of `settings.THROTTLE_RATES`: what is guessed slowly is guessed as well.
LIMITS = ("password", "password_hour")
Purpose = VerifyCode.Purpose


class Act(StrEnum):
    """What the owner confirms."""

    BIND = "bind"
    UNBIND = "unbind"
    FIRST_CONTACT = "first_contact"
    EMAIL_LINK = "email_link"
    EXPORT = "export"
    ERASURE = "erasure"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What is shown beside the token; one of password and code is enough. `ip` is where it comes from."""

    password: str = ""
    code: str = ""
    ip: str | None = None


NOTHING = Proof()


def confirm_owner(*, session: DeviceSession, act: Act, proof: Proof) -> None:
    """Make sure that it is the owner who asks for the act; a code is spent, whatever becomes of what it was shown for.

    Call it outside of any transaction. Raises WrongPassword, or what `check_password` does; WrongCode or CodeExpired;
    and when nothing is shown ProofNeeded, or StaleLogIn to who has nothing to show.
    """
    user = session.user
    address = address_of(user)
    if proof.password:
        check_password(user=user, password=proof.password)
    elif proof.code and address:
        _spend(codes.check_code(address=address, purpose=Purpose.CONFIRM, about=act, code=proof.code, ip=proof.ip))
    elif user.has_usable_password() or address:
        raise ProofNeeded(password=user.has_usable_password(), code=address is not None)
    elif not _is_fresh(session):
        raise StaleLogIn


def check_password(*, user: UserProfile, password: str, field: str = "password") -> None:
    """Make sure that it is the user's password, within the limit that all tries of it share.

    Raises WrongPassword under the form's field, TooManyRequests beyond the limit, and Busy if nobody can count.
    """
    whose_password(users=[user], password=password, field=field)


def whose_password(*, users: Sequence[UserProfile], password: str, field: str = "password") -> UserProfile:
    """Return the first of some whose password it is; the try is counted for the first of all. Raises as above."""
    refuse_beyond(LIMITS, user_id=users[0].pk, field=field)
    for user in users:
        if user.check_password(password):
            return user
    raise WrongPassword(field)


def send_code(*, user: UserProfile, act: Act, ip: str | None, mark: str = "") -> str:
    """Send the user a code to confirm one act with, and return the mobile or e-mail that it is on its way to.

    Call it outside of any transaction. Raises Conflict for who has proven neither, and what `codes.send_code` raises.
    """
    address = address_of(user)
    if address is None:
        raise Conflict(_("There is no proven mobile or e-mail that a code could be sent to."))
    codes.send_code(address=address, purpose=Purpose.CONFIRM, about=act, ip=ip, mark=mark)
    return address


def address_of(user: UserProfile) -> str | None:
    """Return where the user's codes to confirm go."""
    return user.mobile or user.verified_email


@atomic_with_retry
def _spend(code: VerifyCode) -> None:
    codes.spend_code(code)


def _is_fresh(session: DeviceSession) -> bool:
    return session.proven_at is not None and session.proven_at > timezone.now() - FRESH
