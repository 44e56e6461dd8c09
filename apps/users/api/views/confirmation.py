"""`/users/confirmation/`: a code by which the owner confirms what a token alone may not do."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.caller import user_of
from apps.users.api.client_cookies import mark_in
from apps.users.api.serializers.confirmation import ConfirmationSentSerializer, ConfirmationSerializer
from apps.users.services import confirmation
from apps.users.services.confirmation import Act


class ConfirmationView(APIView):
    """A code to confirm with."""

    throttle_scope = "code"

    @extend_schema(
        tags=["account"],
        operation_id="confirmation_code",
        summary="Send oneself a code to confirm with, in place of the password",
        description="It goes to the proven mobile, or else to the proven e-mail; who has neither is answered 409. "
        "The code confirms the act that is named, and no other.",
        request=ConfirmationSerializer,
        responses={201: ConfirmationSentSerializer, 502: OpenApiResponse(description="The SMS provider failed")},
    )
    def post(self, request: Request) -> Response:
        serializer = ConfirmationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        act = Act(serializer.validated_data["act"])
        address = confirmation.send_code(user=user_of(request), act=act, ip=client_ip(request), mark=mark_in(request))
        return Response({"sent_to": address}, status=status.HTTP_201_CREATED)
