"""Registration by e-mail, and the link that activates an e-mail."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.caller import device_of, session_of
from apps.users.api.client_cookies import remember_browser
from apps.users.api.owner import ASKS, proof_in
from apps.users.api.serializers.accounts import LoggedInSerializer
from apps.users.api.serializers.activation import ActivationSerializer, EmailRegistrationSerializer, EmailSerializer
from apps.users.api.serializers.confirmation import ProofSerializer
from apps.users.services import activation


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
        activation.register(**serializer.validated_data, ip=client_ip(request))
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
        activation.send_link_again(**serializer.validated_data, ip=client_ip(request))
        return Response(serializer.validated_data, status=status.HTTP_202_ACCEPTED)


class OwnLinkView(APIView):
    """A link for the e-mail in one's record."""

    throttle_scope = "code"

    @extend_schema(
        tags=["account"],
        operation_id="email_link",
        summary="Send a link that activates the e-mail of one's record",
        description=(
            "For who has proven no e-mail yet, and has a password, which opening the link takes. Others are answered "
            f"409: they change it at `/users/email/`, with codes. {ASKS}"
        ),
        request=ProofSerializer,
        responses={202: EmailSerializer},
    )
    def post(self, request: Request) -> Response:
        email = activation.send_link(session=session_of(request), proof=proof_in(request))
        return Response({"email": email}, status=status.HTTP_202_ACCEPTED)


class ActivationView(APIView):
    """The link's page brings token and password."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "code_try"

    @extend_schema(
        tags=["account"],
        operation_id="users_activate",
        summary="Activate the e-mail that a link was sent to",
        description="The link proves the mailbox, the password the account. A wrong password leaves the link as it is.",
        request=ActivationSerializer,
        responses={200: LoggedInSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = ActivationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        device = device_of(request, refreshes=sent["refresh"])
        signed_in = activation.activate(token=sent["token"], password=sent["password"], device=device)
        return remember_browser(Response(LoggedInSerializer(signed_in).data), signed_in.user)
