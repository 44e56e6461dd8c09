"""A user's own record, as the user changes it."""

from datetime import date
from functools import partial
from typing import IO, TypedDict, Unpack

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput
from apps.common.images import clean_image
from apps.common.tasks import after_commit
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import NameNotAvailable, NameOfOtherLetters, StaffName
from apps.users.models import UserProfile
from apps.users.models.profiles import CHOSEN_NAME
from apps.users.services import alerts
from apps.users.services.wording import Change

AVATAR_SIDE = 512


class ProfileChanges(TypedDict, total=False):
    """What a user may change of the own record; an avatar of None takes it away."""

    username: str
    name: str
    birthday: date | None
    gender: str
    email: str
    avatar: IO[bytes] | None


def update_profile(*, user: UserProfile, **changes: Unpack[ProfileChanges]) -> UserProfile:
    """Change what was given, and no other column.

    An e-mail is stored as typed and proves nothing; a verified one stays what it was. Who is called by another user
    name is told, at every proven address. Raises NameOfOtherLetters for a user name that is not of ASCII and Chinese,
    NameNotAvailable for one that is taken, in whatever case, or could be mistaken for somebody's mobile or e-mail,
    StaffName for another one of staff, InvalidInput for a birthday to come and for a bad picture.
    """
    if (birthday := changes.get("birthday")) and birthday > timezone.localdate():
        raise InvalidInput(fields={"birthday": [_("A birthday is not after today.")]})
    if "username" in changes:
        changes["username"] = user.normalize_username(changes["username"])
        _refuse_name(user, changes["username"])
    if avatar := changes.get("avatar"):
        changes["avatar"] = clean_image(avatar, field="avatar", max_side=AVATAR_SIDE)
    try:
        _store(user, changes, old_avatar=user.avatar.name)
    except IntegrityError as error:
        raise NameNotAvailable from error
    return user


def _refuse_name(user: UserProfile, username: str) -> None:
    if username == user.username:
        return
    if user.is_staff or user.is_superuser:
        raise StaffName
    if not user.may_be_called(username):
        raise NameNotAvailable if CHOSEN_NAME.fullmatch(username) else NameOfOtherLetters


@atomic_with_retry
def _store(user: UserProfile, changes: ProfileChanges, *, old_avatar: str | None) -> None:
    if "username" in changes and UserProfile.objects.mistaken_for(changes["username"]).exclude(pk=user.pk).exists():
        raise NameNotAvailable
    if changes.get("username", user.username) != user.username:
        alerts.tell_owner(user=user, change=Change.NAME, facts={"username": changes["username"]})
    for field, value in changes.items():
        setattr(user, field, value)
    user.save(update_fields=[field for field in changes if field != "avatar"])
    if "avatar" not in changes:
        return
    # The file is written here, after everything that may be refused: a refusal leaves none behind.
    user.save(update_fields=["avatar"])
    if old_avatar:
        after_commit(partial(user.avatar.storage.delete, old_avatar))
