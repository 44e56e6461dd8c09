"""Points on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.trade.api.examples import points as examples
from apps.trade.models import PointsEntry


@extend_schema_serializer(examples=examples.POINTS_ENTRY)
class PointsEntrySerializer(serializers.ModelSerializer[PointsEntry]):
    """One move of points."""

    order = serializers.IntegerField(source="order_id", allow_null=True)

    class Meta:
        model = PointsEntry
        fields = ["delta", "reason", "order", "note", "created_at"]
