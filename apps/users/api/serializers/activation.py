"""Registration by e-mail, and the link that activates it."""

from typing import Any

from rest_framework import serializers

from apps.users.api.serializers.accounts import PasswordField
from apps.users.api.serializers.addresses import OwnEmailField


class EmailSerializer(serializers.Serializer[Any]):
    """An e-mail that a link is sent to."""

    email = OwnEmailField()


class EmailRegistrationSerializer(EmailSerializer):
    """A new account: the user name is the e-mail."""

    password = PasswordField()


class ActivationSerializer(serializers.Serializer[Any]):
    """What stands behind the `#` of the link, and the account's password."""

    token = serializers.CharField(max_length=100, write_only=True)
    password = PasswordField()
