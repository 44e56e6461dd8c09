"""`/tickets/`: going over to a sister application, and being known there."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.users.api.authentication import SisterAuthentication
from apps.users.api.caller import session_of
from apps.users.api.serializers.tickets import (
    TicketExchangeSerializer,
    TicketHolderSerializer,
    TicketRequestSerializer,
    TicketSerializer,
)
from apps.users.models import SisterApp
from apps.users.services import tickets


class IsSister(BasePermission):
    """A sister application that has proven itself."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raise NotAuthenticated for everybody else: users, too, are a 401 here, for a role would not help them."""
        if not isinstance(request.auth, SisterApp):
            raise NotAuthenticated
        return True


@extend_schema(tags=["sister applications"])
class TicketView(APIView):
    """A ticket for who is signed in."""

    throttle_scope = "ticket"

    @extend_schema(
        operation_id="tickets_create",
        summary="Get a ticket for a sister application",
        description=(
            "Hand it to that application, which exchanges it for who you are: once, within 60 seconds. "
            "An older one of this log-in for the same application dies."
        ),
        request=TicketRequestSerializer,
        responses={201: TicketSerializer},
    )
    def post(self, request: Request) -> Response:
        wish = TicketRequestSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        ticket = tickets.issue_ticket(session=session_of(request), audience=wish.validated_data["audience"])
        answer = TicketSerializer({"ticket": ticket, "expires_in": int(tickets.LIFETIME.total_seconds())})
        return Response(answer.data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})


@extend_schema(tags=["sister applications"])
class TicketExchangeView(APIView):
    """Who came with a ticket, for the application it was made for."""

    authentication_classes = [SisterAuthentication]
    permission_classes = [IsSister]

    @extend_schema(
        operation_id="tickets_exchange",
        summary="Exchange a ticket for who came with it (sister application)",
        description=(
            "Asked with the client id and the secret of the application (HTTP Basic). A ticket of another application "
            "is a 400, and stays good there."
        ),
        request=TicketExchangeSerializer,
        responses=TicketHolderSerializer,
    )
    def post(self, request: Request) -> Response:
        assert isinstance(request.auth, SisterApp)  # noqa: S101  narrows the type
        brought = TicketExchangeSerializer(data=request.data)
        brought.is_valid(raise_exception=True)
        user = tickets.exchange_ticket(app=request.auth, **brought.validated_data)
        return Response(TicketHolderSerializer(user).data, headers={"Cache-Control": "no-store"})
