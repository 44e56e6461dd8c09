"""Deleted accounts: out of the API and of log-in at once, their names free for others, and restorable by staff."""

import secrets

from django.db import IntegrityError
from django.utils.translation import gettext as _

from apps.common.exceptions import Conflict
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import NotDeleted, StaffAccount
from apps.users.models import DeletedUser, UserProfile
from apps.users.services.sessions import end_sessions_of


@atomic_with_retry
def delete_user(*, user: UserProfile, actor_id: int | None) -> None:
    """Take an account out of use, log it out everywhere and free its user name, mobile and e-mail.

    Its orders stay, under the name it had. Raises StaffAccount for staff, and Conflict for who is deleted already.
    """
    user.lock()
    if user.is_staff or user.is_superuser:
        raise StaffAccount
    if user.is_deleted:
        raise Conflict(_("This account is deleted already."))
    DeletedUser.objects.create(
        user=user,
        username=user.username,
        mobile=user.mobile or "",
        verified_email=user.verified_email or "",
        name=user.name,
        actor_id=actor_id,
    )
    # Orders show a name, which the user name may have been.
    user.name = str(user)[:30]
    user.username = f"{user.DELETED}{user.public_id.hex}"
    user.mobile = user.verified_email = None
    user.is_deleted = True
    user.save(update_fields=["name", "username", "mobile", "verified_email", "is_deleted"])
    end_sessions_of(user_id=user.pk)


def restore_user(*, user: UserProfile) -> list[str]:
    """Bring a deleted account back, with its old password, and return which of its names now belong to others.

    Those are not given back; who has no user name any more gets a new one. Raises NotDeleted for an account that is
    in use, or whose data was erased.
    """
    try:
        return _restore(user)
    except IntegrityError as error:  # somebody took a name between our look and our write
        raise Conflict(_("Please try again.")) from error


@atomic_with_retry
def _restore(user: UserProfile) -> list[str]:
    user.lock()
    was = DeletedUser.objects.filter(user=user, erased_at=None).first()
    if was is None:
        raise NotDeleted
    taken = [name for name in (was.username, was.mobile, was.verified_email) if name and _is_taken(name)]
    user.mobile = was.mobile if was.mobile and was.mobile not in taken else None
    user.verified_email = was.verified_email if was.verified_email and was.verified_email not in taken else None
    is_free = was.username not in taken and user.may_be_called(was.username)
    user.username = was.username if is_free else f"user-{secrets.token_hex(4)}"
    user.name, user.is_deleted = was.name, False
    user.save(update_fields=["name", "username", "mobile", "verified_email", "is_deleted"])
    was.delete()
    return list(dict.fromkeys(taken))


def _is_taken(name: str) -> bool:
    """Tell whether the name means somebody now, in whichever way they are called by it."""
    return bool(UserProfile.objects.in_the_way_of(name).exists())
