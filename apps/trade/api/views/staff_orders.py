"""`/staff/orders/`: everybody's orders, for who may read `trade.order`."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.pagination import ShopPagination
from apps.common.permissions import Power, StaffView, takes
from apps.trade.api.caller import caller
from apps.trade.api.filters import OrderFilter
from apps.trade.api.serializers.staff_orders import StaffOrderSerializer
from apps.trade.models import Order
from apps.trade.services import order_notes


@extend_schema(tags=["staff"])
class StaffOrderViewSet(StaffView, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Order]):
    """Orders of all buyers, looked up by their number."""

    resource = "trade.order"
    queryset = Order.objects.select_related("user").prefetch_related("lines")
    serializer_class = StaffOrderSerializer
    pagination_class = ShopPagination
    filter_backends = [DjangoFilterBackend]
    filterset_class = OrderFilter
    lookup_field = "number"
    lookup_value_regex = "[0-9A-Za-z]{1,32}"

    @extend_schema(
        summary="List everybody's orders, the latest first",
        description="Takes the power to read `trade.order`.",
    )
    @takes(Power.READ)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="Show anybody's order", description="Takes the power to read `trade.order`.")
    @takes(Power.READ)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Write a note of an order for colleagues",
        description="Takes the power to modify `trade.order`. The buyer never sees it; an empty one takes it away. "
        "Who wrote what in place of what is kept.",
    )
    @takes(Power.MODIFY)
    def partial_update(self, request: Request, number: str) -> Response:
        order = self.get_object()
        wanted = self.get_serializer(order, data=request.data, partial=True)
        wanted.is_valid(raise_exception=True)
        if "staff_note" in wanted.validated_data:
            note = wanted.validated_data["staff_note"]
            order_notes.write_staff_note(order=order, note=note, actor_id=caller(request).pk)
        return Response(self.get_serializer(self.get_object()).data)
