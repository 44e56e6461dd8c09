"""`/userfavs/`, looked up by the id of the goods."""

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.user_operation.api.caller import caller_id
from apps.user_operation.api.serializers.favourites import (
    FavouriteSerializer,
    KeptFavouriteSerializer,
    NewFavouriteSerializer,
)
from apps.user_operation.models import Favourite
from apps.user_operation.services import favourites

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
    lookup_value_regex = "[0-9]{1,18}"

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
        favourite = favourites.add_favourite(user_id=caller_id(request), **new.validated_data)
        return Response(KeptFavouriteSerializer(favourite).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Drop a goods from one's favourites", parameters=[ITEM_ID], responses={204: None})
    def destroy(self, request: Request, goods_id: str) -> Response:
        favourites.remove_favourite(user_id=caller_id(request), goods_id=int(goods_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
