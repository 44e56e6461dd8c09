"""`/shopcarts/`, looked up by the id of the goods."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.trade.api.caller import caller
from apps.trade.api.serializers.cart import (
    AddToCartSerializer,
    CartLineSerializer,
    CartQuerySerializer,
    ChangedLineSerializer,
    SetQuantitySerializer,
)
from apps.trade.models import CartLine
from apps.trade.querysets import CartLineQuerySet
from apps.trade.services import cart


@extend_schema(tags=["cart"])
@extend_schema_view(
    list=extend_schema(
        summary="List the lines of one's own cart",
    )
)
class CartViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[CartLine]):
    """One's own cart; a line is named by its goods."""

    queryset = CartLine.objects.all()
    serializer_class = CartLineSerializer
    lookup_field = "sku__goods_id"
    lookup_url_kwarg = "goods_id"
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> CartLineQuerySet:
        return CartLine.objects.of(caller(self.request)).for_display()

    @extend_schema(
        summary="Add pieces of a goods to the cart",
        description="Adds to the line that is there already. Without `sku` the cheapest one in stock is meant.",
        request=AddToCartSerializer,
        responses={201: ChangedLineSerializer},
    )
    def create(self, request: Request) -> Response:
        wanted = AddToCartSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        line = cart.add_to_cart(user=caller(request), **wanted.validated_data)
        return Response(ChangedLineSerializer(line).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Set how many pieces of a goods are in the cart",
        request=SetQuantitySerializer,
        responses=ChangedLineSerializer,
    )
    def partial_update(self, request: Request, goods_id: str) -> Response:
        wanted = SetQuantitySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        line = cart.set_quantity(user=caller(request), goods_id=int(goods_id), **wanted.validated_data)
        return Response(ChangedLineSerializer(line).data)

    @extend_schema(summary="Take a goods out of the cart", parameters=[CartQuerySerializer])
    def destroy(self, request: Request, goods_id: str) -> Response:
        which = CartQuerySerializer(data=request.query_params)
        which.is_valid(raise_exception=True)
        cart.remove_from_cart(user=caller(request), goods_id=int(goods_id), **which.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ClearCartView(APIView):
    """The client's "clear cart" button, which posts to the page's own origin."""

    @extend_schema(tags=["cart"], summary="Take everything out of the cart", request=None, responses={204: None})
    def post(self, request: Request, *args: Any) -> Response:
        cart.clear_cart(user=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
