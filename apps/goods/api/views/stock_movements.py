"""`/staff/stock-movements/`, the ledger for staff."""

from functools import partial
from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.idempotency import KEY_HEADER, KEY_REUSED, REPLAY_HEADER, created_once
from apps.common.pagination import ShopPagination
from apps.common.permissions import Power, StaffView, takes
from apps.goods.api.filters import StockMovementFilter
from apps.goods.api.serializers.stock_movements import StockMovementSerializer
from apps.goods.models import StockMovement
from apps.goods.services import stock


@extend_schema(tags=["staff"])
class StockMovementViewSet(StaffView, mixins.ListModelMixin, viewsets.GenericViewSet[StockMovement]):
    """The stock ledger, as a warehouse's scanner reads and writes it."""

    resource = "goods.stockmovement"
    queryset = StockMovement.objects.select_related("sku__goods", "actor")
    serializer_class = StockMovementSerializer
    pagination_class = ShopPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = StockMovementFilter

    @extend_schema(
        summary="List what moved the stock, the latest first",
        description="Takes the power to read `goods.stockmovement`.",
    )
    @takes(Power.READ)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

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
    @takes(Power.WRITE)
    def create(self, request: Request) -> Response:
        wanted = self.get_serializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        adjust = partial(stock.adjust, **wanted.validated_data, actor_id=request.user.pk)
        return created_once(request, route="stock-movements", effect=lambda: dict(self.get_serializer(adjust()).data))
