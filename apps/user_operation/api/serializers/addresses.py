"""Delivery addresses on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField, PhoneField
from apps.user_operation.api import examples
from apps.user_operation.models import Address


@extend_schema_serializer(examples=examples.ADDRESS)
class AddressSerializer(serializers.ModelSerializer[Address]):
    """An address; the client sends back the whole object, and keys of its own that mean nothing."""

    signer_name = serializers.CharField(source="recipient_name", max_length=30, required=False, allow_blank=True)
    signer_mobile = PhoneField(source="recipient_mobile", required=False, allow_blank=True)
    region = serializers.IntegerField(
        source="region.code", read_only=True, allow_null=True, help_text="GB code of what the names mean, if known."
    )
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Address
        fields = [
            "id", "province", "city", "district", "address", "signer_name", "signer_mobile", "region", "add_time",
        ]  # fmt: skip
