"""Codes that are asked for."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.client_cookies import mark_in
from apps.users.api.serializers.codes import (
    CodeRequestSerializer,
    CodeSentSerializer,
)
from apps.users.api.throttling import AddressThrottle
from apps.users.models import VerifyCode
from apps.users.services import codes


class CodeView(APIView):
    """Verify codes by SMS and by mail."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code"
    throttle_classes = [AddressThrottle]
    names_in = ("mobile", "email")

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
