"""Registration by e-mail: a letter brings whoever has the mailbox a link, or word of the account that there is."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password

from apps.common.transactions import atomic_with_retry
from apps.notifications.services.letters import Letter
from apps.users.models import UserProfile
from apps.users.services import allowances, email_links, newcomers, passwords, wording
from apps.users.services.allowances import Allowances

LETTER_TO_REGISTERED = "users.registered"
LETTER_TO_UNKNOWN = "users.not_registered"


def register(*, email: str, password: str, ip: str | None) -> None:
    """Open an account for the e-mail that nobody can use before its link is opened; a letter brings the link.

    Who registers again while they wait gets another link, which opens the account with either password. Where the
    e-mail has an account its owner is told by a letter, and whoever asked learns nothing. Raises WeakPassword;
    TooManyRequests within a minute of the last letter or beyond the caps, and then nothing is changed.
    """
    passwords.refuse_weak("password", password, UserProfile(username=email, email=email))
    needed = email_links.prepare(email, ip)
    # Hashing takes its time, so it is done before the transaction, and whoever the e-mail belongs to.
    _open_account(needed, email, make_password(password))


@atomic_with_retry
def _open_account(needed: Allowances, email: str, password_hash: str) -> None:
    allowances.take(needed)
    if UserProfile.objects.named(email).exists():
        email_links.owe_letter(LETTER_TO_REGISTERED, email)
        return
    newcomer = newcomers.take_in(email=email, password_hash=password_hash)
    email_links.owe_link(newcomer, email)


def send_link_again(*, email: str, ip: str | None) -> None:
    """Send a newcomer another link; older ones die.

    Whoever else has the e-mail gets a letter as well, so that nobody learns from the answer, or from the time it takes,
    whether there is such a newcomer. Raises TooManyRequests within a minute of the last letter or beyond the caps.
    """
    _owe_again(email_links.prepare(email, ip), email)


@atomic_with_retry
def _owe_again(needed: Allowances, email: str) -> None:
    allowances.take(needed)
    if newcomer := newcomers.waiting_for(email).first():
        email_links.owe_link(newcomer, email)
    elif UserProfile.objects.named(email).exists():
        email_links.owe_letter(LETTER_TO_REGISTERED, email)
    else:
        email_links.owe_letter(LETTER_TO_UNKNOWN, email)


def write_to_registered(to: str, facts: Mapping[str, str]) -> Letter:
    """Return the letter to the owner of an e-mail that somebody wanted to register."""
    return wording.letter_to_registered(language=facts["language"])


def write_to_unknown(to: str, facts: Mapping[str, str]) -> Letter:
    """Return the letter to whoever wants a link and has not registered."""
    return wording.letter_to_unknown(language=facts["language"])
