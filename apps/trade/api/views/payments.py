"""`/alipay/return/`: where the gateway's notifications and the buyers' browsers come back."""

import logging
from collections.abc import Iterable

from django.http import HttpResponse, HttpResponseRedirect
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.common.addresses import public_url
from apps.trade.exceptions import NotificationRefused
from apps.trade.services import payments

logger = logging.getLogger(__name__)

ORDERS_PAGE = "/#/app/home/member/order"
ADDRESS = {"type": "string", "format": "uri-reference", "example": ORDERS_PAGE}


class IgnoreAccept(BaseContentNegotiation):
    """Answer a gateway in text whatever it accepts; a 406 would only make it ask again."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


@extend_schema(tags=["payments"])
class AlipayReturnView(APIView):
    """Alipay's own words: it wants exactly `success`, and sends again whatever it is answered otherwise."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()  # a gateway is never turned away: every notification is money
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        summary="Send the buyer's browser back to their orders",
        description="Changes nothing, whatever the parameters say: only a notification proves a payment.",
        responses={302: OpenApiResponse(description="To the list of orders")},
        parameters=[OpenApiParameter("Location", ADDRESS, OpenApiParameter.HEADER, response=[302])],
    )
    def get(self, request: Request) -> HttpResponse:
        return HttpResponseRedirect(public_url(ORDERS_PAGE))

    @extend_schema(
        summary="Take a signed notification of a payment",
        request={"application/x-www-form-urlencoded": OpenApiTypes.OBJECT},
        responses={(200, "text/plain"): OpenApiTypes.STR, (400, "text/plain"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> HttpResponse:
        try:
            payments.receive_notification(channel="alipay", headers=request.headers, body=request.body)
        except NotificationRefused as refusal:
            logger.warning("a payment notification was refused: %s", refusal)
            return HttpResponse("fail", status=400, content_type="text/plain")
        return HttpResponse("success", content_type="text/plain")
