"""Lines of the cart on the wire."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import MAX_ID, ClientIdField, ClientTimeField, PictureField
from apps.goods.models import Sku
from apps.trade.api.examples import cart as examples
from apps.trade.models import CartChange, CartLine, GuestCartLine


class CartGoodsSerializer(serializers.ModelSerializer[Sku]):
    """The goods of a line, at the price of the line's SKU."""

    id = serializers.IntegerField(source="goods_id")
    name = serializers.CharField(source="goods.name")
    shop_price = serializers.DecimalField(source="price", max_digits=12, decimal_places=2)
    goods_front_image = PictureField(source="shown_picture_url")

    class Meta:
        model = Sku
        fields = ["id", "name", "shop_price", "goods_front_image"]


class ChangesField(serializers.ListField):
    """What the shopper should be told of a line, in words for machines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.ChoiceField(choices=CartChange.values),
            read_only=True,
            help_text="What has changed since the line was written; empty when nothing has",
            **kwargs,
        )


@extend_schema_serializer(examples=examples.LINE)
class CartLineSerializer(serializers.ModelSerializer[CartLine]):
    """A line as the cart page shows it."""

    goods = CartGoodsSerializer(source="sku")
    nums = serializers.IntegerField(source="quantity")
    sku = serializers.IntegerField(source="sku_id")
    specification = serializers.CharField(source="sku.specification_text")
    goods_num = serializers.IntegerField(source="sku.stock", help_text="Pieces of this SKU in stock")
    added_price = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="What a piece cost when it was last added to"
    )
    changes = ChangesField()
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = CartLine
        fields = ["goods", "nums", "sku", "specification", "goods_num", "added_price", "changes", "add_time"]


@extend_schema_serializer(examples=examples.CHANGED_LINE)
class ChangedLineSerializer(serializers.Serializer[CartLine | GuestCartLine]):
    """What remains of a line after it was added to or set."""

    goods = serializers.IntegerField(source="sku.goods_id")
    nums = serializers.IntegerField(source="quantity")
    sku = serializers.IntegerField(source="sku_id")


@extend_schema_serializer(examples=examples.SET_QUANTITY)
class SetQuantitySerializer(serializers.Serializer[CartLine]):
    """A new amount for a line."""

    nums = serializers.IntegerField(source="quantity", min_value=1, max_value=settings.MAX_LINE_QUANTITY)
    sku = serializers.IntegerField(source="sku_id", min_value=1, max_value=MAX_ID, required=False)


@extend_schema_serializer(examples=examples.ADD_TO_CART)
class AddToCartSerializer(SetQuantitySerializer):
    """Pieces to add; `goods` is the item's id, as a number or as the text that the client sends."""

    goods = ClientIdField(source="goods_id")


class CartQuerySerializer(serializers.Serializer[CartLine]):
    """Which of several SKUs is meant."""

    sku = serializers.IntegerField(source="sku_id", min_value=1, max_value=MAX_ID, required=False)
