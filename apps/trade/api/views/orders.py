"""`/orders/`, one's own."""

from functools import partial
from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from apps.common.idempotency import KEY_HEADER, KEY_REUSED, REPLAY_HEADER, created_once
from apps.common.kept_serializers import print_row, read
from apps.trade.api.caller import caller
from apps.trade.api.examples.orders import ON_ITS_WAY, RECEIVED, TO_BE_PAID
from apps.trade.api.filters import OrderFilter
from apps.trade.api.serializers.orders import OrderSerializer, OrderSummarySerializer, PlaceOrderSerializer
from apps.trade.api.throttling import OrderThrottle
from apps.trade.api.wishes import wishes_of
from apps.trade.models import Order
from apps.trade.querysets import OrderQuerySet
from apps.trade.services import closing, fulfilment, order_pages, orders
from apps.trade.services.buy_now import pieces_by_sku
from apps.users.models import UserProfile


@extend_schema(tags=["orders"])
@extend_schema_view(
    list=extend_schema(
        summary="List one's own orders, the latest first",
    )
)
class OrderViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Order]):
    """One's own orders."""

    queryset = Order.objects.all()
    serializer_class = OrderSummarySerializer
    filter_backends = (DjangoFilterBackend,)
    filterset_class = OrderFilter
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> OrderQuerySet:
        return Order.objects.of(caller(self.request)).with_payments()

    def get_throttles(self) -> list[BaseThrottle]:
        return [OrderThrottle()] if self.action == "create" else super().get_throttles()

    @extend_schema(
        summary="Order what is in the cart, or goods at once",
        description=(
            "Empties the cart, unless `items` are bought at once: then send an `Idempotency-Key`, for no cart guards "
            "against a second click. The shop's own prices count; an amount in the body is ignored. With a `quote` "
            "the order is refused with 409 unless it costs what the quote says; `difference` lists old and new. "
            "Either spelling of the phone will do. `alipay_url` leads to the cashier. The sixth try within ten seconds "
            "is answered 429, whatever it is for."
        ),
        parameters=[KEY_HEADER, REPLAY_HEADER],
        request=PlaceOrderSerializer,
        responses={201: OrderSerializer, **KEY_REUSED},
    )
    def create(self, request: Request) -> Response:
        wanted = read(PlaceOrderSerializer, request.data)
        return created_once(request, route="orders", effect=partial(_place, caller(request), wanted))

    @extend_schema(
        summary="Show an order with its lines, its parcels and the way to pay it",
        responses=OrderSerializer,
        examples=[TO_BE_PAID, ON_ITS_WAY],
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_print(self.get_object()))

    @extend_schema(
        summary="Cancel an unpaid order, or take one that is over off the list",
        description="An order that is paid and under way is refused with 409: ask for a refund instead.",
    )
    def destroy(self, request: Request, pk: str) -> Response:
        closing.remove_order(order=self.get_object(), user=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Say that an order has arrived",
        description=(
            "For an order of which all has left (`shipped`); said once more, it changes nothing. In any other state it "
            "is a 409 whose `state` names it. An order whose buyer says nothing is received by itself after some days."
        ),
        request=None,
        responses=OrderSerializer,
        examples=[RECEIVED],
    )
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        return Response(_print(fulfilment.confirm_receipt(order=self.get_object(), actor_id=caller(request).pk)))


def _place(user: UserProfile, wanted: dict[str, Any]) -> dict[str, Any]:
    fields = dict(wanted)
    at_once = fields.pop("items", None)
    items = None if at_once is None else pieces_by_sku(at_once)
    return _print(orders.place_order(user=user, items=items, wishes=wishes_of(fields), **fields))


def _print(order: Order) -> dict[str, Any]:
    return print_row(OrderSerializer, order_pages.complete(order=order))
