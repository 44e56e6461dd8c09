"""Coupons on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.trade.api.examples import coupons as examples
from apps.trade.models import Coupon, CouponGrant


@extend_schema_serializer(examples=examples.COUPONS)
class CouponSerializer(serializers.ModelSerializer[Coupon]):
    """What a coupon takes off, from how much on, and for what."""

    value = serializers.DecimalField(max_digits=10, decimal_places=2, help_text="Yuan, or per cent that are taken off")
    cap = serializers.DecimalField(
        max_digits=10, decimal_places=2, allow_null=True, help_text="What a percentage takes off at most"
    )
    category = serializers.IntegerField(source="category_id", allow_null=True, help_text="Only in or below it")
    goods = serializers.IntegerField(source="goods_id", allow_null=True, help_text="Only for this goods")

    class Meta:
        model = Coupon
        fields = ["public_id", "name", "kind", "value", "cap", "minimum", "category", "goods", "starts_at", "ends_at"]


@extend_schema_serializer(examples=examples.COUPON_GRANT)
class CouponGrantSerializer(serializers.ModelSerializer[CouponGrant]):
    """A coupon of one's own; `public_id` is what an order names."""

    coupon = CouponSerializer()
    order = serializers.IntegerField(source="order_id", allow_null=True, help_text="The order it is used for")

    class Meta:
        model = CouponGrant
        fields = ["public_id", "coupon", "state", "order", "created_at"]


@extend_schema_serializer(examples=examples.REDEEM)
class RedeemSerializer(serializers.Serializer[CouponGrant]):
    """A code, as it is printed; small letters will do."""

    code_word = serializers.CharField(max_length=32)
