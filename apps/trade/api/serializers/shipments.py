"""Parcels on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.trade.api.examples import shipments as examples
from apps.trade.models import Shipment, ShipmentLine, TrackingEvent


class ShipmentLineSerializer(serializers.ModelSerializer[ShipmentLine]):
    """Pieces in a parcel; `line` is the id that the line has in the order's `goods`."""

    line = serializers.IntegerField(source="order_line_id")

    class Meta:
        model = ShipmentLine
        fields = ["line", "quantity"]


class ShipmentSerializer(serializers.ModelSerializer[Shipment]):
    """A parcel of an order."""

    carrier = serializers.CharField(source="carrier.name")
    tracking_url = serializers.CharField(help_text="The carrier's own page for the parcel; empty if it has none")
    lines = ShipmentLineSerializer(many=True)

    class Meta:
        model = Shipment
        fields = [
            "public_id",
            "carrier",
            "tracking_number",
            "tracking_url",
            "state",
            "shipped_at",
            "delivered_at",
            "lines",
        ]


class TrackingEventSerializer(serializers.ModelSerializer[TrackingEvent]):
    """Where the parcel was seen."""

    class Meta:
        model = TrackingEvent
        fields = ["happened_at", "place", "text"]


@extend_schema_serializer(examples=examples.TRACKED_SHIPMENT)
class TrackedShipmentSerializer(ShipmentSerializer):
    """A parcel with its way so far, the latest first."""

    order = serializers.IntegerField(source="order_id")
    events = TrackingEventSerializer(many=True)

    class Meta(ShipmentSerializer.Meta):
        fields = [*ShipmentSerializer.Meta.fields, "order", "events"]
