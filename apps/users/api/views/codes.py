"""Codes: asked for, and used in place of a password."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.caller import device_of
from apps.users.api.client_cookies import mark_in, remember_browser
from apps.users.api.serializers.accounts import LoggedInSerializer
from apps.users.api.serializers.codes import (
    CodeLoginSerializer,
    CodeRequestSerializer,
    CodeSentSerializer,
    PasswordResetSerializer,
)
from apps.users.models import VerifyCode
from apps.users.services import accounts, codes, passwords


class CodeView(APIView):
    """Verify codes by SMS and by mail."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code"

    @extend_schema(
        tags=["account"],
        operation_id="code_create",
        summary="Send a code to a mobile or an e-mail",
        description=(
            "Answers alike whether or not the address has an account. One code a minute for each address, and so many "
            "a day for each purpose. A code of one purpose is none for another."
        ),
        request=CodeRequestSerializer,
        responses={201: CodeSentSerializer, 502: OpenApiResponse(description="The SMS provider failed")},
    )
    def post(self, request: Request) -> Response:
        serializer = CodeRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        purpose = VerifyCode.Purpose(sent.pop("purpose"))
        [address] = sent.values()
        codes.send_code(address=address, purpose=purpose, ip=client_ip(request), mark=mark_in(request))
        return Response(sent, status=status.HTTP_201_CREATED)


class CodeLoginView(APIView):
    """Log in with a code."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code_try"

    @extend_schema(
        tags=["account"],
        operation_id="login_by_code",
        summary="Log in with a code that was sent to a proven mobile or e-mail",
        description="`POST /code/` with purpose `login` sends it. Who has no account is told after the right code.",
        request=CodeLoginSerializer,
        responses={200: LoggedInSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = CodeLoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        signed_in = accounts.log_in_by_code(
            address=sent["username"],
            code=sent["code"],
            device=device_of(request, refreshes=sent["refresh"]),
            guest_cart=sent.get("guest_cart"),
        )
        return remember_browser(Response(LoggedInSerializer(signed_in).data), signed_in.user)


class PasswordResetView(APIView):
    """A new password for who has lost theirs."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code_try"

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
