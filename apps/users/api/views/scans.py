"""`/scans/`: log-in by scanning."""

from uuid import UUID

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.users.api.caller import device_of, session_of
from apps.users.api.client_cookies import remember_browser
from apps.users.api.serializers.accounts import LoggedInSerializer
from apps.users.api.serializers.scans import (
    ClaimSerializer,
    NewScanSerializer,
    ScanStateSerializer,
    WaitingBrowserSerializer,
)
from apps.users.services import scans

COOKIE = "mxshop_scan"
ID = OpenApiParameter("public_id", OpenApiTypes.UUID, OpenApiParameter.PATH)


@extend_schema(tags=["log in by scanning"], parameters=[ID])
class ScanViewSet(viewsets.ViewSet):
    """The browser's steps, which nobody is signed in at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @property
    def throttle_scope(self) -> str:
        """Guard what makes rows and sessions; the state is asked for again and again."""
        return "scan" if self.request.method == "POST" else ""

    @extend_schema(
        summary="Ask to be let in by a phone (browser)",
        description=(
            "Show the QR code, and ask for the state every other second. It is good for 120 seconds, once. The answer "
            "sets a cookie that ties it to this browser."
        ),
        parameters=[OpenApiParameter("public_id", exclude=True)],
        request=None,
        responses={201: NewScanSerializer},
    )
    def create(self, request: Request) -> Response:
        asked = scans.ask_for_scan(device=device_of(request))
        response = Response(NewScanSerializer(asked.scan).data, status=status.HTTP_201_CREATED)
        response.set_cookie(
            COOKIE,
            asked.secret,
            max_age=int(scans.LIFETIME.total_seconds()),
            path=f"/scans/{asked.scan.public_id}/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return response

    @extend_schema(
        summary="Ask how far it is (browser)",
        responses=ScanStateSerializer,
    )
    def retrieve(self, request: Request, public_id: UUID) -> Response:
        scan = scans.scan_named(public_id=public_id)
        return Response(ScanStateSerializer(scan).data, headers={"Cache-Control": "no-store"})

    @extend_schema(
        summary="Be let in, once it is confirmed (browser)",
        description="Takes the cookie that asking has set; without it, it is a 404.",
        request=ClaimSerializer,
        responses=LoggedInSerializer,
    )
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, public_id: UUID) -> Response:
        brought = ClaimSerializer(data=request.data)
        brought.is_valid(raise_exception=True)
        signed_in = scans.claim_scan(
            public_id=public_id,
            secret=request.COOKIES.get(COOKIE, ""),
            device=device_of(request, refreshes=brought.validated_data["refresh"]),
            guest_cart=brought.validated_data.get("guest_cart"),
        )
        return remember_browser(Response(LoggedInSerializer(signed_in).data), signed_in.user)


@extend_schema(tags=["log in by scanning"], parameters=[ID], request=None, responses=WaitingBrowserSerializer)
class PhoneScanViewSet(viewsets.ViewSet):
    """The phone's steps. It is signed in, and the first that scans is the only one that may answer."""

    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    @extend_schema(
        summary="Scan a code (phone)",
        description="Answers which browser asks, from where: show it before anybody confirms.",
    )
    @action(detail=True, methods=["post"])
    def scan(self, request: Request, public_id: UUID) -> Response:
        scan = scans.take_scan(public_id=public_id, phone=session_of(request))
        return Response(WaitingBrowserSerializer(scan).data)

    @extend_schema(summary="Let that browser in (phone)")
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, public_id: UUID) -> Response:
        scan = scans.confirm_scan(public_id=public_id, phone=session_of(request))
        return Response(WaitingBrowserSerializer(scan).data)

    @extend_schema(summary="Refuse that browser (phone)")
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, public_id: UUID) -> Response:
        scan = scans.refuse_scan(public_id=public_id, phone=session_of(request))
        return Response(WaitingBrowserSerializer(scan).data)
