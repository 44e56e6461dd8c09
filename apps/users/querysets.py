"""Which users, sessions and codes, in words that chain."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone

from apps.users.exceptions import NameOfOtherLetters

if TYPE_CHECKING:
    from apps.users.models import (
        AppLogin,
        DeviceSession,
        RoleGrant,
        ScanLogin,
        SocialBinding,
        UserProfile,
        VerifyCode,
    )


class UserProfileQuerySet(models.QuerySet["UserProfile"]):
    """Rows of users."""

    def active(self) -> "UserProfileQuerySet":
        """Return those who may log in: neither switched off nor deleted."""
        return self.filter(is_active=True, is_deleted=False)

    def named(self, name: str) -> "UserProfileQuerySet":
        """Return the one that a log-in name can mean, to the letter: by user name, mobile, or proven e-mail."""
        return self.answering_to(name=name, email=name.lower())

    def answering_to(self, *, name: Any, email: Any) -> "UserProfileQuerySet":
        """Return what `named` does, of a name whose lower case is known already."""
        return self.filter(Q(username__exactly=name) | Q(mobile=name) | Q(verified_email=email))

    def pending(self) -> "UserProfileQuerySet":
        """Return those who registered by e-mail and have not opened the link yet."""
        return self.filter(username__startswith=self.model.PENDING, is_active=False, verified_email__isnull=True)

    def reached_at(self, address: str) -> "UserProfile | None":
        """Return the one with this proven mobile or e-mail, to the letter, if there is one."""
        user = self.filter(Q(mobile=address) | Q(verified_email=address)).first()
        return user if user is not None and address in (user.mobile, user.verified_email) else None

    def in_the_way_of(self, name: str) -> "UserProfileQuerySet":
        """Return those because of whom nobody else can get this name, be it a user name, a mobile or an e-mail."""
        return self.named(name) | self.mistaken_for(name)

    def mistaken_for(self, username: str) -> "UserProfileQuerySet":
        """Return those whose user name differs in case at most: MariaDB takes them for the same, SQLite does not."""
        return self.filter(username__iexact=username)


class UserProfileManager(UserManager["UserProfile"].from_queryset(UserProfileQuerySet)):  # type: ignore[misc]  # a base made at run time
    """Django's user manager, with the shop's words."""

    def _create_user_object(self, username: str, email: str | None, password: str | None, **more: Any) -> "UserProfile":
        """Refuse a name that nobody may choose, also of a command or a script; raises ValidationError."""
        user: UserProfile = super()._create_user_object(username, email, password, **more)
        if not user.may_be_called(user.username):
            raise ValidationError(NameOfOtherLetters.title)
        return user


class DeviceSessionQuerySet(models.QuerySet["DeviceSession"]):
    """Rows of sessions."""

    def of(self, user_id: int | OuterRef) -> "DeviceSessionQuerySet":
        """Return those of one user."""
        return self.filter(user_id=user_id)

    def opened_with(self, password_fingerprints: tuple[str, ...]) -> "DeviceSessionQuerySet":
        """Return those that were opened with the password that these fingerprints are of."""
        return self.filter(password_fingerprint__in=password_fingerprints)

    def end(self) -> int:
        """Log these out, as far as they are not; returns how many."""
        return self.filter(ended_at__isnull=True).update(ended_at=timezone.now())

    def running(self, at: datetime) -> "DeviceSessionQuerySet":
        """Return those that are neither ended nor past their time, of users who may log in."""
        return self.filter(
            ended_at__isnull=True, expires_at__gt=at, user__is_active=True, user__is_deleted=False
        ).select_related("user")


class VerifyCodeQuerySet(models.QuerySet["VerifyCode"]):
    """Rows of codes."""

    def usable(self, at: datetime) -> "VerifyCodeQuerySet":
        """Return those that are neither used nor past their time."""
        return self.filter(used_at__isnull=True, expires_at__gt=at)


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """What roles may do."""

    def of(self, user_id: int) -> "RoleGrantQuerySet":
        """Return what the user's roles may do."""
        return self.filter(role__users=user_id)


class ScanLoginQuerySet(models.QuerySet["ScanLogin"]):
    """Rows of log-ins by scanning."""

    def in_time(self, at: datetime) -> "ScanLoginQuerySet":
        """Return those whose time is not over."""
        return self.filter(expires_at__gt=at)


class SocialBindingQuerySet(models.QuerySet["SocialBinding"]):
    """Rows of accounts at third parties."""

    def of_identity(self, *, provider: str, uid: str) -> "SocialBinding | None":
        """Return what is bound of this identity, to the letter: MariaDB compares more loosely than that."""
        found = self.select_related("user").filter(provider=provider, uid=uid).first()
        return found if found is not None and found.uid == uid else None


class AppLoginQuerySet(models.QuerySet["AppLogin"]):
    """Rows of log-ins to sister applications."""

    def running(self, at: datetime) -> "AppLoginQuerySet":
        """Return those whose session runs, of users who may log in."""
        return self.filter(
            session__ended_at__isnull=True,
            session__expires_at__gt=at,
            session__user__is_active=True,
            session__user__is_deleted=False,
        ).select_related("session__user")
