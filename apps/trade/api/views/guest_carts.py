"""`/guest-carts/`: carts without an account, each known by its UUID alone."""

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.trade.api.serializers.cart import ChangedLineSerializer
from apps.trade.api.serializers.guest_carts import (
    AddToGuestCartSerializer,
    GuestCartSerializer,
    GuestQuantitySerializer,
)
from apps.trade.models import GuestCart
from apps.trade.services import guest_carts

ID = OpenApiParameter("guest_cart_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
UNKNOWN = "A UUID that was never given out, or whose cart was forgotten a month after its last change, is a 404."


class GuestViewSet(viewsets.ViewSet):
    """Open to everybody: a token is not even looked at, for a guest's may be one that has ended."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@extend_schema(tags=["guest carts"])
class GuestCartViewSet(GuestViewSet):
    """A cart of somebody who has not signed in."""

    lookup_url_kwarg = "guest_cart_id"

    @property
    def throttle_scope(self) -> str:
        """Limit the making of carts more strictly than their use: each is a row that stays for a month."""
        return "guest_cart" if self.request.method == "POST" else ""

    @extend_schema(
        summary="Make an empty cart for a guest",
        description="Keep the `public_id` and send it as `guest_cart` at log-in or registration: the lines move along.",
        request=None,
        responses={201: GuestCartSerializer},
    )
    def create(self, request: Request) -> Response:
        return Response(_print(guest_carts.open_guest_cart()), status=status.HTTP_201_CREATED)

    @extend_schema(summary="Show a guest's cart", description=UNKNOWN, parameters=[ID], responses=GuestCartSerializer)
    def retrieve(self, request: Request, guest_cart_id: str) -> Response:
        return Response(_print(guest_carts.guest_cart(public_id=uuid.UUID(guest_cart_id))))

    @extend_schema(summary="Forget a guest's cart", description=UNKNOWN, parameters=[ID], responses={204: None})
    def destroy(self, request: Request, guest_cart_id: str) -> Response:
        guest_carts.drop_guest_cart(public_id=uuid.UUID(guest_cart_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["guest carts"], parameters=[ID])
class GuestCartLineViewSet(GuestViewSet):
    """The lines of a guest's cart, each named by its SKU."""

    lookup_url_kwarg = "sku_id"
    lookup_value_regex = "[0-9]{1,18}"

    @extend_schema(
        summary="Add pieces of a goods to a guest's cart",
        description="Adds to the line that is there already. Without `sku` the cheapest one in stock is meant.",
        request=AddToGuestCartSerializer,
        responses={201: ChangedLineSerializer},
    )
    def create(self, request: Request, guest_cart_id: str) -> Response:
        wanted = AddToGuestCartSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        line = guest_carts.add_to_guest_cart(public_id=uuid.UUID(guest_cart_id), **wanted.validated_data)
        return Response(ChangedLineSerializer(line).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Set how many pieces of a SKU are in a guest's cart",
        request=GuestQuantitySerializer,
        responses=ChangedLineSerializer,
    )
    def partial_update(self, request: Request, guest_cart_id: str, sku_id: str) -> Response:
        wanted = GuestQuantitySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        public_id = uuid.UUID(guest_cart_id)
        line = guest_carts.set_guest_quantity(public_id=public_id, sku_id=int(sku_id), **wanted.validated_data)
        return Response(ChangedLineSerializer(line).data)

    @extend_schema(summary="Take a SKU out of a guest's cart", responses={204: None})
    def destroy(self, request: Request, guest_cart_id: str, sku_id: str) -> Response:
        guest_carts.remove_from_guest_cart(public_id=uuid.UUID(guest_cart_id), sku_id=int(sku_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _print(cart: GuestCart) -> Any:
    return GuestCartSerializer(cart).data
