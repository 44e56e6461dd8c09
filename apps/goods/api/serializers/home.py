"""The sections of the home page on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField
from apps.goods.api import examples
from apps.goods.api.serializers.brands import BrandSerializer
from apps.goods.api.serializers.categories import CategorySerializer
from apps.goods.api.serializers.goods import GoodsBriefSerializer
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
