"""How staff set passwords: seniors those of others, and everybody their own."""

from typing import Any

from django.contrib.auth.forms import AdminPasswordChangeForm, PasswordChangeForm
from django.core.exceptions import PermissionDenied, ValidationError

from apps.common.exceptions import ShopError
from apps.users.adminx.deletions import SENIOR
from apps.users.models import UserProfile
from apps.users.services import by_staff, confirmation


class PasswordForm(AdminPasswordChangeForm):
    """A new password, twice; Django's form also offers to take passwords away. Its owner is told, and logged out."""

    usable_password = None

    def save(self, commit: bool = True) -> UserProfile:  # noqa: FBT001, FBT002  Django's own signature
        user: UserProfile = self.user
        by_staff.set_password(user=user, password=self.cleaned_data["password1"])
        return user


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and a new one twice; it logs out everywhere else, as every way to set one does."""

    def clean_old_password(self) -> str:
        """Look at it within the limit that all tries of it share; Django's own form lets guess without one."""
        password: str = self.cleaned_data["old_password"]
        try:
            confirmation.check_password(user=self.user, password=password, field="old_password")
        except ShopError as refusal:
            raise ValidationError(str(refusal.detail)) from refusal
        return password

    def save(self, commit: bool = True) -> UserProfile:  # noqa: FBT001, FBT002  Django's own signature
        user: UserProfile = self.user
        user.set_password(self.cleaned_data["new_password1"])
        by_staff.replace_own_password(session=user.at_device)
        return user


class PasswordOptions:
    """How somebody else's password is set: by seniors, for it opens the account."""

    change_password_form = PasswordForm
    user: UserProfile

    def get_object(self, object_id: str) -> Any:
        if not self.user.reaches(SENIOR):
            raise PermissionDenied
        return super().get_object(object_id)  # type: ignore[misc]  # that of the page it is mixed into


class OwnPasswordOptions:
    """How one's own password is set."""

    change_password_form = OwnPasswordForm
