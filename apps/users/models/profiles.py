"""A user's own record."""

import re
import string
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Expression, F, Q, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.common.columns import ExactCharField, ExactEmailField
from apps.users.models.roles import RoleHolder
from apps.users.querysets import UserProfileManager

if TYPE_CHECKING:
    from apps.users.models.sessions import DeviceSession

MOBILE = re.compile(r"1[3-9][0-9]{9}")
# What a user name may be chosen of: ASCII and Chinese. Other scripts have digits that MariaDB takes for ours, and
# letters that people do: a Cyrillic "\u0430" makes another "admin".
CHOSEN_NAME = re.compile(r"[A-Za-z0-9._+@\-\u3400-\u4dbf\u4e00-\u9fff]+")


def _without_digits(name: str) -> Expression | F:
    """Return what a column is without its digits: text is sorted by its first letters, `1984_orwell` among mobiles."""
    rest: Expression | F = F(name)
    for digit in string.digits:
        rest = Replace(rest, Value(digit))
    return rest


class UserProfile(RoleHolder):
    """A shopper or a member of staff.

    `email` is what the user typed and proves nothing; `verified_email` is what they proved, in lower case: only
    that one is unique and logs in. A deleted user keeps the row, for their orders, and gives back user name,
    mobile and e-mail.

    A log-in name means one user only: a user name that reads as a mobile or an e-mail is one's own proven one. Who
    registered by e-mail and has not opened the link yet has a name that nobody can choose, and is not active. Such
    names have the deleted and the erased, too: nobody takes them first.
    """

    # How names begin that the shop gives. A colon stands in no user name that can be chosen.
    PENDING, DELETED, ERASED = GIVEN = "pending:", "deleted:", "erased:"

    class Gender(models.TextChoices):
        """As the client spells them."""

        MALE = "male", _("male")
        FEMALE = "female", _("female")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nickname"), max_length=30, blank=True, default="")
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=6, choices=Gender.choices, default=Gender.FEMALE)
    mobile = ExactCharField(_("mobile"), max_length=11, null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), max_length=100, blank=True, default="")
    verified_email = ExactEmailField(_("verified e-mail"), max_length=100, null=True, blank=True, unique=True)
    avatar = models.ImageField(_("avatar"), upload_to="avatars/", blank=True, default="")
    is_deleted = models.BooleanField(_("deleted"), default=False)

    # Where this very object was met in the back office, by `users.office`.
    at_device: "DeviceSession"

    objects: ClassVar[UserProfileManager] = UserProfileManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["-id"]
        constraints = [
            # Without a regular expression, which SQLite only has inside Django.
            models.CheckConstraint(
                name="user_mobile_as_name_is_own",
                condition=~Q(
                    Exact(Length("username"), 11),
                    Exact(_without_digits("username"), Value("")),
                    username__range=("13000000000", "19999999999"),
                )
                | Q(mobile__isnull=False, username=F("mobile")),
                violation_error_message=_("A user name that reads as a mobile number must be one's own."),
            ),
            models.CheckConstraint(
                name="user_email_as_name_is_own",
                condition=~Q(username__contains="@") | Q(verified_email__isnull=False, username=F("verified_email")),
                violation_error_message=_("A user name that reads as an e-mail must be one's own, verified."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def lock(self) -> None:
        """Read the row anew, and keep it for the caller's transaction: of two changes, the second sees the first."""
        self.refresh_from_db(from_queryset=UserProfile.objects.select_for_update())

    def password_fingerprints(self) -> tuple[str, ...]:
        """Return what is another after another password, by each of the shop's secrets, that of today first."""
        return (self.get_session_auth_hash(), *self.get_session_auth_fallback_hash())

    @property
    def is_pending(self) -> bool:
        """Whether the user registered by e-mail and has not opened the link yet."""
        return self.username.startswith(self.PENDING)

    @property
    def is_named_by_shop(self) -> bool:
        """Whether the name is one that nobody can choose: of a pending, a deleted or an erased account."""
        return self.username.startswith(self.GIVEN)

    def answers_to(self, name: str) -> bool:
        """Tell whether the name is one of the user's, to the letter: MariaDB compares more loosely than that."""
        return name in (self.username, self.mobile) or name.lower() == self.verified_email

    def may_be_called(self, username: str) -> bool:
        """Tell whether the name leaves no doubt whose it is; whether it is free is another question."""
        if MOBILE.fullmatch(username):
            return username == self.mobile
        if "@" in username:
            return username == self.verified_email
        return bool(CHOSEN_NAME.fullmatch(username))
