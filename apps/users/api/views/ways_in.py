"""Ways in: whoever shows what it takes is answered a token, and their browser is known from then on."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.kept_serializers import print_row, read
from apps.users.api.caller import device_of, session_of
from apps.users.api.client_cookies import remember_browser
from apps.users.api.serializers.accounts import LoggedInSerializer, LoginSerializer
from apps.users.api.serializers.codes import CodeLoginSerializer
from apps.users.api.throttling import AddressThrottle, LoginAccountThrottle
from apps.users.services import accounts, sessions
from apps.users.services.sessions import Device, SignedIn


class WayInView(APIView):
    """What all of them do; each says how one enters."""

    authentication_classes = []
    permission_classes = [AllowAny]
    serializer_class: type[serializers.Serializer[Any]]

    def post(self, request: Request) -> Response:
        sent = read(self.serializer_class, request.data)
        signed_in = self.enter(sent, device_of(request, refreshes=sent["refresh"]))
        response = Response(print_row(LoggedInSerializer, signed_in))
        return remember_browser(response, signed_in.user)

    def enter(self, sent: dict[str, Any], device: Device) -> SignedIn:
        """Return the session that opens for what was sent."""
        raise NotImplementedError


@extend_schema_view(
    post=extend_schema(
        tags=["account"],
        operation_id="login_create",
        summary="Log in by user name, mobile or verified e-mail",
        description=(
            "This and every other way in, those of staff too, sets the cookie `mxshop_browser`, which opens nothing: "
            "where strangers have used up the tries of a name, or of an address that many share, the name's owner has "
            "some left on a browser that sends it."
        ),
        request=LoginSerializer,
        responses={200: LoggedInSerializer},
    )
)
class LoginView(WayInView):
    """Log in with a password."""

    serializer_class = LoginSerializer
    throttle_scope = "login"
    throttle_classes = [AddressThrottle, LoginAccountThrottle]

    def enter(self, sent: dict[str, Any], device: Device) -> SignedIn:
        return accounts.log_in(
            name=sent["username"], password=sent["password"], device=device, guest_cart=sent.get("guest_cart")
        )


@extend_schema_view(
    post=extend_schema(
        tags=["account"],
        operation_id="login_by_code",
        summary="Log in with a code that was sent to a proven mobile or e-mail",
        description="`POST /code/` with purpose `login` sends it. Who has no account is told after the right code.",
        request=CodeLoginSerializer,
        responses={200: LoggedInSerializer},
    )
)
class CodeLoginView(WayInView):
    """Log in with a code."""

    serializer_class = CodeLoginSerializer
    throttle_scope = "code_try"
    throttle_classes = [AddressThrottle]

    def enter(self, sent: dict[str, Any], device: Device) -> SignedIn:
        return accounts.log_in_by_code(
            address=sent["username"], code=sent["code"], device=device, guest_cart=sent.get("guest_cart")
        )


class LogoutView(APIView):
    """Log out."""

    @extend_schema(
        tags=["account"], operation_id="logout_create", summary="End this session", request=None, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        sessions.end_session(session=session_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
