"""Registration by e-mail, and the link that activates it."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.api.serializers.accounts import PasswordField, RefreshField
from apps.users.api.serializers.addresses import OwnEmailField


@extend_schema_serializer(examples=examples.LINK)
class EmailSerializer(serializers.Serializer[Any]):
    """An e-mail that a link is sent to."""

    email = OwnEmailField()


@extend_schema_serializer(examples=examples.EMAIL_REGISTRATION)
class EmailRegistrationSerializer(EmailSerializer):
    """A new account: the user name is the e-mail."""

    password = PasswordField()


@extend_schema_serializer(examples=examples.ACTIVATION)
class ActivationSerializer(serializers.Serializer[Any]):
    """What stands behind the `#` of the link, and the account's password."""

    token = serializers.CharField(max_length=100, write_only=True)
    password = PasswordField()
    refresh = RefreshField()
