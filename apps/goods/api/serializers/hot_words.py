"""Hot search words on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField
from apps.goods.api import examples
from apps.goods.models import HotWord


@extend_schema_serializer(examples=examples.HOT_WORD)
class HotWordSerializer(serializers.ModelSerializer[HotWord]):
    """A word offered under the search box."""

    keywords = serializers.CharField(source="word")
    index = serializers.IntegerField(source="position")
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = HotWord
        fields = ["id", "keywords", "index", "add_time"]
