"""The catalogue, open to everybody, and the stock ledger, for staff."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.idempotency import KEY_HEADER, KEY_REUSED, REPLAY_HEADER, created_once
from apps.common.pagination import ShopPagination
from apps.common.permissions import StaffView
from apps.goods.api.filters import GoodsFilter, GoodsOrdering, StockMovementFilter
from apps.goods.api.serializers import (
    BannerSerializer,
    CategoryTreeSerializer,
    GoodsDetailSerializer,
    GoodsSerializer,
    HotWordSerializer,
    SectionSerializer,
    StockMovementSerializer,
)
from apps.goods.models import Banner, Category, Goods, HotWord, StockMovement
from apps.goods.services import counters, stock
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


@extend_schema(tags=["staff"])
@extend_schema_view(
    list=extend_schema(
        summary="List what moved the stock, the latest first",
        description="Takes the power to read `goods.stockmovement`.",
    )
)
class StockMovementViewSet(StaffView, mixins.ListModelMixin, viewsets.GenericViewSet[StockMovement]):
    """The stock ledger, as a warehouse's scanner reads and writes it."""

    resource = "goods.stockmovement"
    queryset = StockMovement.objects.select_related("sku__goods", "actor")
    serializer_class = StockMovementSerializer
    pagination_class = ShopPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = StockMovementFilter

    @extend_schema(
        summary="Adjust the stock of a SKU",
        description=(
            "Takes the power to write `goods.stockmovement`. `delta` adds pieces, or takes them when it is negative; "
            "below zero the answer is 409 with `available`, and nothing moves. Send an `Idempotency-Key`, and the same "
            "again when no answer came."
        ),
        parameters=[KEY_HEADER, REPLAY_HEADER],
        responses={201: StockMovementSerializer, **KEY_REUSED},
    )
    def create(self, request: Request) -> Response:
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        adjust = partial(stock.adjust, **wanted.validated_data, actor_id=request.user.pk)
        return created_once(request, route="stock-movements", effect=lambda: dict(self.get_serializer(adjust()).data))
