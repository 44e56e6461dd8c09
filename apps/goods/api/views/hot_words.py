"""`/hotsearchs/`, the words under the search box."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny

from apps.goods.api.serializers.hot_words import HotWordSerializer
from apps.goods.models import HotWord


@extend_schema(tags=["home page"])
@extend_schema_view(list=extend_schema(summary="List the hot search words in display order"))
class HotWordViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[HotWord]):
    """The words offered under the search box."""

    permission_classes = [AllowAny]
    serializer_class = HotWordSerializer

    def get_queryset(self) -> QuerySet[HotWord]:
        return HotWord.objects.filter(is_shown=True)
