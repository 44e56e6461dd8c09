"""Newcomers: who has registered with an e-mail and has not opened the link of a letter yet.

Anybody can register anybody's e-mail, so no registration takes another's place. Each is a row with the password that
was chosen with it, and any link of the mailbox opens the one whose password is entered; the others are then gone. The
registrant is known by that password, and by nothing that a stranger could bring or that another browser lacks. So a
stranger who registers in the owner's name, over and over, neither changes the owner's password nor uses up the way in:
the newest letter replaces the older ones, whoever asked for it, and opens the owner's registration just as well. The
stranger's own password opens nothing without the mailbox.
"""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from apps.common.purging import delete_in_batches
from apps.users.models import UserProfile
from apps.users.querysets import UserProfileQuerySet

# How long one who never opened the link is kept.
KEPT_FOR = timedelta(days=7)
# Each costs a hash to who opens a link. So many are more than two days of registrations of one e-mail.
TRIED = 15


def take_in(*, email: str, password_hash: str) -> UserProfile:
    """Store a registration, beside others of the same e-mail."""
    username = f"{mailbox(email)}:{secrets.token_hex(8)}"
    newcomer: UserProfile = UserProfile.objects.create(
        username=username, email=email, password=password_hash, is_active=False
    )
    return newcomer


def waiting_for(email: str) -> UserProfileQuerySet:
    """Return the newcomers of this mailbox, the latest first."""
    # Without regard to case, as MariaDB's index is: a comparison to the letter reads the whole table.
    waiting: UserProfileQuerySet = UserProfile.objects.pending().filter(username__istartswith=mailbox(email))
    return waiting.order_by("-pk")


def beside(newcomer: UserProfile) -> list[UserProfile]:
    """Return the newcomer and the latest others of the same mailbox, one of whom a password may mean."""
    others = waiting_for(newcomer.email).exclude(pk=newcomer.pk)
    return [newcomer, *others[: TRIED - 1]]


def mailbox(email: str) -> str:
    """Return how the user names begin of all newcomers with this e-mail."""
    return UserProfile.PENDING + hashlib.sha256(email.encode()).hexdigest()[:40]


def forget_old() -> int:
    """Delete newcomers who did not open their link within a week, and return how many."""
    return delete_in_batches(UserProfile.objects.pending().filter(date_joined__lt=timezone.now() - KEPT_FOR))
