"""Who sends this request, by the token in its header."""

from base64 import b64decode
from typing import Any
from urllib.parse import unquote_plus

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.common.throttling import count, key_of_ip
from apps.common.visitors import client_ip
from apps.users.models import DeviceSession, SisterApp, UserProfile
from apps.users.services import sessions, sisters

PREFIXES = ("jwt", "bearer")


class TokenAuthentication(BaseAuthentication):
    """Read `Authorization: JWT <token>` or `Bearer <token>`; `request.auth` is the session.

    A bad token is no token: the old client sends its cookie's with every request, for public resources too, and
    these must go on working. Where somebody must be signed in, the permissions answer 401, which tells a token that
    opens nothing any more (`request.token_is_refused`) from none at all.
    """

    realm = DeviceSession.Realm.SHOP

    def authenticate(self, request: Request) -> tuple[UserProfile, DeviceSession] | None:
        match request.headers.get("Authorization", "").split():
            case [prefix, token] if prefix.lower() in PREFIXES:
                session = sessions.session_of(token, realm=self.realm)
                if session:
                    sessions.note_use(session=session, ip=client_ip(request))
                    return session.user, session
                request.token_is_refused = True  # type: ignore[attr-defined]  # a note of ours on DRF's object
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'JWT realm="mxshop"'


class StaffTokenAuthentication(TokenAuthentication):
    """Read the tokens of staff, which `/staff/login/` answers, and no others."""

    realm = DeviceSession.Realm.STAFF


class SisterAuthentication(BaseAuthentication):
    """Read the client id and the secret of a sister application (Basic); it is `request.auth`, and nobody's user.

    Both are form-encoded, as RFC 6749, 2.3.1, says.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, SisterApp] | None:
        match request.headers.get("Authorization", "").split():
            case [prefix, encoded] if prefix.lower() == "basic":
                # Before the secret is looked at: a wrong one costs as much as a wrong password.
                if used_up := count("sister", key_of_ip(request)):
                    raise used_up.refusal()
                app = _app_that_shows(encoded)
                return (AnonymousUser(), app) if app else None
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="mxshop"'


def _app_that_shows(encoded: str) -> SisterApp | None:
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None
    return sisters.app_with(client_id=unquote_plus(client_id), secret=unquote_plus(secret))


class SisterScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as below
    """How the OpenAPI document names it."""

    target_class = SisterAuthentication
    name = "sister application"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "basic",
            "description": "The client id and the secret that a superuser gave the sister application.",
        }


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
