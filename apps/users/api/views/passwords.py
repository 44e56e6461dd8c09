"""Another password: for who knows the old one, and for who has lost it."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.caller import session_of
from apps.users.api.client_cookies import remember_browser
from apps.users.api.serializers.accounts import PasswordChangeSerializer, TokenSerializer
from apps.users.api.serializers.codes import PasswordResetSerializer
from apps.users.api.throttling import AddressThrottle
from apps.users.services import passwords


class PasswordView(APIView):
    """Change the password."""

    throttle_scope = "login"

    @extend_schema(
        tags=["account"],
        operation_id="password_change",
        summary="Change the password and log out everywhere else",
        request=PasswordChangeSerializer,
        responses={200: TokenSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = PasswordChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        signed_in = passwords.change_password(session=session_of(request), **serializer.validated_data)
        return remember_browser(Response(TokenSerializer(signed_in).data), signed_in.user)


class PasswordResetView(APIView):
    """A new password for who has lost theirs."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code_try"
    throttle_classes = [AddressThrottle]

    @extend_schema(
        tags=["account"],
        operation_id="password_reset",
        summary="Set a new password with a code, and log out everywhere",
        description="`POST /code/` with purpose `reset` sends it. Who has no account is told after the right code.",
        request=PasswordResetSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        serializer = PasswordResetSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        passwords.reset_password(
            address=sent["username"], code=sent["code"], password=sent["password"], ip=client_ip(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
