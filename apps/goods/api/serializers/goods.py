"""Goods as the Vue client reads them: in brief, in the list, on their own page."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField, PictureField
from apps.goods.api import examples
from apps.goods.api.serializers.brands import BrandSerializer
from apps.goods.api.serializers.categories import CategorySerializer
from apps.goods.api.serializers.skus import SkuSerializer
from apps.goods.models import Goods, GoodsAttribute, Sku


class PictureSerializer(serializers.Serializer[str]):
    """One picture of a goods."""

    image = PictureField(source="*")


class AttributeSerializer(serializers.ModelSerializer[GoodsAttribute]):
    """A fact about the goods."""

    class Meta:
        model = GoodsAttribute
        fields = ["name", "value"]


class GoodsBriefSerializer(serializers.ModelSerializer[Goods]):
    """A goods as others nest it: in a cart line, a favourite, a section. Prefetch `images`."""

    shop_price = serializers.DecimalField(source="price", max_digits=12, decimal_places=2)
    goods_front_image = PictureField(source="cover_url")

    class Meta:
        model = Goods
        fields = ["id", "name", "shop_price", "goods_front_image"]


@extend_schema_serializer(examples=examples.GOODS)
class GoodsSerializer(GoodsBriefSerializer):
    """An entry of the catalogue. A goods with one SKU on sale has no `skus`: it is the old client's item exactly."""

    category = CategorySerializer()
    goods_sn = serializers.CharField(source="number")
    goods_brief = serializers.CharField(source="brief")
    goods_desc = serializers.CharField(source="detail_html", help_text="Sanitised HTML.")
    click_num = serializers.IntegerField(source="view_count")
    sold_num = serializers.IntegerField(source="sold_count")
    fav_num = serializers.IntegerField(source="favourite_count")
    goods_num = serializers.SerializerMethodField(help_text="Pieces in stock, of all SKUs on sale together.")
    ship_free = serializers.BooleanField(source="ships_free")
    add_time = ClientTimeField(source="created_at")
    images = PictureSerializer(source="picture_urls", many=True, help_text="Never empty; the first is the big one.")
    skus = SkuSerializer(
        source="skus_on_sale", many=True, required=False, help_text="Only where there are several to choose from."
    )

    class Meta(GoodsBriefSerializer.Meta):
        fields = [
            "id", "category", "goods_sn", "name", "click_num", "sold_num", "fav_num", "goods_num", "market_price",
            "shop_price", "goods_brief", "goods_desc", "ship_free", "goods_front_image", "is_new", "is_hot",
            "add_time", "images", "skus",
        ]  # fmt: skip

    def get_goods_num(self, goods: Goods) -> int:
        """Add up the stock of the SKUs on sale, which `for_display()` fetched."""
        skus: list[Sku] = goods.skus_on_sale  # type: ignore[attr-defined]  # it is fetched to this name
        return sum(sku.stock for sku in skus)

    def to_representation(self, instance: Goods) -> dict[str, Any]:
        data = super().to_representation(instance)
        if len(data["skus"]) < 2:
            del data["skus"]
        return data


@extend_schema_serializer(examples=examples.GOODS_DETAIL)
class GoodsDetailSerializer(GoodsSerializer):
    """A goods with all that its page shows."""

    brand = BrandSerializer(allow_null=True)
    attributes = AttributeSerializer(many=True)

    class Meta(GoodsSerializer.Meta):
        fields = [*GoodsSerializer.Meta.fields, "brand", "attributes"]
