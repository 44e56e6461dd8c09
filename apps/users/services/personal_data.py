"""What this app keeps of a user, for `privacy` to copy and to erase: the record, log-ins, second factor, codes."""

from collections.abc import Iterator
from functools import partial

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken, DeviceGrant, Grant, IDToken, RefreshToken

from apps.common.personal_data import Holding, Record, hold, record_of
from apps.common.tasks import after_commit
from apps.notifications.services import outbox
from apps.users.models import (
    AppLogin,
    DeletedUser,
    DeviceSession,
    SecondFactor,
    SocialBinding,
    UserProfile,
    VerifyCode,
)

PROFILE = (
    "username", "name", "mobile", "email", "verified_email", "gender", "birthday", "avatar", "date_joined",
    "last_login",
)  # fmt: skip
SESSION = (
    "realm", "user_agent", "ip", "last_ip", "created_at", "proven_at", "last_used_at", "expires_at", "ended_at",
)  # fmt: skip


def _read_profile(user_id: int) -> Iterator[Record]:
    yield record_of(UserProfile.objects.get(pk=user_id), *PROFILE)


def _erase_profile(user_id: int) -> None:
    """Leave a row that names nobody, for what must go on pointing at it; nobody logs in with it again."""
    user = UserProfile.objects.get(pk=user_id)
    addresses = _addresses(user)
    VerifyCode.objects.filter(address__in=addresses).delete()
    outbox.forget_receiver(addresses=addresses)
    DeletedUser.objects.update_or_create(
        user=user,
        defaults={"username": "", "mobile": "", "verified_email": "", "name": "", "erased_at": timezone.now()},
    )
    if user.avatar:
        after_commit(partial(user.avatar.storage.delete, user.avatar.name))
    user.username = f"{user.ERASED}{user.public_id.hex}"
    user.name = _name_of_the_erased()
    user.mobile = user.verified_email = user.birthday = user.last_login = None
    user.email = user.first_name = user.last_name = ""
    user.avatar, user.gender = "", UserProfile.Gender.FEMALE  # what everybody has who says nothing
    user.password = make_password(None)
    user.is_active, user.is_deleted = False, True
    user.save()
    user.roles.clear()
    user.groups.clear()
    user.user_permissions.clear()


def _addresses(user: UserProfile) -> set[str]:
    """Return where messages went to: mobile and e-mail, and those which the user had before they were deleted.

    Without those that are proven somebody else's: an e-mail is only typed, and what was given back is free for others.
    """
    gone = DeletedUser.objects.filter(user=user).values_list("mobile", "verified_email")
    own = (user.mobile, user.verified_email, user.email.lower())
    addresses = {address for addresses in (own, *gone) for address in addresses if address}
    others = UserProfile.objects.exclude(pk=user.pk).filter(Q(mobile__in=addresses) | Q(verified_email__in=addresses))
    return addresses.difference(*others.values_list("mobile", "verified_email"))


def _name_of_the_erased() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("erased user")


def _read_sessions(user_id: int) -> Iterator[Record]:
    for session in DeviceSession.objects.filter(user_id=user_id):
        yield record_of(session, *SESSION)


def _erase_sessions(user_id: int) -> None:
    DeviceSession.objects.filter(user_id=user_id).delete()


def _read_second_factor(user_id: int) -> Iterator[Record]:
    for factor in SecondFactor.objects.filter(user_id=user_id):
        yield record_of(factor, "created_at", "confirmed_at")


def _erase_second_factor(user_id: int) -> None:
    SecondFactor.objects.filter(user_id=user_id).delete()


def _read_bindings(user_id: int) -> Iterator[Record]:
    for binding in SocialBinding.objects.filter(user_id=user_id):
        yield record_of(binding, "provider", "uid", "name", "created_at")


def _erase_bindings(user_id: int) -> None:
    SocialBinding.objects.filter(user_id=user_id).delete()


# What sister applications were given. Of the last two kinds there are none, for the shop gives none out.
GIVEN = (Grant, AccessToken, IDToken, RefreshToken, DeviceGrant)


def _read_app_logins(user_id: int) -> Iterator[Record]:
    for login in AppLogin.objects.filter(session__user_id=user_id).select_related("app"):
        yield {"app": str(login.app), **record_of(login, "scope", "created_at")}


def _erase_app_logins(user_id: int) -> None:
    AppLogin.objects.filter(session__user_id=user_id).delete()
    for model in GIVEN:
        model.objects.filter(user_id=user_id).delete()


hold(Holding(name="app_logins", models=(AppLogin, *GIVEN), read=_read_app_logins, erase=_erase_app_logins))
hold(Holding(name="profile", models=(UserProfile, DeletedUser, VerifyCode), read=_read_profile, erase=_erase_profile))
hold(Holding(name="sessions", models=(DeviceSession,), read=_read_sessions, erase=_erase_sessions))
hold(Holding(name="second_factor", models=(SecondFactor,), read=_read_second_factor, erase=_erase_second_factor))
hold(Holding(name="bindings", models=(SocialBinding,), read=_read_bindings, erase=_erase_bindings))
