"""E-mails that a link activates: of newcomers, and of users who have typed one into their record.

The link proves the mailbox, and the password the account: whoever registers in somebody else's name, or mistypes an
address, cannot have its owner open the account for them by a click.

Anybody can register anybody's e-mail, so no registration takes another's place. Each is a row with the password that
was chosen with it, and any link of the mailbox opens the one whose password is entered; the others are then gone. The
registrant is known by that password, and by nothing that a stranger could bring or that another browser lacks. So a
stranger who registers in the owner's name, over and over, neither changes the owner's password nor uses up the way in:
the newest letter replaces the older ones, whoever asked for it, and opens the owner's registration just as well. The
stranger's own password opens nothing without the mailbox.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.common import one_time
from apps.common.addresses import absolute_url
from apps.common.exceptions import Conflict, InvalidInput
from apps.common.purging import delete_in_batches
from apps.common.transactions import atomic_with_retry
from apps.notifications.services import outbox
from apps.notifications.services.letters import Letter
from apps.users.exceptions import ContactTaken, LinkDead
from apps.users.models import DeviceSession, UserProfile
from apps.users.querysets import UserProfileQuerySet
from apps.users.services import allowances, confirmation, contacts, passwords, wording
from apps.users.services.allowances import Allowances
from apps.users.services.confirmation import Act, Proof
from apps.users.services.sessions import Device, SignedIn, open_session

LIFETIME = timedelta(hours=24)
KIND = "activation"
LETTER = "users.activation"
LETTER_TO_REGISTERED = "users.registered"
LETTER_TO_UNKNOWN = "users.not_registered"
# How long a newcomer who never opened the link is kept.
PENDING_FOR = timedelta(days=7)
# Each costs a hash to who opens a link. So many are more than two days of registrations of one e-mail.
REGISTRATIONS_TRIED = 15


def register(*, email: str, password: str, ip: str | None) -> None:
    """Open an account for the e-mail that nobody can use before its link is opened; a letter brings the link.

    Who registers again while they wait gets another link, which opens the account with either password. Where the
    e-mail has an account its owner is told by a letter, and whoever asked learns nothing. Raises WeakPassword;
    TooManyRequests within a minute of the last letter or beyond the caps, and then nothing is changed.
    """
    passwords.refuse_weak("password", password, UserProfile(username=email, email=email))
    needed = _prepare(email, ip)
    # Hashing takes its time, so it is done before the transaction, and whoever the e-mail belongs to.
    _open_pending(needed, email, make_password(password))


@atomic_with_retry
def _open_pending(needed: Allowances, email: str, password_hash: str) -> None:
    allowances.take(needed)
    if UserProfile.objects.named(email).exists():
        _owe(LETTER_TO_REGISTERED, email)
        return
    username = f"{_mailbox(email)}:{secrets.token_hex(8)}"
    newcomer = UserProfile.objects.create(username=username, email=email, password=password_hash, is_active=False)
    _owe(LETTER, email, user=str(newcomer.pk))


def send_link_again(*, email: str, ip: str | None) -> None:
    """Send a newcomer another link; older ones die.

    Whoever else has the e-mail gets a letter as well, so that nobody learns from the answer, or from the time it takes,
    whether there is such a newcomer. Raises TooManyRequests within a minute of the last letter or beyond the caps.
    """
    _owe_again(_prepare(email, ip), email)


@atomic_with_retry
def _owe_again(needed: Allowances, email: str) -> None:
    allowances.take(needed)
    if newcomer := _registrations_of(email).first():
        _owe(LETTER, email, user=str(newcomer.pk))
    elif UserProfile.objects.named(email).exists():
        _owe(LETTER_TO_REGISTERED, email)
    else:
        _owe(LETTER_TO_UNKNOWN, email)


def send_link(*, session: DeviceSession, proof: Proof) -> str:
    """Send a link for the e-mail in the user's record, and return that e-mail.

    The owner confirms it, for it adds a way into the account. Before that it raises InvalidInput when there is none;
    Conflict when the user has proven one, which is changed with the codes of both, or has no password to open a link
    with, and proves an e-mail by codes. Raises what `confirmation.confirm_owner` does, and TooManyRequests as above.
    """
    user = session.user
    email = user.email.lower()
    if not email or not email.isascii():
        raise InvalidInput(fields={"email": [InvalidInput.title]})
    if user.verified_email:
        raise Conflict
    if not user.has_usable_password():
        raise Conflict(_("A link asks for your password, and you have none: please prove the e-mail by a code."))
    confirmation.confirm_owner(session=session, act=Act.EMAIL_LINK, proof=proof)
    _owe_link(_prepare(email, proof.ip), email, user)
    return email


@atomic_with_retry
def _owe_link(needed: Allowances, email: str, user: UserProfile) -> None:
    allowances.take(needed)
    _owe(LETTER, email, user=str(user.pk))


def write_letter(to: str, facts: Mapping[str, str]) -> Letter | None:
    """Make the token that a letter owes, and return the letter with its link (a writer of `notifications.letters`).

    The token stands behind a `#`: a browser keeps that to itself, and no server, log or other site sees it.
    """
    user = UserProfile.objects.filter(pk=int(facts["user"]), verified_email__isnull=True).first()
    if user is None:
        return None
    owner = _mailbox(to) if user.is_pending else str(user.pk)
    token = one_time.issue(KIND, owner=owner, value={"user": user.pk, "email": to}, lifetime=LIFETIME)
    link = absolute_url(f"/activate/#{token}")
    return wording.letter_with_link(link, hours=LIFETIME // timedelta(hours=1), language=facts["language"])


def write_to_registered(to: str, facts: Mapping[str, str]) -> Letter:
    """Return the letter to the owner of an e-mail that somebody wanted to register."""
    return wording.letter_to_registered(language=facts["language"])


def write_to_unknown(to: str, facts: Mapping[str, str]) -> Letter:
    """Return the letter to whoever wants a link and has not registered."""
    return wording.letter_to_unknown(language=facts["language"])


def activate(*, token: str, password: str, device: Device) -> SignedIn:
    """Prove the e-mail that the link was sent to, for the account of the password, and sign its user in.

    A wrong password leaves the link as it is. Raises LinkDead for a link that was used, is too old, or followed by
    another; what `confirmation.check_password` does; ContactTaken when somebody else has proven the e-mail meanwhile.
    """
    addressee = _user_of(one_time.peek(KIND, token))
    user = confirmation.whose_password(users=_candidates(addressee), password=password)
    claim = one_time.take(KIND, token)
    if claim is None:
        raise LinkDead
    try:
        proven = _prove(user, claim["email"])
    except IntegrityError as error:
        raise ContactTaken("non_field_errors") from error
    if not proven:
        raise ContactTaken("non_field_errors")
    return open_session(user=user, device=device)


def _user_of(claim: dict[str, Any] | None) -> UserProfile:
    """Return whose e-mail is to be proven: a newcomer, or who may log in."""
    if claim is None:
        raise LinkDead
    user: UserProfile | None = UserProfile.objects.filter(pk=claim["user"], verified_email__isnull=True).first()
    if user is None or not (user.is_pending or (user.is_active and not user.is_deleted)):
        raise LinkDead
    return user


def _candidates(addressee: UserProfile) -> list[UserProfile]:
    """Return who may be meant by the password: a user themself, or whoever registered with a newcomer's e-mail."""
    if not addressee.is_pending:
        return [addressee]
    others = _registrations_of(addressee.email).exclude(pk=addressee.pk)
    return [addressee, *others[: REGISTRATIONS_TRIED - 1]]


