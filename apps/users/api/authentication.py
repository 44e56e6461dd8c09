"""Who sends this request, by the token in its header."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.common.visitors import client_ip
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import sessions

PREFIXES = ("jwt", "bearer")


class TokenAuthentication(BaseAuthentication):
    """Read `Authorization: JWT <token>` or `Bearer <token>`; `request.auth` is the session.

    A bad token is no token: the old client sends its cookie's with every request, for public resources too, and
    these must go on working. Where somebody must be signed in, the permissions answer 401.
    """

    realm = DeviceSession.Realm.SHOP

    def authenticate(self, request: Request) -> tuple[UserProfile, DeviceSession] | None:
        match request.headers.get("Authorization", "").split():
            case [prefix, token] if prefix.lower() in PREFIXES:
                session = sessions.session_of(token, realm=self.realm)
                if session:
                    sessions.note_use(session=session, ip=client_ip(request))
                    return session.user, session
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'JWT realm="mxshop"'


class StaffTokenAuthentication(TokenAuthentication):
    """Read the tokens of staff, which `/staff/login/` answers, and no others."""

    realm = DeviceSession.Realm.STAFF


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # its __init_subclass__ has no types
    """How the OpenAPI document names it."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The token that log-in answers; `JWT` is accepted in place of `Bearer`.",
        }


class StaffTokenScheme(TokenScheme):  # type: ignore[no-untyped-call]  # as above
    """How it names that of staff."""

    target_class = StaffTokenAuthentication
    name = "staff token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        described = super().get_security_definition(auto_schema)
        return described | {"description": "The token that `/staff/login/` answers."}
