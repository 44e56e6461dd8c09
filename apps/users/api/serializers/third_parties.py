"""Third parties on the wire."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from apps.common.addresses import public_url
from apps.users.api import examples
from apps.users.models import SocialBinding

PROVIDER = OpenApiParameter("provider", str, OpenApiParameter.PATH, enum=SocialBinding.Provider.values)


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
