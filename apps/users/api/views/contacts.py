"""What one is reached by: a new mobile or e-mail, proven on both sides."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.visitors import client_ip
from apps.users.api.caller import session_of, user_of
from apps.users.api.client_cookies import mark_in
from apps.users.api.serializers.accounts import ProfileSerializer
from apps.users.api.serializers.contacts import (
    CodesSentSerializer,
    EmailChangeSerializer,
    MobileChangeSerializer,
    NewEmailSerializer,
    NewMobileSerializer,
)
from apps.users.services import contacts
from apps.users.services.confirmation import Proof

ASKING = (
    "One code goes to the new address, and one to the old: to the address that is replaced, or to the other one that "
    "is proven. `old` is null for who has neither: the change then takes the password, or a log-in of the last ten "
    "minutes."
)
FAILED = OpenApiResponse(description="The SMS provider failed")
Form = type[serializers.Serializer[Any]]


def codes_schema(operation_id: str, summary: str, request: Form) -> Any:
    """Describe a route that sends the codes."""
    answers = {201: CodesSentSerializer, 502: FAILED}
    return extend_schema(
        tags=["account"],
        operation_id=operation_id,
        summary=summary,
        description=ASKING,
        request=request,
        responses=answers,
    )


def change_schema(operation_id: str, summary: str, request: Form) -> Any:
    """Describe a route that makes the change."""
    return extend_schema(
        tags=["account"], operation_id=operation_id, summary=summary, request=request, responses=ProfileSerializer
    )


class ContactCodesView(APIView):
    """The two codes that a change takes."""

    serializer_class: Form
    throttle_scope = "code"

    def post(self, request: Request) -> Response:
        serializer = self.serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        [address] = serializer.validated_data.values()
        old = contacts.send_codes(user=user_of(request), address=address, ip=client_ip(request), mark=mark_in(request))
        return Response({"old": old}, status=status.HTTP_201_CREATED)


class ContactView(APIView):
    """The change itself."""

    serializer_class: Form
    throttle_scope = "code_try"

    def post(self, request: Request) -> Response:
        serializer = self.serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        address = sent.get("mobile") or sent["email"]
        user = contacts.change_contact(
            session=session_of(request),
            address=address,
            code=sent["code"],
            old_code=sent["old_code"],
            proof=Proof(password=sent["password"], ip=client_ip(request)),
        )
        return Response(ProfileSerializer(user).data)


@extend_schema_view(post=codes_schema("mobile_codes", "Send the codes that a new mobile takes", NewMobileSerializer))
class MobileCodesView(ContactCodesView):
    """Codes for a new mobile."""

    serializer_class = NewMobileSerializer


@extend_schema_view(post=codes_schema("email_codes", "Send the codes that a new e-mail takes", NewEmailSerializer))
class EmailCodesView(ContactCodesView):
    """Codes for a new e-mail."""

    serializer_class = NewEmailSerializer


@extend_schema_view(
    post=change_schema("mobile_change", "Change one's mobile, with the codes of both sides", MobileChangeSerializer)
)
class MobileView(ContactView):
    """A new mobile."""

    serializer_class = MobileChangeSerializer


@extend_schema_view(
    post=change_schema("email_change", "Change one's e-mail, with the codes of both sides", EmailChangeSerializer)
)
class EmailView(ContactView):
    """A new e-mail."""

    serializer_class = EmailChangeSerializer
