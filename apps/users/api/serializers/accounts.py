"""What the account's routes read and print."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.common.addresses import public_url
from apps.users.api import examples
from apps.users.api.serializers.addresses import CodeField, MobileField
from apps.users.models import UserProfile

PLACEHOLDER = "mxshop/placeholder.svg"


class PasswordField(serializers.CharField):
    """A password: blanks belong to it, and it is never printed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, write_only=True, max_length=128, **kwargs)


class UsernameField(serializers.CharField):
    """A user name as it is stored: one character may stand for many, so that it is measured afterwards.

    Of what letters another one may be is not for old clients to hear, who send the own name along with every change.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=150, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return UserProfile.normalize_username(super().to_internal_value(data))


class LoginNameField(serializers.CharField):
    """A name to log in by: blanks around it are slips of a thumb, a line break is part of nobody's name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=150, trim_whitespace=False, **kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(data.strip(" ") if isinstance(data, str) else data)

    def to_internal_value(self, data: Any) -> str:
        """Refuse a number: tries are counted by the name, and DRF would make a text of it that nobody counted."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class BlankDateField(serializers.DateField):
    """A date; an emptied input field sends an empty text for none."""

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return super().validate_empty_values(None if data == "" else data)


class BlankTextField(serializers.CharField):
    """A text that may be empty; null, as the old client sends, is empty too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, allow_null=True, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        is_empty, value = super().validate_empty_values(data)
        return is_empty, "" if value is None else value


class BlankEmailField(BlankTextField, serializers.EmailField):
    """An e-mail that may be empty."""


@extend_schema_field({"type": "string", "format": "uri-reference", "nullable": True})
class AvatarField(serializers.Field[Any, Any, str, UserProfile]):
    """The avatar's address, with a placeholder for who has none; takes a file, or null to take it away."""

    default_error_messages = {"no_file": _("Upload a picture as a file.")}

    def get_attribute(self, instance: UserProfile) -> UserProfile:
        return instance

    def get_value(self, dictionary: Mapping[Any, Any]) -> Any:
        """Return what was sent: in a form, an empty text means that no file was chosen, and not null."""
        return dictionary.get(self.field_name, serializers.empty)

    def to_representation(self, value: UserProfile) -> str:
        return public_url(value.avatar.url if value.avatar else static(PLACEHOLDER))

    def to_internal_value(self, data: Any) -> Any:
        """Return a file, or leave the avatar as it is when its own address, or no file, comes back."""
        if isinstance(data, File):
            return data
        user: UserProfile = self.parent.instance  # type: ignore[assignment]  # the serializer has one user
        if data not in ("", self.to_representation(user)):
            self.fail("no_file")
        raise serializers.SkipField


@extend_schema_field({"type": "string", "format": "uuid", "nullable": True})
class GuestCartField(serializers.Field[Any, Any, Any, Any]):
    """The cart that the client filled before; whatever names none is as good as nothing, and refuses nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            allow_null=True,
            write_only=True,
            help_text="UUID of the guest cart whose lines move to the user's own",
            **kwargs,
        )

    def to_internal_value(self, data: Any) -> uuid.UUID | None:
        try:
            return uuid.UUID(data)
        except (ValueError, AttributeError, TypeError):
            return None


class RefreshField(serializers.BooleanField):
    """Whether the client wants short tokens, and renews them; the old one does not ask."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            default=False,
            write_only=True,
            help_text="Give a token of a quarter of an hour, and a refresh token to renew it with",
            **kwargs,
        )


@extend_schema_serializer(examples=examples.NEW_TOKENS)
class TokenSerializer(serializers.Serializer[Any]):
    """What a client shows to be let in, and what it gets the next ones for, if it asked for that."""

    token = serializers.CharField()
    refresh_token = serializers.CharField(required=False, help_text="Only if `refresh` was asked for")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        printed: dict[str, Any] = super().to_representation(instance)
        if printed["refresh_token"] is None:
            del printed["refresh_token"]
        return printed


@extend_schema_serializer(examples=examples.REGISTER)
class RegisterSerializer(serializers.Serializer[Any]):
    """A new account: the user name is the mobile."""

    username = MobileField()
    password = PasswordField()
    code = CodeField(4)
    guest_cart = GuestCartField()
    refresh = RefreshField()


@extend_schema_serializer(examples=examples.REGISTERED)
class RegisteredSerializer(TokenSerializer):
    """What the client needs to go on signed in."""

    username = serializers.CharField(source="user.username")
    mobile = serializers.CharField(source="user.mobile")
    name = serializers.CharField(source="user")


@extend_schema_serializer(examples=examples.OWN_RECORD)
class ProfileSerializer(serializers.ModelSerializer[UserProfile]):
    """One's own record; what one may not change is read back and ignored, but for another mobile."""

    username = UsernameField()
    name = BlankTextField(max_length=30)
    birthday = BlankDateField(allow_null=True)
    email = BlankEmailField(max_length=100)
    mobile = serializers.CharField(allow_null=True, allow_blank=True, trim_whitespace=False)
    avatar = AvatarField(allow_null=True)

    class Meta:
        model = UserProfile
        fields = ["username", "name", "birthday", "gender", "email", "mobile", "avatar"]

    def validate_mobile(self, value: str | None) -> str | None:
        """Refuse another number than the proven one."""
        if (value or None) != (self.instance and self.instance.mobile):
            raise serializers.ValidationError(_("The mobile cannot be changed here."))
        return value


@extend_schema_serializer(examples=examples.OWN_RECORD_FORM)
class ProfileFormSerializer(ProfileSerializer):
    """The record as a form, for the API documents: here the avatar is a file."""

    avatar = serializers.FileField(help_text="A picture; an empty text means that no file was chosen")  # type: ignore[assignment]


@extend_schema_serializer(examples=examples.LOGIN)
class LoginSerializer(serializers.Serializer[Any]):
    """A user name, mobile or e-mail, and a password."""

    username = LoginNameField()
    password = PasswordField()
    guest_cart = GuestCartField()
    refresh = RefreshField()


@extend_schema_serializer(examples=examples.LOGGED_IN)
class LoggedInSerializer(TokenSerializer):
    """The token, and whose it is."""

    user = ProfileSerializer()


@extend_schema_serializer(examples=examples.PASSWORD_CHANGE)
class PasswordChangeSerializer(serializers.Serializer[Any]):
    """The old password, to be sure who asks, and the new one."""

    old_password = PasswordField()
    new_password = PasswordField()
