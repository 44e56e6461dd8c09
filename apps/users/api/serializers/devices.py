"""Devices on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.places import place_of
from apps.users.api import examples
from apps.users.models import DeviceSession


@extend_schema_serializer(examples=examples.DEVICES)
class DeviceSerializer(serializers.ModelSerializer[DeviceSession]):
    """One log-in on one device, as its user sees it."""

    agent = serializers.CharField(help_text="Browser and system in words")
    ip = serializers.IPAddressField(source="last_ip", allow_null=True, help_text="Where it was last used from")
    place = serializers.SerializerMethodField(help_text="Where that is, if it is known")
    is_current = serializers.SerializerMethodField(help_text="Whether this very request comes from it")

    class Meta:
        model = DeviceSession
        fields = [
            "public_id", "realm", "agent", "user_agent", "ip", "place", "created_at", "last_used_at", "expires_at",
            "is_current",
        ]  # fmt: skip

    def get_place(self, session: DeviceSession) -> str:
        return place_of(session.last_ip)

    def get_is_current(self, session: DeviceSession) -> bool:
        return bool(session == self.context["request"].auth)


@extend_schema_serializer(examples=examples.END)
class EndSerializer(serializers.Serializer[Any]):
    """Which devices are logged out."""

    also_this = serializers.BooleanField(default=False, help_text="Log this device out, too")


@extend_schema_serializer(examples=examples.ENDED)
class EndedSerializer(serializers.Serializer[Any]):
    """How many devices were logged out."""

    count = serializers.IntegerField()


@extend_schema_serializer(examples=examples.REFRESH)
class RefreshSerializer(serializers.Serializer[Any]):
    """What the next tokens are given for."""

    refresh_token = serializers.CharField(max_length=640, write_only=True)
