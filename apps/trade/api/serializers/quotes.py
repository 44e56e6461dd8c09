"""Quotes on the wire: what is wanted, and what it costs and why."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import MAX_ID
from apps.trade.api.examples import quotes as examples
from apps.trade.models import OrderDiscount
from apps.trade.services.buy_now import Item
from apps.trade.services.pricing import Price, PricedLine

MAX_POINTS = 2**31 - 1


class ItemSerializer(serializers.Serializer[Any]):
    """So many pieces of a SKU, or of a goods, which is enough where there is one SKU."""

    sku = serializers.IntegerField(source="sku_id", min_value=1, max_value=MAX_ID, required=False)
    goods = serializers.IntegerField(
        source="goods_id",
        min_value=1,
        max_value=MAX_ID,
        required=False,
        help_text="Without a `sku` it is the goods' cheapest that is in stock, as in the cart",
    )
    nums = serializers.IntegerField(source="quantity", min_value=1, max_value=settings.MAX_LINE_QUANTITY)

    def validate(self, attrs: dict[str, Any]) -> Item:
        """Insist on one of the two."""
        if not attrs.keys() & {"sku_id", "goods_id"}:
            raise serializers.ValidationError({"sku": [_("This field is required.")]})
        return Item(**attrs)


class WishesSerializer(serializers.Serializer[Any]):
    """What may be asked for beside the goods. Without `items` the cart is meant."""

    items = ItemSerializer(  # type: ignore[call-arg]  # the list takes `max_length`
        many=True, required=False, allow_empty=False, max_length=settings.MAX_CART_LINES,
        help_text="Buy these at once; the cart stays as it is",
    )  # fmt: skip
    coupon = serializers.UUIDField(required=False, allow_null=True, help_text="Id of one of one's own coupons")
    points = serializers.IntegerField(
        min_value=0, max_value=MAX_POINTS, required=False, help_text="How many to spend at most"
    )
    region_code = serializers.IntegerField(
        min_value=100000, max_value=999999, required=False, allow_null=True, help_text="GB code of the address"
    )


@extend_schema_serializer(examples=examples.QUOTE_REQUEST)
class QuoteRequestSerializer(WishesSerializer):
    """What a price is asked for."""

    address = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DiscountSerializer(serializers.ModelSerializer[OrderDiscount]):
    """A reason why the goods cost less."""

    class Meta:
        model = OrderDiscount
        fields = ["kind", "label", "amount"]


class QuotedLineSerializer(serializers.Serializer[PricedLine]):
    """What a line costs: `amount` is what is really paid, discounts taken off."""

    sku = serializers.IntegerField(source="item.sku_id")
    goods = serializers.IntegerField(source="item.goods_id")
    nums = serializers.IntegerField(source="item.quantity")
    list_price = serializers.DecimalField(source="item.list_price", max_digits=12, decimal_places=2)
    price = serializers.DecimalField(source="item.unit_price", max_digits=12, decimal_places=2)
    discount = serializers.DecimalField(max_digits=12, decimal_places=2)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)


@extend_schema_serializer(examples=examples.QUOTE)
class QuoteSerializer(serializers.Serializer[Price]):
    """What the goods cost, line by line, and why. `quote` is sent along with the order that confirms it."""

    lines = QuotedLineSerializer(many=True)
    discounts = DiscountSerializer(many=True)
    goods_total = serializers.DecimalField(max_digits=12, decimal_places=2)
    discount = serializers.DecimalField(max_digits=12, decimal_places=2)
    freight = serializers.DecimalField(max_digits=12, decimal_places=2)
    total = serializers.DecimalField(max_digits=12, decimal_places=2)
    points_spent = serializers.IntegerField()
    points_earned = serializers.SerializerMethodField(help_text="When the order is finished")
    quote = serializers.SerializerMethodField(help_text="Valid for a quarter of an hour, for this buyer")

    def get_points_earned(self, price: Price) -> int:
        return int(self.context["points_earned"])

    def get_quote(self, price: Price) -> str:
        return str(self.context["quote"])
