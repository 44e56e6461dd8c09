"""Code, register, log in and out, one's own record."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.parsers import BoundedMultiPartParser, StrictJSONParser
from apps.common.throttling import RouteThrottle
from apps.common.visitors import client_ip
from apps.users.api.serializers import (
    CodeRequestSerializer,
    CodeSentSerializer,
    LoggedInSerializer,
    LoginSerializer,
    PasswordChangeSerializer,
    ProfileSerializer,
    RegisteredSerializer,
    RegisterSerializer,
    TokenSerializer,
)
from apps.users.api.throttling import LoginAccountThrottle
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import accounts, codes, profiles, sessions
from apps.users.services.sessions import Device

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl"  # noqa: S105  an example that opens nothing
PROFILE = {
    "username": "13800000001",
    "name": "Alice",
    "birthday": "1990-01-31",
    "gender": "female",
    "email": "alice@example.com",
    "mobile": "13800000001",
    "avatar": "/static/mxshop/placeholder.svg",
}


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
        examples=[
            OpenApiExample("to register", value={"mobile": "13800000001"}),
            OpenApiExample("to log in", value={"mobile": "13800000001", "purpose": "login"}, request_only=True),
            OpenApiExample(
                "a lost password", value={"email": "alice@example.com", "purpose": "reset"}, request_only=True
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        serializer = CodeRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        purpose = VerifyCode.Purpose(sent.pop("purpose"))
        [address] = sent.values()
        codes.send_code(address=address, purpose=purpose, ip=client_ip(request))
        return Response(sent, status=status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        tags=["account"],
        summary="Read one's own record",
        description="Always one's own, whatever the address says.",
        responses=ProfileSerializer,
        examples=[OpenApiExample("Alice", value=PROFILE, response_only=True)],
    ),
    patch=extend_schema(
        tags=["account"],
        summary="Change one's own record",
        description=(
            "Takes the whole record back, or parts of it. Another mobile is refused; an e-mail is stored as not "
            "verified. An avatar is uploaded as multipart/form-data."
        ),
        request={"application/json": ProfileSerializer, "multipart/form-data": ProfileSerializer},
        responses=ProfileSerializer,
        examples=[OpenApiExample("Alice", value=PROFILE)],
    ),
)
class OwnRecordView(APIView):
    """One's own record."""

    parser_classes = [StrictJSONParser, BoundedMultiPartParser]

    @property
    def throttle_scope(self) -> str:
        """Limit avatars more strictly than words: each is decoded and drawn anew."""
        return "avatar" if self.request.content_type.startswith("multipart/") else ""

    def get(self, request: Request, **kwargs: Any) -> Response:
        return Response(ProfileSerializer(_user(request)).data)

    def patch(self, request: Request, **kwargs: Any) -> Response:
        serializer = ProfileSerializer(_user(request), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = {field: value for field, value in serializer.validated_data.items() if field != "mobile"}
        user = profiles.update_profile(user=_user(request), **changes)
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
        examples=[
            OpenApiExample(
                "a newcomer",
                value={"username": "13800000001", "password": "right horse battery", "code": "1234"},
                request_only=True,
            ),
            OpenApiExample(
                "signed in",
                value={"username": "13800000001", "mobile": "13800000001", "name": "13800000001", "token": TOKEN},
                response_only=True,
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        serializer = RegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        signed_in = accounts.register(
            mobile=sent["username"],
            password=sent["password"],
            code=sent["code"],
            device=_device(request),
            guest_cart=sent.get("guest_cart"),
        )
        return Response(RegisteredSerializer(signed_in).data, status=status.HTTP_201_CREATED)

    def _registers(self) -> bool:
        return self.request is not None and self.request.method == "POST"


@extend_schema(
    parameters=[OpenApiParameter("any_id", str, OpenApiParameter.PATH, description="anything; the client sends 1")]
)
class AnyIdView(OwnRecordView):
    """One's own record, whatever id the client writes."""


class LoginView(APIView):
    """Log in."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "login"
    throttle_classes = [RouteThrottle, LoginAccountThrottle]

    @extend_schema(
        tags=["account"],
        operation_id="login_create",
        summary="Log in by user name, mobile or verified e-mail",
        request=LoginSerializer,
        responses={200: LoggedInSerializer},
        examples=[
            OpenApiExample(
                "Alice", value={"username": "13800000001", "password": "right horse battery"}, request_only=True
            ),
            OpenApiExample("signed in", value={"token": TOKEN, "user": PROFILE}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        signed_in = accounts.log_in(
            name=sent["username"],
            password=sent["password"],
            device=_device(request),
            guest_cart=sent.get("guest_cart"),
        )
        return Response(LoggedInSerializer(signed_in).data)


class LogoutView(APIView):
    """Log out."""

    @extend_schema(
        tags=["account"], operation_id="logout_create", summary="End this session", request=None, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        sessions.end_session(session=_session(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordView(APIView):
    """Change the password."""

    throttle_scope = "login_account"

    @extend_schema(
        tags=["account"],
        operation_id="password_change",
        summary="Change the password and log out everywhere else",
        request=PasswordChangeSerializer,
        responses={200: TokenSerializer},
        examples=[
            OpenApiExample(
                "a better one",
                value={"old_password": "staple of yesterday", "new_password": "battery of tomorrow"},
                request_only=True,
            ),
            OpenApiExample("a new token", value={"token": TOKEN}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        serializer = PasswordChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        signed_in = accounts.change_password(session=_session(request), **serializer.validated_data)
        return Response(TokenSerializer(signed_in).data)


def _user(request: Request) -> UserProfile:
    """Return who is signed in; the permissions have seen to it that somebody is."""
    assert isinstance(request.user, UserProfile)  # noqa: S101  narrows the type
    return request.user


def _session(request: Request) -> DeviceSession:
    assert isinstance(request.auth, DeviceSession)  # noqa: S101  narrows the type
    return request.auth


def _device(request: Request) -> Device:
    return Device(ip=client_ip(request), user_agent=request.headers.get("User-Agent", ""))
