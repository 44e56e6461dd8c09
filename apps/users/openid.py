"""The shop as an OpenID provider: what django-oauth-toolkit asks of us about users, sessions and claims.

Of all that the toolkit can do the shop offers one thing: the code flow with PKCE. A code and a token hang on the
session that the user consented in, and die with it; no token is renewed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from oauth2_provider.models import Grant
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from apps.users.services import sisters


class ShopValidator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """What is different about the shop."""

    def validate_grant_type(self, client_id: str, grant_type: str, *args: Any, **kwargs: Any) -> bool:
        """Take codes only."""
        return grant_type == "authorization_code" and super().validate_grant_type(
            client_id, grant_type, *args, **kwargs
        )

    def validate_silent_login(self, request: Any) -> bool:
        """Let `prompt=none` pass: the page has the last word."""
        return True

    def validate_silent_authorization(self, request: Any) -> bool:
        return True

    # -- The session -------------------------------------------------------------------------------

    def _create_authorization_code(self, request: Any, code: Any, expires: datetime | None = None) -> Any:
        """Note the session, which the consent page hands over, beside the code."""
        grant = super()._create_authorization_code(request, code, expires)
        sisters.note_login(session=request.session, app=request.client, grant=grant)
        return grant

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Refuse a code without PKCE, or whose session has ended, or whose user may not log in any more.

        One that was used already ends what its first use gave.
        """
        if not super().validate_code(client_id, code, client, request, *args, **kwargs):
            sisters.end_login_of_used(code=code, app=client)
            return False
        if not self.get_code_challenge(code, request):
            return False
        request.app_login = sisters.running_login(grant__code=code)
        return request.app_login is not None

    # The toolkit looks the code up several times; meanwhile another request may have used it.

    def confirm_redirect_uri(self, *args: Any, **kwargs: Any) -> Any:
        with _code_may_be_gone():
            return super().confirm_redirect_uri(*args, **kwargs)

    def get_code_challenge(self, code: str, request: Any) -> Any:
        with _code_may_be_gone():
            return super().get_code_challenge(code, request)

    def get_code_challenge_method(self, code: str, request: Any) -> Any:
        with _code_may_be_gone():
            return super().get_code_challenge_method(code, request)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        """Hand out no refresh token: the sister application has a session of its own."""
        token.pop("refresh_token", None)
        return super().save_bearer_token(token, request, *args, **kwargs)

    def _create_access_token(self, expires: datetime, request: Any, token: Any, *args: Any, **kwargs: Any) -> Any:
        """Give one token for each log-in: of two who bring its code at once, the second takes nothing."""
        access_token = super()._create_access_token(expires, request, token, *args, **kwargs)
        if not sisters.take_token(login=request.app_login, token=access_token):
            raise InvalidGrantError(request=request)
        return access_token

    def validate_bearer_token(self, token: str, scopes: Any, request: Any) -> bool:
        """Refuse a token whose session has ended, or whose user may not log in any more."""
        if not super().validate_bearer_token(token, scopes, request):
            return False
        return sisters.running_login(access_token=request.access_token) is not None

    # -- The claims --------------------------------------------------------------------------------

    def get_additional_claims(self) -> dict[str, Callable[[Any], Any]]:
        """Return how each claim is made; each is told only where its scope was consented to."""
        return {name: _told_of(name) for name in sisters.CLAIMS}

    def get_oidc_claims(self, *args: Any) -> dict[str, Any]:
        """Leave out what the user does not have."""
        return {name: value for name, value in super().get_oidc_claims(*args).items() if value is not None}

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Any) -> tuple[dict[str, Any], datetime]:
        """Say when the user logged in: at the beginning of the session."""
        claims, expires_at = super().get_id_token_dictionary(token, token_handler, request)
        claims["auth_time"] = int(request.app_login.session.created_at.timestamp())
        return claims, expires_at


@contextmanager
def _code_may_be_gone() -> Iterator[None]:
    try:
        yield
    except Grant.DoesNotExist as gone:
        raise InvalidGrantError from gone


def _told_of(name: str) -> Callable[[Any], Any]:
    return lambda request: sisters.CLAIMS[name](request.user)
