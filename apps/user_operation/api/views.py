"""What a signed-in user keeps: favourites, addresses, messages. Of somebody else's there is nothing to see."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.parsers import BoundedMultiPartParser
from apps.user_operation.api.serializers import (
    AddressSerializer,
    FavouriteSerializer,
    KeptFavouriteSerializer,
    MessageSerializer,
    NewFavouriteSerializer,
    NewMessageSerializer,
)
from apps.user_operation.models import Address, Favourite, Message
from apps.user_operation.services import addresses, favourites, messages

KEY = "[0-9]{1,18}"
ITEM_ID = OpenApiParameter("goods_id", int, OpenApiParameter.PATH, description="The id of the goods.")


@extend_schema(tags=["favourites"])
@extend_schema_view(
    list=extend_schema(summary="List one's favourites", description="Goods that are no longer on sale are left out."),
    retrieve=extend_schema(
        summary="Tell whether a goods is a favourite", description="404 means no.", parameters=[ITEM_ID]
    ),
)
class FavouriteViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Favourite]):
    """Favourites, looked up by the id of the goods."""

    serializer_class = FavouriteSerializer
    lookup_field = "goods_id"
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Favourite]:
        return Favourite.objects.filter(user_id=self.request.user.pk).shown().for_display()

    @extend_schema(
        summary="Keep a goods among one's favourites",
        description="A second time is a 400 with `non_field_errors`; the goods is counted once.",
        request=NewFavouriteSerializer,
        responses={201: KeptFavouriteSerializer},
    )
    def create(self, request: Request) -> Response:
        new = NewFavouriteSerializer(data=request.data)
        new.is_valid(raise_exception=True)
        favourite = favourites.add_favourite(user_id=_caller(request), **new.validated_data)
        return Response(KeptFavouriteSerializer(favourite).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Drop a goods from one's favourites", parameters=[ITEM_ID], responses={204: None})
    def destroy(self, request: Request, goods_id: str) -> Response:
        favourites.remove_favourite(user_id=_caller(request), goods_id=int(goods_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["addresses"])
@extend_schema_view(
    list=extend_schema(summary="List one's addresses"),
    retrieve=extend_schema(summary="Show an address"),
    destroy=extend_schema(summary="Delete an address"),
)
class AddressViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[Address]
):
    """Delivery addresses."""

    serializer_class = AddressSerializer
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Address]:
        return Address.objects.filter(user_id=self.request.user.pk).select_related("region")

    @extend_schema(
        summary="Add an address",
        description="Any names are taken. Unknown keys are ignored; what is left out is empty.",
        responses={201: AddressSerializer},
    )
    def create(self, request: Request) -> Response:
        new = self.get_serializer(data=request.data)
        new.is_valid(raise_exception=True)
        address = addresses.add_address(user_id=_caller(request), **new.validated_data)
        return Response(self.get_serializer(address).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change an address",
        description="What is left out stays as it is.",
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        address = self.get_object()
        change = self.get_serializer(address, data=request.data, partial=True)
        change.is_valid(raise_exception=True)
        addresses.change_address(kept=address, **change.validated_data)
        return Response(self.get_serializer(address).data)


@extend_schema(tags=["messages"])
@extend_schema_view(
    list=extend_schema(summary="List one's messages"),
    retrieve=extend_schema(summary="Show a message"),
)
class MessageViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Message]):
    """Messages to the shop, with an attachment if one likes."""

    serializer_class = MessageSerializer
    parser_classes = [BoundedMultiPartParser]
    lookup_value_regex = KEY

    @property
    def throttle_scope(self) -> str:
        """Writing is limited more strictly than reading: each message may leave a file behind."""
        return "message" if self.action == "create" else ""

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.filter(user_id=self.request.user.pk)

    @extend_schema(
        summary="Write a message",
        description=(
            "A form with `file`, which may be the empty string. Pictures (gif, jpg, png), Word, Excel, PowerPoint, "
            "PDF, txt and zip are taken, by their content."
        ),
        request={"multipart/form-data": NewMessageSerializer},
        responses={201: MessageSerializer},
    )
    def create(self, request: Request) -> Response:
        new = NewMessageSerializer(data=request.data)
        new.is_valid(raise_exception=True)
        message = messages.write_message(user_id=_caller(request), **new.validated_data)
        return Response(self.get_serializer(message).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Delete a message and its attachment", responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        messages.delete_message(message=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _caller(request: Request) -> int:
    return cast("int", request.user.pk)  # the permission has made sure that there is one
