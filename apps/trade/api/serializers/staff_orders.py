"""Orders as staff see them, in the shop's own words."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.trade.api.examples import staff_orders as examples
from apps.trade.models import Order, OrderLine


class StaffOrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """What is to be packed."""

    class Meta:
        model = OrderLine
        fields = ["sku", "goods_name", "specification", "quantity", "shipped_quantity", "refunded_quantity"]


@extend_schema_serializer(examples=examples.STAFF_ORDER)
class StaffOrderSerializer(serializers.ModelSerializer[Order]):
    """An order with its lines; `buyer` is a user name. Staff change nothing here but their own note."""

    buyer = serializers.CharField(source="user.username", read_only=True)
    staff_note = serializers.CharField(max_length=500, allow_blank=True)
    lines = StaffOrderLineSerializer(many=True, read_only=True)

    class Meta:
        model = Order
        fields = [
            "number", "status", "buyer", "total", "note", "staff_note", "recipient_name", "recipient_mobile", "address",
            "created_at", "paid_at", "shipped_at", "lines",
        ]  # fmt: skip
        read_only_fields = [name for name in fields if name != "staff_note"]
