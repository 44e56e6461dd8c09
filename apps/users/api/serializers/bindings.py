"""Bindings on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.models import SocialBinding


@extend_schema_serializer(examples=examples.BINDINGS)
class BindingSerializer(serializers.ModelSerializer[SocialBinding]):
    """An account at a third party that logs the caller in."""

    title = serializers.CharField(source="get_provider_display", read_only=True)
    bound_at = serializers.DateTimeField(source="created_at", read_only=True)

    class Meta:
        model = SocialBinding
        fields = ["provider", "title", "name", "bound_at"]
        read_only_fields = fields


@extend_schema_serializer(examples=examples.BINDING_BEGUN)
class BindingBegunSerializer(serializers.Serializer[Any]):
    """Where the browser goes now."""

    address = serializers.CharField(help_text="The third party's page; it leads back to the shop's")
