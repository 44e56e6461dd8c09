"""Passwords: what is too weak, and a new one for who knows the old one, and for whoever has lost theirs."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import NoAccount, WeakPassword, WrongPassword
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import alerts, codes, confirmation, sessions
from apps.users.services.sessions import SignedIn
from apps.users.services.wording import Change


def change_password(*, session: DeviceSession, old_password: str, new_password: str) -> SignedIn:
    """Set a new password and log the user out everywhere but here; the token for here is a new one. They are told.

    Raises WeakPassword, or what `confirmation.check_password` does; then nothing is changed.
    """
    user = session.user
    confirmation.check_password(user=user, password=old_password, field="old_password")
    refuse_weak("new_password", new_password, user)
    _replace_password(session, make_password(new_password))
    return sessions.tokens_of(session)


@atomic_with_retry
def _replace_password(session: DeviceSession, new_hash: str) -> None:
    """Replace the very hash that the old password was checked against: of two changes at once, one is refused."""
    same = UserProfile.objects.filter(pk=session.user_id, password=session.user.password)
    if not same.update(password=new_hash):
        raise WrongPassword
    session.user.password = new_hash
    alerts.tell_owner(user=session.user, change=Change.OWN_PASSWORD, facts={})
    sessions.end_other_sessions(session=session)
    sessions.outlive_password(session=session)


def reset_password(*, address: str, code: str, password: str, ip: str | None) -> None:
    """Set a new password for the user with this proven mobile or e-mail, log them out everywhere and tell them.

    A weak password is refused before the code is tried, and one that is weak for this very user before it is spent.
    Raises WeakPassword, WrongCode, CodeExpired, or, only to who has the right code, NoAccount.
    """
    refuse_weak("password", password, UserProfile(username=address))
    proof = codes.check_code(address=address, purpose=VerifyCode.Purpose.RESET, code=code, ip=ip)
    user = UserProfile.objects.active().reached_at(address)
    if user is not None:
        refuse_weak("password", password, user)
    # Hashing takes its time, so it is done before the transaction.
    _spend_and_replace(proof, user, make_password(password))
    if user is None:
        raise NoAccount


@atomic_with_retry
def _spend_and_replace(proof: VerifyCode, user: UserProfile | None, new_hash: str) -> None:
    codes.spend_code(proof)
    if user is not None:
        UserProfile.objects.filter(pk=user.pk).update(password=new_hash)
        alerts.tell_owner(user=user, change=Change.OWN_PASSWORD, facts={})
        sessions.end_sessions_of(user_id=user.pk)


def refuse_weak(field: str, password: str, user: UserProfile) -> None:
    """Raise WeakPassword, under the field's name, for a password that breaks the rules or resembles the user."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(field, list(error.messages)) from error
