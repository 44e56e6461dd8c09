"""Third-party log-in on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.addresses import public_url
from apps.users.api import examples
from apps.users.models import SocialBinding


@extend_schema_serializer(examples=examples.PROVIDERS)
class ProviderSerializer(serializers.Serializer[Any]):
    """A third party that the shop offers, and the link that begins."""

    provider = serializers.ChoiceField(source="*", choices=SocialBinding.Provider.choices)
    title = serializers.SerializerMethodField(help_text="In the caller's language")
    address = serializers.SerializerMethodField(help_text="A link for the browser: it leads to the third party")

    def get_title(self, provider: str) -> str:
        return str(SocialBinding.Provider(provider).label)

    def get_address(self, provider: str) -> str:
        return public_url(f"/login/{provider}/")


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
