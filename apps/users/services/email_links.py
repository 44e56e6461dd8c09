"""Links that prove an e-mail: of newcomers, and of users who have typed one into their record.

The link proves the mailbox, and the password the account: whoever registers in somebody else's name, or mistypes an
address, cannot have its owner open the account for them by a click.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from apps.common import one_time
from apps.common.addresses import absolute_url
from apps.common.exceptions import Conflict, InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.notifications.services import outbox
from apps.notifications.services.letters import Letter
from apps.users.exceptions import ContactTaken, LinkDead
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import allowances, confirmation, contacts, newcomers, wording
from apps.users.services.allowances import Allowances
from apps.users.services.confirmation import Act, Proof
from apps.users.services.sessions import Device, SignedIn, open_session

LIFETIME = timedelta(hours=24)
KIND = "activation"
LETTER = "users.activation"


def send_link(*, session: DeviceSession, proof: Proof) -> str:
    """Send a link for the e-mail in the user's record, and return that e-mail.

    The owner confirms it, for it adds a way into the account. Before that it raises InvalidInput when there is none;
    Conflict when the user has proven one, which is changed with the codes of both, or has no password to open a link
    with, and proves an e-mail by codes. Raises what `confirmation.confirm_owner` does, and TooManyRequests within
    a minute of the last letter or beyond the caps.
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
    _take_and_owe(prepare(email, proof.ip), email, user)
    return email


@atomic_with_retry
def _take_and_owe(needed: Allowances, email: str, user: UserProfile) -> None:
    allowances.take(needed)
    owe_link(user, email)


def prepare(email: str, ip: str | None) -> Allowances:
    """Return what a letter with a link takes from, or one that goes out in its place."""
    return allowances.prepare(address=email, field="email", purpose="activate", ip=ip)


def owe_link(user: UserProfile, email: str) -> None:
    """Owe the letter with the link, in the caller's transaction."""
    owe_letter(LETTER, email, user=str(user.pk))


def owe_letter(topic: str, email: str, **facts: str) -> None:
    """Owe a letter in the language of whoever asks."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    outbox.owe_letter(topic=topic, to=email, facts={"language": language, **facts})


def write_letter(to: str, facts: Mapping[str, str]) -> Letter | None:
    """Make the token that a letter owes, and return the letter with its link (a writer of `notifications.letters`).

    The token stands behind a `#`: a browser keeps that to itself, and no server, log or other site sees it.
    """
    user = UserProfile.objects.filter(pk=int(facts["user"]), verified_email__isnull=True).first()
    if user is None:
        return None
    owner = newcomers.mailbox(to) if user.is_pending else str(user.pk)
    token = one_time.issue(KIND, owner=owner, value={"user": user.pk, "email": to}, lifetime=LIFETIME)
    link = absolute_url(f"/activate/#{token}")
    return wording.letter_with_link(link, hours=LIFETIME // timedelta(hours=1), language=facts["language"])


def activate(*, token: str, password: str, device: Device) -> SignedIn:
    """Prove the e-mail that the link was sent to, for the account of the password, and sign its user in.

    A wrong password leaves the link as it is. Raises LinkDead for a link that was used, is too old, or followed by
    another; what `confirmation.check_password` does; ContactTaken when somebody else has proven the e-mail meanwhile.
    """
    addressee = _user_of(one_time.peek(KIND, token))
    meant = newcomers.beside(addressee) if addressee.is_pending else [addressee]
    user = confirmation.whose_password(users=meant, password=password)
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
    newcomers.waiting_for(email).delete()
    if not user.is_pending:
        contacts.tell_of_contact(user, email)
    for name, value in changes.items():
        setattr(user, name, value)
    return True
