"""Asking for a code, and using it in place of a password."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.api.serializers.accounts import GuestCartField, PasswordField, RefreshField
from apps.users.api.serializers.addresses import AddressField, CodeField, MobileField, OwnEmailField


@extend_schema_serializer(examples=examples.CODE_REQUEST)
class CodeRequestSerializer(serializers.Serializer[Any]):
    """The mobile or the e-mail that wants a code, and what for; to register, where nothing is said."""

    mobile = MobileField(required=False)
    email = OwnEmailField(required=False)
    purpose = serializers.ChoiceField(["register", "login", "reset"], default="register")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for one address. Registration by e-mail goes by a link."""
        if "email" not in attrs and "mobile" not in attrs:
            raise serializers.ValidationError({"mobile": [self.fields["mobile"].error_messages["required"]]})
        if "email" in attrs and ("mobile" in attrs or attrs["purpose"] == "register"):
            raise serializers.ValidationError({"email": [_("Send one address; codes to register go to a mobile.")]})
        return attrs


@extend_schema_serializer(examples=examples.CODE_SENT)
class CodeSentSerializer(serializers.Serializer[Any]):
    """Where a code is on its way to."""

    mobile = serializers.CharField(required=False)
    email = serializers.CharField(required=False)


@extend_schema_serializer(examples=examples.CODE_LOGIN)
class CodeLoginSerializer(serializers.Serializer[Any]):
    """A proven mobile or e-mail, and the code that was sent there."""

    username = AddressField()
    code = CodeField(6)
    guest_cart = GuestCartField()
    refresh = RefreshField()


@extend_schema_serializer(examples=examples.PASSWORD_RESET)
class PasswordResetSerializer(serializers.Serializer[Any]):
    """A proven mobile or e-mail, the code that was sent there, and the new password."""

    username = AddressField()
    code = CodeField(6)
    password = PasswordField()
