"""Refunds on the wire."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.common.addresses import public_url
from apps.common.fields import MAX_ID
from apps.trade.api.examples import refunds as examples
from apps.trade.models import Refund, RefundEvent, RefundKind, RefundLine, RefundState
from apps.trade.models.refunds import REASONS_OF_PEOPLE
from apps.trade.services.refund_sums import Wanted

ASKED_KINDS = [(kind, kind.label) for kind in (RefundKind.REFUND_ONLY, RefundKind.RETURN_GOODS)]
ASKED_REASONS = [(reason.value, reason.label) for reason in REASONS_OF_PEOPLE]


class WantedSerializer(serializers.Serializer[Wanted]):
    """Pieces of a line of the order."""

    line = serializers.IntegerField(source="line_id", min_value=1, max_value=MAX_ID, help_text="The line's id")
    nums = serializers.IntegerField(source="pieces", min_value=1, max_value=2**31 - 1)
    amount = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text="Less than was paid for them; left out, it is just that",
    )


@extend_schema_serializer(examples=examples.APPLY)
class ApplySerializer(serializers.Serializer[Refund]):
    """What the buyer wants back, and why."""

    order = serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text="The order's id")
    kind = serializers.ChoiceField(ASKED_KINDS)
    reason = serializers.ChoiceField(ASKED_REASONS)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)
    items = WantedSerializer(
        many=True,
        required=False,
        allow_empty=False,
        source="wanted",
        help_text="Left out, it is for every piece that no other refund has",
    )
    freight = serializers.BooleanField(
        source="with_freight",
        required=False,
        allow_null=True,
        default=None,
        help_text="It goes back with the order's last pieces; unasked when nothing was shipped",
    )

    def validate_items(self, items: list[dict[str, Any]]) -> list[Wanted]:
        return [Wanted(**item) for item in items]


@extend_schema_serializer(examples=examples.RETURN_PARCEL)
class ShipmentSerializer(serializers.Serializer[Refund]):
    """With which parcel the goods go back."""

    carrier = serializers.CharField(max_length=30)
    tracking_number = serializers.RegexField(r"\A[0-9A-Za-z-]{4,40}\Z", max_length=40)


@extend_schema_serializer(examples=examples.PICTURE)
class PictureSerializer(serializers.Serializer[Any]):
    """A picture to be added."""

    image = serializers.FileField(source="file", help_text="JPEG, PNG, GIF or WebP; by its content")


class RefundLineSerializer(serializers.ModelSerializer[RefundLine]):
    """Pieces that the refund is for."""

    line = serializers.IntegerField(source="line_id")
    goods = serializers.IntegerField(source="line.goods_id")
    name = serializers.CharField(source="line.goods_name")
    specification = serializers.CharField(source="line.specification")
    nums = serializers.IntegerField(source="quantity")

    class Meta:
        model = RefundLine
        fields = ["line", "goods", "name", "specification", "nums", "amount"]


class RefundEventSerializer(serializers.ModelSerializer[RefundEvent]):
    """A step, for the buyer to read."""

    state = serializers.ChoiceField(RefundState.choices, source="to_state")
    text = serializers.CharField(source="get_to_state_display", help_text="The state in the reader's language")
    note = serializers.SerializerMethodField(help_text="What was said to it; empty if nothing was")
    by = serializers.SerializerMethodField(help_text="Who did it")

    class Meta:
        model = RefundEvent
        fields = ["state", "text", "note", "by", "created_at"]

    def get_note(self, event: RefundEvent) -> str:
        if event.from_state == RefundState.FAILED:
            return ""  # staff note there how they talked with the payment service
        # The shop's own words are kept in English.
        return _(event.note) if event.note and event.actor_id is None else event.note

    @extend_schema_field({"type": "string", "enum": ["buyer", "staff", "shop"]})
    def get_by(self, event: RefundEvent) -> str:
        if event.actor_id is None:
            return "shop"
        return "buyer" if event.actor_id == event.refund.order.user_id else "staff"


@extend_schema_serializer(examples=examples.REFUND_SUMMARY)
class RefundSummarySerializer(serializers.ModelSerializer[Refund]):
    """A refund in the list."""

    order = serializers.IntegerField(source="order_id")
    order_sn = serializers.CharField(source="order.number")
    text = serializers.CharField(source="get_state_display", help_text="The state in the reader's language")
    items = RefundLineSerializer(source="lines", many=True)
    pictures = serializers.SerializerMethodField(help_text="Their addresses")

    class Meta:
        model = Refund
        fields = [
            "public_id",
            "number",
            "order",
            "order_sn",
            "kind",
            "state",
            "text",
            "amount",
            "freight_amount",
            "reason",
            "description",
            "items",
            "carrier",
            "tracking_number",
            "pictures",
            "deadline_at",
            "created_at",
            "updated_at",
        ]

    @extend_schema_field(
        {"type": "array", "items": {"type": "string", "format": "uri-reference", "example": "/media/refunds/0f3a.jpg"}}
    )
    def get_pictures(self, refund: Refund) -> list[str]:
        return [public_url(picture.image.url) for picture in refund.pictures.all()]


@extend_schema_serializer(examples=examples.REFUND)
class RefundSerializer(RefundSummarySerializer):
    """A refund with each of its steps."""

    events = RefundEventSerializer(many=True)

    class Meta(RefundSummarySerializer.Meta):
        fields = [*RefundSummarySerializer.Meta.fields, "events"]
