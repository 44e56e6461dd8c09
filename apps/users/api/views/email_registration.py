"""Registration by e-mail."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.serializers.email_links import EmailRegistrationSerializer, EmailSerializer
from apps.users.services import email_registration


class EmailRegistrationView(APIView):
    """Register with an e-mail."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code"

    @extend_schema(
        tags=["account"],
        operation_id="users_create_by_email",
        summary="Register with an e-mail",
        description=(
            "A letter brings a link, good once and for a day, that activates the account. Answers alike whether or not "
            "the e-mail has an account; its owner is told by the letter. Registering again brings a new link, which "
            "opens the account with the password of either time: who registers with somebody else's e-mail changes "
            "nothing for its owner."
        ),
        request=EmailRegistrationSerializer,
        responses={202: EmailSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = EmailRegistrationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        email_registration.register(**serializer.validated_data, ip=client_ip(request))
        return Response({"email": serializer.validated_data["email"]}, status=status.HTTP_202_ACCEPTED)


class LinkAgainView(APIView):
    """Another link for a newcomer."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code"

    @extend_schema(
        tags=["account"],
        operation_id="users_resend_link",
        summary="Send a newcomer another link",
        description="The older ones die. Answers alike whether or not there is such a newcomer.",
        request=EmailSerializer,
        responses={202: EmailSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = EmailSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        email_registration.send_link_again(**serializer.validated_data, ip=client_ip(request))
        return Response(serializer.validated_data, status=status.HTTP_202_ACCEPTED)
