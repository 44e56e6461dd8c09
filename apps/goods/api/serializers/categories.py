"""Categories as the Vue client's menus read them."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField
from apps.goods.api import examples
from apps.goods.models import Category


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
