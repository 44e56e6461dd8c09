"""Guests' carts on the wire."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import MAX_ID
from apps.trade.api.examples import guest_carts as examples
from apps.trade.api.serializers.cart import CartGoodsSerializer, ChangesField, SetQuantitySerializer
from apps.trade.models import GuestCart, GuestCartLine


class GuestCartLineSerializer(serializers.ModelSerializer[GuestCartLine]):
    """A line as the cart page shows it."""

    goods = CartGoodsSerializer(source="sku")
    nums = serializers.IntegerField(source="quantity")
    sku = serializers.IntegerField(source="sku_id")
    specification = serializers.CharField(source="sku.specification_text")
    goods_num = serializers.IntegerField(source="sku.stock", help_text="Pieces of this SKU in stock")
    changes = ChangesField()
    added_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = GuestCartLine
        fields = ["goods", "nums", "sku", "specification", "goods_num", "added_price", "changes", "added_at"]


@extend_schema_serializer(examples=examples.GUEST_CART)
class GuestCartSerializer(serializers.ModelSerializer[GuestCart]):
    """A cart with its lines."""

    lines = GuestCartLineSerializer(source="shown_lines", many=True)

    class Meta:
        model = GuestCart
        fields = ["public_id", "created_at", "touched_at", "lines"]


@extend_schema_serializer(examples=examples.ADD_TO_GUEST_CART)
class AddToGuestCartSerializer(SetQuantitySerializer):
    """Pieces to add, of a goods or of one of its SKUs."""

    goods = serializers.IntegerField(source="goods_id", min_value=1, max_value=MAX_ID, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Insist on one of the two."""
        if not attrs.keys() & {"goods_id", "sku_id"}:
            raise serializers.ValidationError({"goods": [_("This field is required.")]})
        return attrs


@extend_schema_serializer(examples=examples.GUEST_QUANTITY)
class GuestQuantitySerializer(serializers.Serializer[GuestCartLine]):
    """A new amount for a line."""

    nums = serializers.IntegerField(source="quantity", min_value=1, max_value=settings.MAX_LINE_QUANTITY)
