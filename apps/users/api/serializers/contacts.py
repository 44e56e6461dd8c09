"""A new mobile or e-mail."""

from typing import Any

from rest_framework import serializers

from apps.users.api.serializers.addresses import CodeField, MobileField, OwnEmailField


class NewMobileSerializer(serializers.Serializer[Any]):
    """The mobile that one wants to be reached by."""

    mobile = MobileField()


class NewEmailSerializer(serializers.Serializer[Any]):
    """The e-mail that one wants to be reached by."""

    email = OwnEmailField()


class VouchedSerializer(serializers.Serializer[Any]):
    """The code that was sent to the new address, and the one of the old address."""

    code = CodeField(6)
    old_code = CodeField(6, required=False, default="", allow_blank=True, help_text="Where `old` was answered")


class MobileChangeSerializer(NewMobileSerializer, VouchedSerializer):
    """A new mobile, proven on both sides."""


class EmailChangeSerializer(NewEmailSerializer, VouchedSerializer):
    """A new e-mail, proven on both sides."""


class CodesSentSerializer(serializers.Serializer[Any]):
    """Where the second code is on its way to; null if nobody has to vouch for the change."""

    old = serializers.CharField(allow_null=True)
