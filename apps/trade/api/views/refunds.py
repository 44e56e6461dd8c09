"""`/refunds/`, of one's own orders."""

from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.idempotency import KEY_HEADER, KEY_REUSED, REPLAY_HEADER, created_once
from apps.common.pagination import ShopPagination
from apps.common.parsers import BoundedMultiPartParser
from apps.trade.api.caller import caller
from apps.trade.api.examples.refunds import RETURN_PARCEL, SENT_BACK, WITHDRAWN
from apps.trade.api.filters import RefundFilter
from apps.trade.api.serializers.refunds import (
    ApplySerializer,
    PictureSerializer,
    RefundSerializer,
    RefundSummarySerializer,
    ShipmentSerializer,
)
from apps.trade.models import Order, Refund
from apps.trade.querysets import RefundQuerySet
from apps.trade.services import refunds
from apps.users.models import UserProfile


@extend_schema(tags=["refunds"])
@extend_schema_view(
    list=extend_schema(summary="List the refunds of one's orders, the latest first"),
    retrieve=extend_schema(summary="Show a refund with each of its steps", responses=RefundSerializer),
)
class RefundViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Refund]):
    """Refunds of one's own orders, those that came about by themselves too."""

    queryset = Refund.objects.all()
    pagination_class = ShopPagination
    filter_backends = (DjangoFilterBackend,)
    filterset_class = RefundFilter
    lookup_field = "public_id"
    lookup_value_regex = "[0-9a-f-]{36}"
    file_field = "image"

    def get_queryset(self) -> RefundQuerySet:
        mine = Refund.objects.of(caller(self.request)).for_display()
        return mine if self.action == "list" else mine.with_steps()

    def get_serializer_class(self) -> type[RefundSummarySerializer]:
        return RefundSummarySerializer if self.action == "list" else RefundSerializer

    @property
    def throttle_scope(self) -> str:
        """Pictures are limited more strictly: each leaves a file behind."""
        return "message" if self.action == "pictures" else ""

    @extend_schema(
        summary="Ask for money back",
        description=(
            "Of an order that is paid and not shipped only the money can be asked for; of one that was, the goods may "
            "be sent back. What is asked for is what was paid for the pieces, or less, never more. Pieces that cost "
            "nothing go back the same way, with an `amount` of 0.00."
        ),
        parameters=[KEY_HEADER, REPLAY_HEADER],
        request=ApplySerializer,
        responses={201: RefundSerializer, **KEY_REUSED},
    )
    def create(self, request: Request) -> Response:
        wanted = ApplySerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        return created_once(request, route="refunds", effect=partial(_apply, caller(request), wanted.validated_data))

    @extend_schema(
        summary="Withdraw a request",
        description="Until the goods or the money are on their way.",
        request=None,
        responses=RefundSerializer,
        examples=[WITHDRAWN],
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, public_id: str) -> Response:
        refunds.withdraw_refund(refund=self.get_object(), user=caller(request))
        return Response(_print(self.get_object()))

    @extend_schema(
        summary="Tell with which parcel the goods go back",
        description="Once the shop has agreed, and before `deadline_at`.",
        request=ShipmentSerializer,
        responses=RefundSerializer,
        examples=[*RETURN_PARCEL, SENT_BACK],
    )
    @action(detail=True, methods=["post"])
    def shipment(self, request: Request, public_id: str) -> Response:
        parcel = ShipmentSerializer(data=request.data)
        parcel.is_valid(raise_exception=True)
        refunds.ship_return(refund=self.get_object(), user=caller(request), **parcel.validated_data)
        return Response(_print(self.get_object()))

    @extend_schema(
        summary="Add a picture that shows what is wrong",
        description="At most nine, until the refund is decided.",
        request={"multipart/form-data": PictureSerializer},
        responses={201: RefundSerializer},
    )
    @action(detail=True, methods=["post"], parser_classes=[BoundedMultiPartParser])
    def pictures(self, request: Request, public_id: str) -> Response:
        picture = PictureSerializer(data=request.data)
        picture.is_valid(raise_exception=True)
        refunds.add_picture(refund=self.get_object(), **picture.validated_data)
        return Response(_print(self.get_object()), status=status.HTTP_201_CREATED)


def _apply(user: UserProfile, wanted: dict[str, Any]) -> dict[str, Any]:
    fields = dict(wanted)
    order = get_object_or_404(Order.objects.of(user), pk=fields.pop("order"))
    refund = refunds.apply_for_refund(order=order, user=user, **fields)
    return _print(Refund.objects.for_display().with_steps().get(pk=refund.pk))


def _print(refund: Refund) -> dict[str, Any]:
    return RefundSerializer(refund).data
