"""`/goods/`, what is on sale."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.pagination import ShopPagination
from apps.goods.api.filters import GoodsFilter, GoodsOrdering
from apps.goods.api.serializers.goods import GoodsDetailSerializer, GoodsSerializer
from apps.goods.models import Goods
from apps.goods.services import counters


@extend_schema(tags=["catalogue"])
@extend_schema_view(
    list=extend_schema(
        summary="List goods on sale, page by page",
        description="A page past the end is empty and tells the true `count`; an unknown `ordering` is ignored.",
    ),
    retrieve=extend_schema(summary="Show a goods", description="Counts one more view of it."),
)
class GoodsViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Goods]):
    """The goods on sale."""

    permission_classes = [AllowAny]
    filter_backends = [DjangoFilterBackend, GoodsOrdering]
    filterset_class = GoodsFilter
    pagination_class = ShopPagination
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Goods]:
        goods = Goods.objects.on_sale()
        return goods.for_display() if self.action == "list" else goods.for_detail()

    def get_serializer_class(self) -> type[GoodsSerializer]:
        return GoodsSerializer if self.action == "list" else GoodsDetailSerializer

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        goods = self.get_object()
        if request.method == "GET":  # HEAD comes here as well, and looks at nothing
            counters.add_view(goods_id=goods.pk)
        return Response(self.get_serializer(goods).data)
