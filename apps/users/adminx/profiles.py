"""User accounts."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.contrib.auth.forms import BaseUserCreationForm, UsernameField
from django.contrib.auth.models import Permission
from django.core.validators import RegexValidator
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset, Main, Side
from xadmin.plugins.auth import PermissionModelMultipleChoiceField
from xadmin_compat.options import NeverDeleted
from xadmin_compat.pictures import PictureColumn

from apps.common.exceptions import InvalidInput
from apps.users.adminx.deletions import SENIOR, DeleteUser, EraseUser, ExportUser, RestoreUser
from apps.users.adminx.second_factors import HandOutEnrolment
from apps.users.exceptions import NameNotAvailable, NameOfOtherLetters
from apps.users.models import DeviceSession, UserProfile
from apps.users.models.profiles import CHOSEN_NAME, MOBILE
from apps.users.services import by_staff
from apps.users.services.sessions import end_sessions_of

IDENTITY = ("username", "mobile", "name", "email")
# By these one gets into the account, or would with a code: whoever may change them may be anybody.
CONTACTS = ("mobile", "email")
REACH = ("username", *CONTACTS)
PERSON = ("gender", "birthday", "avatar")
RIGHTS = ("is_staff", "is_superuser", "roles", "groups", "user_permissions")
TOLD = ("verified_email", "logged_in", "date_joined", "is_deleted")


class NamedForm(forms.ModelForm):
    """A form whose user name leaves no doubt whose it is."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        user = UserProfile(mobile=cleaned.get("mobile"), verified_email=self.instance.verified_email)
        username = cleaned.get("username")
        if username and not user.may_be_called(username):
            self._refuse_name(username)
        elif username and not self._is_free(username):
            self.add_error("username", NameNotAvailable.title)
        return cleaned

    def _refuse_name(self, username: str) -> None:
        """Refuse the name, but for an old one of other letters, which is in the way of no other change."""
        if CHOSEN_NAME.fullmatch(username):
            self.add_error("username", NameNotAvailable.title)
        elif "username" in self.changed_data:
            self.add_error("username", NameOfOtherLetters.title)

    def _is_free(self, username: str) -> bool:
        return not UserProfile.objects.mistaken_for(username).exclude(pk=self.instance.pk).exists()


class NewUserForm(NamedForm, BaseUserCreationForm):
    """An account, with the password twice.

    A mobile of an account counts as proven: its code logs in, and nobody else can register it. So seniors alone type
    one, and its holder is told; whoever is given an account by others proves their own in the shop.
    """

    class Meta:
        model = UserProfile
        fields = ("username", "mobile", "name")
        field_classes = {"username": UsernameField}


class UserForm(NamedForm):
    """An account; its password has a page of its own."""

    class Meta:
        model = UserProfile
        fields = (*IDENTITY, *PERSON, "is_active", *RIGHTS)
        field_classes = {"username": UsernameField}


