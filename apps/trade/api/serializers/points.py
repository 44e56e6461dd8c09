"""Points on the wire."""

from rest_framework import serializers

from apps.trade.models import PointsEntry


class PointsEntrySerializer(serializers.ModelSerializer[PointsEntry]):
    """One move of points."""

    order = serializers.IntegerField(source="order_id", allow_null=True)

    class Meta:
        model = PointsEntry
        fields = ["delta", "reason", "order", "note", "created_at"]
