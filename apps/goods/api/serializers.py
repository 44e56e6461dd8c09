"""Goods, categories and the home page as the Vue client reads them. All of them only print."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField, PictureField
from apps.goods.api import examples
from apps.goods.models import Banner, Brand, Category, Goods, GoodsAttribute, HotWord, Sku
from apps.goods.services.home import Section

AD_SCHEMA = {
    "type": "object",
    "description": "The goods shown large; an empty object when there is none.",
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "shop_price": {"type": "string", "format": "decimal"},
        "goods_front_image": {"type": "string", "format": "uri-reference"},
    },
}


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A category without what is below it."""

    category_type = serializers.IntegerField(source="level", help_text="The level in the tree, from 1.")
    parent_category = serializers.IntegerField(source="parent_id", allow_null=True)
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Category
        fields = ["id", "name", "code", "desc", "category_type", "parent_category", "is_tab", "add_time"]


class CategoryBranchSerializer(CategorySerializer):
    """A category with its children."""

    sub_cat = CategorySerializer(source="children", many=True)

    class Meta(CategorySerializer.Meta):
        fields = [*CategorySerializer.Meta.fields, "sub_cat"]


@extend_schema_serializer(examples=examples.CATEGORY_TREE)
class CategoryTreeSerializer(CategorySerializer):
    """A category with two levels below it, as much as the client's menus show."""

    sub_cat = CategoryBranchSerializer(source="children", many=True)

    class Meta(CategorySerializer.Meta):
        fields = [*CategorySerializer.Meta.fields, "sub_cat"]


class BrandSerializer(serializers.ModelSerializer[Brand]):
    """A brand."""

    image = PictureField(source="picture_url")
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Brand
        fields = ["id", "name", "desc", "image", "add_time"]


class PictureSerializer(serializers.Serializer[str]):
    """One picture of a goods."""

    image = PictureField(source="*")


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


@extend_schema_serializer(examples=examples.BANNER)
class BannerSerializer(serializers.ModelSerializer[Banner]):
    """A wide picture; `goods` is the plain number of the goods it leads to."""

    goods = serializers.IntegerField(source="goods_id")
    image = PictureField(source="image.url")
    index = serializers.IntegerField(source="position")
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Banner
        fields = ["id", "goods", "image", "index", "add_time"]


@extend_schema_serializer(examples=examples.HOT_WORD)
class HotWordSerializer(serializers.ModelSerializer[HotWord]):
    """A word offered under the search box."""

    keywords = serializers.CharField(source="word")
    index = serializers.IntegerField(source="position")
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = HotWord
        fields = ["id", "keywords", "index", "add_time"]


class SectionBrandSerializer(BrandSerializer):
    """A brand among the goods of a section; `category` is the section."""

    category = serializers.IntegerField()

    class Meta(BrandSerializer.Meta):
        fields = [*BrandSerializer.Meta.fields, "category"]


@extend_schema_serializer(examples=examples.SECTION)
class SectionSerializer(serializers.Serializer[Section]):
    """A section of the home page: a top category with brands, goods and one goods shown large."""

    id = serializers.IntegerField(source="category.pk")
    name = serializers.CharField(source="category.name")
    code = serializers.CharField(source="category.code")
    desc = serializers.CharField(source="category.desc")
    category_type = serializers.IntegerField(source="category.level")
    parent_category = serializers.IntegerField(source="category.parent_id", allow_null=True)
    is_tab = serializers.BooleanField(source="category.is_tab")
    add_time = ClientTimeField(source="category.created_at")
    sub_cat = CategorySerializer(source="sub_categories", many=True)
    brands = serializers.SerializerMethodField()
    goods = GoodsBriefSerializer(many=True)
    ad_goods = serializers.SerializerMethodField()

    @extend_schema_field(SectionBrandSerializer(many=True))
    def get_brands(self, section: Section) -> list[dict[str, Any]]:
        """Print the brands, each with the section it is shown in."""
        brands = BrandSerializer(section.brands, many=True).data
        return [{**brand, "category": section.category.pk} for brand in brands]

    @extend_schema_field(AD_SCHEMA)
    def get_ad_goods(self, section: Section) -> dict[str, Any]:
        """Print the goods shown large, `{}` when there is none: null would break the client's whole page."""
        return GoodsBriefSerializer(section.ad).data if section.ad else {}
