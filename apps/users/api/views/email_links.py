"""Links that prove an e-mail."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.users.api.caller import session_of
from apps.users.api.owner import ASKS, proof_in
from apps.users.api.serializers.accounts import LoggedInSerializer
from apps.users.api.serializers.confirmation import ProofSerializer
from apps.users.api.serializers.email_links import ActivationSerializer, EmailSerializer
from apps.users.api.views.ways_in import WayInView
from apps.users.services import email_links
from apps.users.services.sessions import Device, SignedIn


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
        email = email_links.send_link(session=session_of(request), proof=proof_in(request))
        return Response({"email": email}, status=status.HTTP_202_ACCEPTED)


@extend_schema_view(
    post=extend_schema(
        tags=["account"],
        operation_id="users_activate",
        summary="Activate the e-mail that a link was sent to",
        description="The link proves the mailbox, the password the account. A wrong password leaves the link as it is.",
        request=ActivationSerializer,
        responses={200: LoggedInSerializer},
    )
)
class ActivationView(WayInView):
    """The link's page brings token and password."""

    serializer_class = ActivationSerializer
    throttle_scope = "code_try"

    def enter(self, sent: dict[str, Any], device: Device) -> SignedIn:
        return email_links.activate(token=sent["token"], password=sent["password"], device=device)
