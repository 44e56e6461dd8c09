"""Brands on the wire."""

from rest_framework import serializers

from apps.common.fields import ClientTimeField, PictureField
from apps.goods.models import Brand


class BrandSerializer(serializers.ModelSerializer[Brand]):
    """A brand."""

    image = PictureField(source="picture_url")
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Brand
        fields = ["id", "name", "desc", "image", "add_time"]
