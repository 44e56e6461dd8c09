"""Registration with a mobile, and one's own record."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.parsers import BoundedMultiPartParser, StrictJSONParser
from apps.users.api.caller import device_of, user_of
from apps.users.api.client_cookies import remember_browser
from apps.users.api.serializers.accounts import (
    ProfileFormSerializer,
    ProfileSerializer,
    RegisteredSerializer,
    RegisterSerializer,
)
from apps.users.services import accounts, profiles


@extend_schema_view(
    get=extend_schema(
        tags=["account"],
        summary="Read one's own record",
        description="Always one's own, whatever the address says.",
        responses=ProfileSerializer,
    ),
    patch=extend_schema(
        tags=["account"],
        summary="Change one's own record",
        description=(
            "Takes the whole record back, or parts of it. Another mobile is refused; an e-mail is stored as not "
            "verified. An avatar is uploaded as multipart/form-data."
        ),
        request={"application/json": ProfileSerializer, "multipart/form-data": ProfileFormSerializer},
        responses=ProfileSerializer,
    ),
)
class OwnRecordView(APIView):
    """One's own record."""

    parser_classes = [StrictJSONParser, BoundedMultiPartParser]
    file_field = "avatar"

    @property
    def throttle_scope(self) -> str:
        """Limit avatars more strictly than words: each is decoded and drawn anew."""
        return "avatar" if self.request.content_type.startswith("multipart/") else ""

    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(ProfileSerializer(user_of(request)).data)

    def patch(self, request: Request, **kwargs: Any) -> Response:
        serializer = ProfileSerializer(user_of(request), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = {field: value for field, value in serializer.validated_data.items() if field != "mobile"}
        user = profiles.update_profile(user=user_of(request), **changes)
        return Response(ProfileSerializer(user).data)


@extend_schema_view(
    get=extend_schema(operation_id="users_own_retrieve"),
    patch=extend_schema(operation_id="users_own_partial_update"),
)
class UsersView(OwnRecordView):
    """Registration, and one's own record at the address without an id."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [] if self._registers() else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny() if self._registers() else IsAuthenticated()]

    @property
    def throttle_scope(self) -> str:
        """Each registration tries a code: that is limited more strictly than reading and changing one's record."""
        return "register" if self._registers() else super().throttle_scope

    def get_parsers(self) -> list[BaseParser]:
        """Take files only from who is signed in."""
        return [StrictJSONParser()] if self._registers() else super().get_parsers()

    @extend_schema(
        tags=["account"],
        operation_id="users_create",
        summary="Register with a mobile and its code",
        request=RegisterSerializer,
        responses={201: RegisteredSerializer},
    )
    def post(self, request: Request) -> Response:
        serializer = RegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        signed_in = accounts.register(
            mobile=sent["username"],
            password=sent["password"],
            code=sent["code"],
            device=device_of(request, refreshes=sent["refresh"]),
            guest_cart=sent.get("guest_cart"),
        )
        response = Response(RegisteredSerializer(signed_in).data, status=status.HTTP_201_CREATED)
        return remember_browser(response, signed_in.user)

    def _registers(self) -> bool:
        return self.request is not None and self.request.method == "POST"


@extend_schema(
    parameters=[OpenApiParameter("any_id", str, OpenApiParameter.PATH, description="anything; the client sends 1")]
)
class AnyIdView(OwnRecordView):
    """One's own record, whatever id the client writes."""
