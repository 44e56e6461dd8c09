"""Favourites on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientIdField
from apps.goods.api.serializers.goods import GoodsBriefSerializer
from apps.user_operation.api import examples
from apps.user_operation.models import Favourite


@extend_schema_serializer(examples=examples.FAVOURITE)
class FavouriteSerializer(serializers.ModelSerializer[Favourite]):
    """A favourite with the goods it is about."""

    goods = GoodsBriefSerializer()

    class Meta:
        model = Favourite
        fields = ["id", "goods"]


@extend_schema_serializer(examples=examples.NEW_FAVOURITE)
class NewFavouriteSerializer(serializers.Serializer[Favourite]):
    """A goods to keep."""

    goods = ClientIdField(source="goods_id")


@extend_schema_serializer(examples=examples.KEPT_FAVOURITE)
class KeptFavouriteSerializer(serializers.ModelSerializer[Favourite]):
    """A favourite that was just kept; `goods` is the plain id."""

    goods = serializers.IntegerField(source="goods_id")

    class Meta:
        model = Favourite
        fields = ["id", "goods"]
