"""Banners on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField, PictureField
from apps.goods.api import examples
from apps.goods.models import Banner


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
