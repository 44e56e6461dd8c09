"""The log-in of staff on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.api.serializers.accounts import LoginNameField, PasswordField


@extend_schema_serializer(examples=examples.STAFF_LOGIN)
class StaffLoginSerializer(serializers.Serializer[Any]):
    """A name, a password, and the second factor where the shop asks for one."""

    username = LoginNameField()
    password = PasswordField()
    otp = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=40,
        write_only=True,
        help_text="A code of the authenticator app, or a recovery code",
    )