class UserProfileAdmin(PictureColumn, NeverDeleted):
    """Shoppers for whoever may see users, staff for superusers only. None is ever dropped.

    How an account is logged in to and reached is changed by who stands as high as they who may copy or erase it.
    """

    model_icon = "fa fa-user"
    list_display = (
        "picture", "username", "name", "mobile", "verified_email", "is_active", "is_staff", "is_superuser",
        "date_joined", "logged_in",
    )  # fmt: skip
    list_display_links = ("username",)
    list_filter = (
        "is_active",
        "is_staff",
        "is_superuser",
        "is_deleted",
        "gender",
        "roles",
        "groups",
        "date_joined",
    )
    # Django's last log-in is that to the back office: of shoppers it knows nothing.
    list_exclude = ("password", "first_name", "last_name", "last_login")
    exclude: tuple[str, ...] = ("password", "first_name", "last_name", "last_login")
    search_fields = ("username", "name", "mobile", "email", "verified_email")
    style_fields = {"user_permissions": "m2m_transfer", "groups": "m2m_transfer", "roles": "m2m_transfer"}
    relfield_style = "fk-ajax"
    actions = (HandOutEnrolment, DeleteUser, RestoreUser, ExportUser, EraseUser)

    def queryset(self) -> Any:
        """Keep staff accounts to superusers: nobody else sees, changes, exports or searches them."""
        sessions = DeviceSession.objects.of(OuterRef("pk")).order_by("-id").values("created_at")[:1]
        users = super().queryset().annotate(last_session=Subquery(sessions))
        return users if self.user.is_superuser else users.filter(is_staff=False, is_superuser=False)

    @display(description=_("last login"))
    def logged_in(self, row: UserProfile) -> str:
        """Return when the user last logged in, to the shop or to the back office."""
        last = max(filter(None, (row.last_login, row.last_session)), default=None)  # type: ignore[attr-defined]  # annotated
        return formats.date_format(timezone.localtime(last), "DATETIME_FORMAT") if last else ""

    def picture_address(self, row: UserProfile) -> str:
        return row.avatar.url if row.avatar else ""

    def get_readonly_fields(self) -> tuple[str, ...]:
        if not getattr(self, "org_obj", None):
            return ()
        if not self.user.reaches(SENIOR):
            return (*REACH, *TOLD)
        return ("username", *TOLD) if self.org_obj.is_named_by_shop else TOLD

    def get_model_form(self, **kwargs: Any) -> Any:
        self.form = NewUserForm if self.org_obj is None else UserForm
        if self.org_obj is None and not self.user.reaches(SENIOR):
            self.exclude = (*self.exclude, *CONTACTS)
        if not self.user.is_superuser:
            self.exclude = (*self.exclude, *RIGHTS)
        return super().get_model_form(**kwargs)

    def get_field_attrs(self, db_field: Any, **kwargs: Any) -> dict[str, Any]:
        attrs: dict[str, Any] = dict(super().get_field_attrs(db_field, **kwargs))
        if db_field.name == "mobile":
            attrs["validators"] = [RegexValidator(MOBILE, gettext("This is not a valid mobile number."))]
        if db_field.name == "user_permissions":
            rights = Permission.objects.select_related("content_type")
            attrs |= {"form_class": PermissionModelMultipleChoiceField, "queryset": rights}
        return attrs

    def get_form_layout(self) -> Any:
        """Show an account's rights to superusers alone."""
        if self.org_obj is not None:
            rights = [Fieldset(_("Rights"), *RIGHTS)] if self.user.is_superuser else []
            self.form_layout = (
                Main(Fieldset(_("Account"), *IDENTITY), Fieldset(_("Person"), *PERSON), *rights),
                Side(Fieldset(_("State"), "is_active", *TOLD)),
            )
        return super().get_form_layout()

    def block_nav_btns(self, context: Any, nodes: list[str]) -> None:
        """Lead from an account to the page that sets its password."""
        user = getattr(self, "org_obj", None)
        if user is not None and self.has_change_permission(user) and self.user.reaches(SENIOR):
            address = reverse("xadmin:user_change_password", args=[user.pk])
            label = gettext("Set password")
            nodes.append(
                format_html('<a class="btn btn-default" href="{}"><i class="fa fa-key"></i> {}</a>', address, label)
            )

    def save_models(self) -> None:
        if self.new_obj.pk == self.user.pk:
            self._keep_own_rights()
        if self.org_obj is None:
            super().save_models()
            by_staff.tell_of_opening(user=self.new_obj)
            return
        was = UserProfile.objects.select_for_update().get(pk=self.new_obj.pk)
        super().save_models()
        told = self.user.reaches(SENIOR) and by_staff.tell_of_changes(was=was, user=self.new_obj)
        if not self.new_obj.is_active or (told and self.new_obj.pk != self.user.pk):
            end_sessions_of(user_id=self.new_obj.pk)

    def save_related(self) -> None:
        """Keep in the log which roles the account had and has: a change of rights must be told from any other."""
        before = _roles_of(self.new_obj)
        super().save_related()
        after = _roles_of(self.new_obj)
        if before != after:
            self.log("change", f"{_('roles')}: {before} → {after}", self.new_obj)

    def _keep_own_rights(self) -> None:
        """Stop whoever would lock the own account out, perhaps as the last one who could let it in again."""
        taken = [name for name in ("is_active", "is_staff", "is_superuser") if not getattr(self.new_obj, name)]
        if taken:
            raise InvalidInput(fields={name: [_("You cannot take this from yourself.")] for name in taken})


def _roles_of(user: UserProfile) -> str:
    return ", ".join(user.roles.values_list("name", flat=True)) or gettext("nothing")
