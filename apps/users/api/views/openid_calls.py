"""What sister applications call at `/oauth/` themselves: codes for tokens, their end, and who the user is."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View
from oauth2_provider import views as toolkit
from oauth2_provider.models import AccessToken

from apps.common import problems
from apps.common.exceptions import Busy
from apps.common.throttling import count, key_of_ip


class CountedSister(View):
    """A route that sister applications show their secret to: a wrong one costs the shop as much as a wrong password."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            used_up = count("sister", key_of_ip(request))
        except Busy as busy:
            return self.refused(request, 503, problems.wait_of(busy))
        if used_up:
            return self.refused(request, 429, used_up.headers)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]  # the toolkit's
        return answer

    def refused(self, request: HttpRequest, status: int, headers: Mapping[str, str]) -> HttpResponse:
        response = problems.answer(request, status)
        problems.add_headers(response, headers)
        return response


class TokenView(CountedSister, toolkit.TokenView):  # type: ignore[misc]  # the toolkit has no types
    """Codes for tokens."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a code that was brought again while it was being answered: its token is taken back already."""
        try:
            return super().post(request, *args, **kwargs)
        except AccessToken.DoesNotExist:
            return JsonResponse({"error": "invalid_grant"}, status=400)


class RevokeView(CountedSister, toolkit.RevokeTokenView):  # type: ignore[misc]  # as above
    """The end of a token, before its time."""


class UserInfoView(toolkit.UserInfoView):  # type: ignore[misc]  # as above
    """What the application may know of the user."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a token in the address, which logs and histories keep; the toolkit takes it on this one route."""
        if "access_token" in request.GET:
            told = {"error": "invalid_request", "error_description": "A token belongs into the Authorization header."}
            return JsonResponse(told, status=400, headers={"WWW-Authenticate": 'Bearer error="invalid_request"'})
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


class DiscoveryView(toolkit.ConnectDiscoveryInfoView):  # type: ignore[misc]  # as above
    """What the shop really offers; the toolkit names what it could do."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        """Return the discovery document of OpenID Connect."""
        told = json.loads(super().get(request, *args, **kwargs).content)
        told["id_token_signing_alg_values_supported"] = ["RS256"]
        told["grant_types_supported"] = ["authorization_code"]
        told["claims_supported"] = sorted(told["claims_supported"])
        return JsonResponse(told, headers={"Access-Control-Allow-Origin": "*"})
