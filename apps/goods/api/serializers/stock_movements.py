"""The stock ledger on the wire, for staff."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import MAX_ID
from apps.goods.api import examples
from apps.goods.models import StockMovement
from apps.goods.services.stock import MAX_PIECES


@extend_schema_serializer(examples=examples.STOCK_MOVEMENT)
class StockMovementSerializer(serializers.ModelSerializer[StockMovement]):
    """A row of the stock ledger, for staff; `actor` is the user name of who moved the stock."""

    sku = serializers.IntegerField(source="sku_id", min_value=1, max_value=MAX_ID)
    sku_code = serializers.CharField(source="sku.code", read_only=True)
    goods_name = serializers.CharField(source="sku.goods.name", read_only=True)
    delta = serializers.IntegerField(min_value=-MAX_PIECES, max_value=MAX_PIECES)
    note = serializers.CharField(max_length=200)
    actor = serializers.CharField(source="actor.username", default=None, allow_null=True, read_only=True)

    class Meta:
        model = StockMovement
        fields = ["id", "sku", "sku_code", "goods_name", "delta", "reason", "reference", "note", "actor", "created_at"]
        read_only_fields = ["reason", "reference"]
