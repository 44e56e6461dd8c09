"""What of a goods can be put into the cart."""

from rest_framework import serializers

from apps.common.fields import PictureField
from apps.goods.models import Sku


class SpecificationSerializer(serializers.Serializer[dict[str, str]]):
    """One specification of a SKU."""

    name = serializers.CharField()
    value = serializers.CharField()


class SkuSerializer(serializers.ModelSerializer[Sku]):
    """What can be put into the cart, where a goods has several."""

    specifications = SpecificationSerializer(many=True)
    shop_price = serializers.DecimalField(source="price", max_digits=12, decimal_places=2)
    goods_num = serializers.IntegerField(source="stock")
    image = PictureField(source="shown_picture_url")

    class Meta:
        model = Sku
        fields = ["id", "code", "specifications", "shop_price", "goods_num", "image"]
