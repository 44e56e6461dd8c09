"""A new mobile or e-mail."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.api.serializers.accounts import PasswordField
from apps.users.api.serializers.addresses import CodeField, MobileField, OwnEmailField


@extend_schema_serializer(examples=examples.NEW_MOBILE)
class NewMobileSerializer(serializers.Serializer[Any]):
    """The mobile that one wants to be reached by."""

    mobile = MobileField()


@extend_schema_serializer(examples=examples.NEW_EMAIL)
class NewEmailSerializer(serializers.Serializer[Any]):
    """The e-mail that one wants to be reached by."""

    email = OwnEmailField()


class VouchedSerializer(serializers.Serializer[Any]):
    """The code that was sent to the new address, and the one of the old address, or the password."""

    code = CodeField(6)
    old_code = CodeField(6, required=False, default="", allow_blank=True, help_text="Where `old` was answered")
    password = PasswordField(
        required=False,
        default="",
        allow_blank=True,
        help_text="Where `old` was null; who has no password either takes a log-in of the last ten minutes",
    )


@extend_schema_serializer(examples=examples.MOBILE_CHANGE)
class MobileChangeSerializer(NewMobileSerializer, VouchedSerializer):
    """A new mobile, proven on both sides."""


@extend_schema_serializer(examples=examples.EMAIL_CHANGE)
class EmailChangeSerializer(NewEmailSerializer, VouchedSerializer):
    """A new e-mail, proven on both sides."""


@extend_schema_serializer(examples=examples.CODES_SENT)
class CodesSentSerializer(serializers.Serializer[Any]):
    """Where the second code is on its way to; null if there is none, and the owner confirms."""

    old = serializers.CharField(allow_null=True)