@atomic_with_retry
def _prove(user: UserProfile, email: str) -> bool:
    if UserProfile.objects.named(email).exclude(pk=user.pk).exists():
        return False
    changes: dict[str, Any] = {"email": email, "verified_email": email}
    if user.is_pending:
        changes |= {"username": email, "is_active": True}
    # The very password that was shown, and not one that is changed at this moment.
    unchanged = UserProfile.objects.filter(pk=user.pk, verified_email__isnull=True, password=user.password)
    if not unchanged.update(**changes):
        raise LinkDead
    _registrations_of(email).delete()
    if not user.is_pending:
        contacts.tell_of_contact(user, email)
    for name, value in changes.items():
        setattr(user, name, value)
    return True


def forget_pending() -> int:
    """Delete newcomers who did not open their link within a week, and return how many."""
    return delete_in_batches(UserProfile.objects.pending().filter(date_joined__lt=timezone.now() - PENDING_FOR))


def _prepare(email: str, ip: str | None) -> Allowances:
    return allowances.prepare(address=email, field="email", purpose="activate", ip=ip)


def _owe(topic: str, email: str, **facts: str) -> None:
    language = translation.get_language() or settings.LANGUAGE_CODE
    outbox.owe_letter(topic=topic, to=email, facts={"language": language, **facts})


def _registrations_of(email: str) -> UserProfileQuerySet:
    """Return the newcomers who wait for this mailbox, the latest first."""
    # Without regard to case, as MariaDB's index is: a comparison to the letter reads the whole table.
    waiting: UserProfileQuerySet = UserProfile.objects.pending().filter(username__istartswith=_mailbox(email))
    return waiting.order_by("-pk")


def _mailbox(email: str) -> str:
    """Return how the user names begin of all who register with the e-mail."""
    return UserProfile.PENDING + hashlib.sha256(email.encode()).hexdigest()[:40]
