"""`/coupons/` that can be claimed, and `/user-coupons/`, one's own."""

import uuid
from functools import partial
from typing import Any

from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.idempotency import KEY_HEADER, KEY_REUSED, REPLAY_HEADER, created_once
from apps.common.pagination import ShopPagination
from apps.trade.api.caller import caller
from apps.trade.api.filters import CouponGrantFilter
from apps.trade.api.serializers.coupons import CouponGrantSerializer, CouponSerializer, RedeemSerializer
from apps.trade.models import Coupon, CouponGrant
from apps.trade.querysets import CouponGrantQuerySet, CouponQuerySet
from apps.trade.services import coupons


@extend_schema(tags=["coupons"])
@extend_schema_view(list=extend_schema(summary="List the coupons that can be claimed now"))
class CouponViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Coupon]):
    """Coupons that everybody may claim."""

    queryset = Coupon.objects.all()
    serializer_class = CouponSerializer
    pagination_class = ShopPagination
    lookup_field = "public_id"
    lookup_value_converter = "uuid"
    throttle_scope = ""  # that of redeeming is its own

    def get_queryset(self) -> CouponQuerySet:
        return Coupon.objects.listed(timezone.now())

    @extend_schema(
        summary="Claim a coupon",
        description="Refused with 409 when none is left, its time is over, or the caller has had enough of it.",
        parameters=[KEY_HEADER, REPLAY_HEADER],
        request=None,
        responses={201: CouponGrantSerializer, **KEY_REUSED},
    )
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, public_id: uuid.UUID) -> Response:
        claim = partial(coupons.claim_coupon, user=caller(request), public_id=public_id)
        return created_once(request, route="coupons/claim", effect=lambda: _print(claim()))

    @extend_schema(
        summary="Get the coupon that a code stands for",
        parameters=[KEY_HEADER, REPLAY_HEADER],
        request=RedeemSerializer,
        responses={201: CouponGrantSerializer, **KEY_REUSED},
    )
    @action(detail=False, methods=["post"], throttle_scope="coupon_code")
    def redeem(self, request: Request) -> Response:
        wanted = RedeemSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        redeem = partial(coupons.redeem_code, user=caller(request), **wanted.validated_data)
        return created_once(request, route="coupons/redeem", effect=lambda: _print(redeem()))


@extend_schema(tags=["coupons"])
@extend_schema_view(list=extend_schema(summary="List one's own coupons, the latest first"))
class UserCouponViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[CouponGrant]):
    """One's own coupons."""

    queryset = CouponGrant.objects.all()
    serializer_class = CouponGrantSerializer
    pagination_class = ShopPagination
    filter_backends = (DjangoFilterBackend,)
    filterset_class = CouponGrantFilter

    def get_queryset(self) -> CouponGrantQuerySet:
        return CouponGrant.objects.of(caller(self.request))


def _print(grant: CouponGrant) -> dict[str, Any]:
    return dict(CouponGrantSerializer(grant).data)
