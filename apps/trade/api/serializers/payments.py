"""Ways to pay an order, on the wire."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.trade.api.examples import payments as examples
from apps.trade.models import Channel, Payment, PaymentAttempt
from apps.trade.services.attempts import METHODS

Method = PaymentAttempt.Method


@extend_schema_serializer(examples=examples.OPEN_PAYMENT)
class OpenPaymentSerializer(serializers.Serializer[PaymentAttempt]):
    """How the buyer wants to pay: through which gateway, and by which of its ways."""

    channel = serializers.ChoiceField(choices=Channel.choices)
    method = serializers.ChoiceField(
        choices=Method.choices, help_text="Alipay: page, wap, app. WeChat Pay: native, jsapi, h5"
    )
    openid = serializers.CharField(
        max_length=128, required=False, help_text="The buyer's open id at WeChat; jsapi needs it"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a way that the channel does not have, and jsapi without the buyer's open id."""
        if attrs["method"] not in METHODS[Channel(attrs["channel"])]:
            raise serializers.ValidationError({"method": [_("This channel cannot be paid that way.")]})
        if attrs["method"] == Method.JSAPI and "openid" not in attrs:
            raise serializers.ValidationError({"openid": [_("This field is required.")]})
        return attrs


class ReceivedPaymentSerializer(serializers.ModelSerializer[Payment]):
    """Money that came this way, and whether the order could take it."""

    outcome = serializers.ChoiceField(source="status", choices=Payment.Status.choices)

    class Meta:
        model = Payment
        fields = ["trade_no", "amount", "outcome", "paid_at"]


@extend_schema_serializer(examples=examples.ATTEMPT)
class AttemptSerializer(serializers.ModelSerializer[PaymentAttempt]):
    """A way to pay; what the client needs for it is there once it was asked for, while it is open and not too old."""

    redirect_url = serializers.SerializerMethodField(help_text="Where to send the browser; may be empty")
    code_url = serializers.SerializerMethodField(help_text="What to draw as QR code; may be empty")
    parameters = serializers.SerializerMethodField(help_text="What the app's or WeChat's own SDK takes; may be empty")
    expires_at = serializers.DateTimeField(source="order.expires_at")
    received = ReceivedPaymentSerializer(source="payments", many=True)

    class Meta:
        model = PaymentAttempt
        fields = [
            "public_id",
            "channel",
            "method",
            "number",
            "amount",
            "state",
            "redirect_url",
            "code_url",
            "parameters",
            "expires_at",
            "created_at",
            "received",
        ]

    def get_redirect_url(self, attempt: PaymentAttempt) -> str:
        return str(_instructions(attempt).get("redirect_url", ""))

    def get_code_url(self, attempt: PaymentAttempt) -> str:
        return str(_instructions(attempt).get("code_url", ""))

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_parameters(self, attempt: PaymentAttempt) -> dict[str, str]:
        return dict(_instructions(attempt).get("parameters", {}))


def _instructions(attempt: PaymentAttempt) -> dict[str, Any]:
    return (attempt.instructions or {}) if attempt.is_payable() and attempt.has_instructions() else {}
