"""`/address/`, where a user has goods sent."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.user_operation.api.caller import caller_id
from apps.user_operation.api.serializers.addresses import AddressSerializer
from apps.user_operation.models import Address
from apps.user_operation.services import addresses


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
    lookup_value_regex = "[0-9]{1,18}"

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
        address = addresses.add_address(user_id=caller_id(request), **new.validated_data)
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
