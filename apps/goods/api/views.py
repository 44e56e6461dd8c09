"""The catalogue, open to everybody."""

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
from apps.goods.api.serializers import (
    BannerSerializer,
    CategoryTreeSerializer,
    GoodsDetailSerializer,
    GoodsSerializer,
    HotWordSerializer,
    SectionSerializer,
)
from apps.goods.models import Banner, Category, Goods, HotWord
from apps.goods.services import counters
from apps.goods.services.home import Section, load_sections

KEY = "[0-9]{1,18}"


@extend_schema(tags=["catalogue"])
@extend_schema_view(
    list=extend_schema(summary="List the top categories with two levels below them"),
    retrieve=extend_schema(summary="Show a category of any level with two levels below it"),
)
class CategoryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Category]):
    """The category tree; the client's menus show three levels."""

    permission_classes = [AllowAny]
    serializer_class = CategoryTreeSerializer
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Category]:
        categories = Category.objects.with_two_levels_below()
        return categories.tops() if self.action == "list" else categories


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
    lookup_value_regex = KEY

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


@extend_schema(tags=["home page"])
@extend_schema_view(list=extend_schema(summary="List the banners in display order"))
class BannerViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Banner]):
    """The wide pictures of the home page."""

    permission_classes = [AllowAny]
    serializer_class = BannerSerializer

    def get_queryset(self) -> QuerySet[Banner]:
        return Banner.objects.shown()


@extend_schema(tags=["home page"])
@extend_schema_view(list=extend_schema(summary="List the hot search words in display order"))
class HotWordViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[HotWord]):
    """The words offered under the search box."""

    permission_classes = [AllowAny]
    serializer_class = HotWordSerializer

    def get_queryset(self) -> QuerySet[HotWord]:
        return HotWord.objects.filter(is_shown=True)


@extend_schema(tags=["home page"])
class SectionViewSet(viewsets.GenericViewSet[Any]):
    """The sections of the home page."""

    permission_classes = [AllowAny]
    serializer_class = SectionSerializer

    @extend_schema(
        summary="List the home page's sections",
        description="The top categories of the navigation, each with sub-categories, brands, goods and an ad.",
        responses=SectionSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        sections: list[Section] = load_sections()
        return Response(self.get_serializer(sections, many=True).data)
