"""`/banners/`, the wide pictures of the home page."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny

from apps.goods.api.serializers.banners import BannerSerializer
from apps.goods.models import Banner


@extend_schema(tags=["home page"])
@extend_schema_view(list=extend_schema(summary="List the banners in display order"))
class BannerViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Banner]):
    """The wide pictures of the home page."""

    permission_classes = [AllowAny]
    serializer_class = BannerSerializer

    def get_queryset(self) -> QuerySet[Banner]:
        return Banner.objects.shown()
