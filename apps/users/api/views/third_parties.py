"""Log-in through WeChat, QQ and Weibo: the steps of a browser, there and back."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.renderers import StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.exceptions import ShopError
from apps.users.api import examples
from apps.users.api.caller import device_of
from apps.users.api.client_cookies import keep_token, remember_browser
from apps.users.api.serializers.accounts import GuestCartField
from apps.users.api.serializers.third_parties import PROVIDER, ProviderSerializer
from apps.users.services import third_parties

# A page of ours, in nobody's frame; the address it was opened at held a code, which is used by now.
PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


class PageView(APIView):
    """A step of a browser: a refusal is a page as well."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    renderer_classes = (StaticHTMLRenderer,)
    throttle_scope = "login"
    # Without OPTIONS, whose answer is no page.
    http_method_names = ["get", "head"]

    def handle_exception(self, exc: Exception) -> Any:
        answer = super().handle_exception(exc)
        if not isinstance(exc, ShopError | Throttled):
            return answer
        shown = page(
            self.request, "users/third_party/failed.html", status=answer.status_code, message=answer.data["detail"]
        )
        if "Retry-After" in answer:
            shown["Retry-After"] = answer["Retry-After"]
        return shown


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Draw a page that no cache keeps and that tells nobody its address."""
    response = render(request._request, template, context, status=status)
    response["Content-Security-Policy"] = PAGE_POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


class ProvidersView(APIView):
    """The third parties that one can log in through here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        tags=["third-party log-in"],
        operation_id="login_providers",
        summary="List the third parties that one can log in through",
        responses=ProviderSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        return Response(ProviderSerializer(third_parties.providers(), many=True).data)


# A refusal is a page; what is no request at all is answered before it comes here.
OTHERS = {(status, "application/problem+json"): OpenApiTypes.OBJECT for status in (400, 404)}
NOT_OFFERED = OTHERS | {(status, "text/html"): OpenApiTypes.STR for status in (404, 429, 503)}
# Said no there, or not begun here; account closed; bound to somebody else; the third party does not answer.
REFUSED = NOT_OFFERED | {(status, "text/html"): OpenApiTypes.STR for status in (400, 403, 409, 502)}


@extend_schema(tags=["third-party log-in"], parameters=[PROVIDER])
class BeginView(PageView):
    """Off to the third party."""

    @extend_schema(
        operation_id="login_through",
        summary="Begin a log-in through a third party (a link for browsers)",
        description="Leads to the third party's page. A cookie ties it to this browser.",
        parameters=[OpenApiParameter("guest_cart", OpenApiTypes.UUID, description="The cart that moves to the user")],
        responses={302: OpenApiResponse(description="To the third party"), **NOT_OFFERED},
    )
    def get(self, request: Request, provider: str) -> HttpResponse:
        guest_cart = GuestCartField().to_internal_value(request.query_params.get("guest_cart"))
        address = third_parties.begin_log_in(provider=provider, browser=request.session, guest_cart=guest_cart)
        return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["third-party log-in"], parameters=[PROVIDER])
class CallbackView(PageView):
    """Back from the third party."""

    @extend_schema(
        operation_id="login_through_callback",
        summary="Come back from a third party (a link for browsers)",
        description=(
            "A page. Who logged in finds the cookies `token` and `name`, as the Vue client keeps them; the token is in "
            "no address. Who began at `/bindings/<provider>/` has bound it."
        ),
        parameters=[
            OpenApiParameter("code", str, description="What the third party sends along"),
            OpenApiParameter("state", str, description="What the shop sent along"),
        ],
        responses={(200, "text/html"): OpenApiTypes.STR, **REFUSED},
        examples=examples.CAME_BACK,
    )
    def get(self, request: Request, provider: str) -> HttpResponse:
        came = third_parties.come_back(
            provider=provider,
            browser=request.session,
            answer=request.query_params.dict(),
            device=device_of(request),
        )
        response = page(
            request, "users/third_party/done.html", user=came.signed_in and came.signed_in.user, bound=came.bound
        )
        if came.signed_in:
            keep_token(response, came.signed_in)
            remember_browser(response, came.signed_in.user)
        return response
