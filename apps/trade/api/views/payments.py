"""Ways to pay an order, and where the gateways' notifications and the buyers' browsers come back."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.addresses import public_url
from apps.common.idempotency import KEY_HEADER, KEY_REUSED, REPLAY_HEADER, created_once
from apps.common.visitors import client_ip
from apps.trade.api.caller import caller
from apps.trade.api.examples.payments import ALIPAY_NOTIFICATION, WECHAT_NOTIFICATION
from apps.trade.api.serializers.payments import AttemptSerializer, OpenPaymentSerializer
from apps.trade.exceptions import NotificationRefused
from apps.trade.models import Order, PaymentAttempt
from apps.trade.services import attempts, callbacks, questions

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


FORM = "application/x-www-form-urlencoded"


@extend_schema(tags=["payments"])
class OrderPaymentsView(APIView):
    """The ways to pay one of one's own orders, and the money that came by them."""

    @extend_schema(
        summary="List the ways that were opened to pay an order, the latest first",
        responses=AttemptSerializer(many=True),
    )
    def get(self, request: Request, order_id: str) -> Response:
        opened = attempts.payments_of(order=_own_order(request, order_id))
        return Response(AttemptSerializer(opened, many=True).data)

    @extend_schema(
        summary="Open a way to pay an order",
        description=(
            "Answers what the client needs: `redirect_url` for a browser, `code_url` to be drawn as QR code, or "
            "`parameters` for an SDK. A way that is open already is answered again, with new ones where the gateway "
            "takes those before no more. 409 when the order cannot be paid."
        ),
        parameters=[KEY_HEADER, REPLAY_HEADER],
        request=OpenPaymentSerializer,
        responses={201: AttemptSerializer, **KEY_REUSED},
    )
    def post(self, request: Request, order_id: str) -> Response:
        wanted = OpenPaymentSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        order, payer = _own_order(request, order_id), _payer(request, wanted.validated_data)

        def effect() -> dict[str, str]:
            choice = {name: wanted.validated_data[name] for name in ("channel", "method")}
            return {"id": str(attempts.open_attempt(order=order, payer=payer, **choice).public_id)}

        # The key keeps which attempt it opened. The gateway is called after that transaction, as often as it takes.
        answer = created_once(request, route=f"orders/{order.pk}/payments", effect=effect)
        answer.data = AttemptSerializer(attempts.start(public_id=UUID(answer.data["id"]))).data
        return answer


def _own_order(request: Request, order_id: str) -> Order:
    return get_object_or_404(Order.objects.of(caller(request)), pk=order_id)


def _payer(request: Request, wanted: dict[str, Any]) -> str:
    """Return who pays, as far as the method wants to know."""
    match wanted["method"]:
        case PaymentAttempt.Method.JSAPI:
            return str(wanted["openid"])
        case PaymentAttempt.Method.H5:
            return client_ip(request) or ""
    return ""


@extend_schema(tags=["payments"])
class AlipayReturnView(APIView):
    """Alipay's own words: it wants exactly `success`, and sends again whatever it is answered otherwise."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()  # a gateway is never turned away: every notification is money
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        summary="Send the buyer's browser back to their orders",
        description=(
            "Proves nothing, whatever the parameters say, and changes nothing by itself: Alipay is asked once what "
            "became of the payment, if it has not told yet."
        ),
        responses={302: OpenApiResponse(description="To the list of orders")},
        parameters=[
            OpenApiParameter("out_trade_no", str, description="The number of the payment, in Alipay's words"),
            OpenApiParameter("Location", ADDRESS, OpenApiParameter.HEADER, response=[302]),
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        questions.ask_at_return(number=request.query_params.get("out_trade_no", ""))
        return HttpResponseRedirect(public_url(ORDERS_PAGE))

    @extend_schema(
        summary="Take a signed notification of a payment",
        request={FORM: OpenApiTypes.OBJECT},
        responses={(200, "text/plain"): OpenApiTypes.STR, (400, "text/plain"): OpenApiTypes.STR},
        examples=ALIPAY_NOTIFICATION,
    )
    def post(self, request: Request) -> HttpResponse:
        try:
            callbacks.receive_notification(channel="alipay", headers=request.headers, body=request.body)
        except NotificationRefused as refusal:
            logger.warning("a payment notification was refused: %s", refusal)
            return HttpResponse("fail", status=400, content_type="text/plain")
        return HttpResponse("success", content_type="text/plain")


@extend_schema(tags=["payments"])
class WechatNotifyView(APIView):
    """WeChat's own words: 204 without a body, and whatever it is answered otherwise it sends again."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    content_negotiation_class = IgnoreAccept

    @extend_schema(
        summary="Take a signed notification of a payment or a refund",
        request={"application/json": OpenApiTypes.OBJECT},
        responses={204: None, (400, "application/json"): OpenApiTypes.OBJECT},
        examples=WECHAT_NOTIFICATION,
    )
    def post(self, request: Request) -> HttpResponse:
        try:
            callbacks.receive_notification(channel="wechat", headers=request.headers, body=request.body)
        except NotificationRefused as refusal:
            logger.warning("a payment notification was refused: %s", refusal)
            return JsonResponse({"code": "FAIL", "message": "refused"}, status=400)
        return HttpResponse(status=204)
