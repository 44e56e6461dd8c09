"""The shop's cookies: those in which the Vue client keeps who is logged in, and the mark of a known browser."""

from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.users.models import UserProfile
from apps.users.services import known_browsers
from apps.users.services.sessions import SignedIn

# What JavaScript's `escape` leaves as it is: the client writes its cookies with it, and reads them as they are.
UNESCAPED = "@*_+-./"

Answer = TypeVar("Answer", bound=HttpResponseBase)


def keep_token(response: HttpResponse, signed_in: SignedIn) -> None:
    """Set the client's own cookies, which its script reads."""
    for name, value in (("token", signed_in.token), ("name", escaped(signed_in.user.username))):
        response.set_cookie(
            name,
            value,
            max_age=int(settings.TOKEN_LIFETIME.total_seconds()),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def remember_browser(response: Answer, user: UserProfile) -> Answer:
    """Let the browser be known from now on as one that this user has logged in on; its scripts do not see by what."""
    response.set_cookie(
        known_browsers.COOKIE,
        known_browsers.mark_for(user),
        max_age=int(known_browsers.LIFETIME.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def mark_in(request: HttpRequest | Request) -> str:
    """Return what the browser says it is known by, which nobody has looked at yet."""
    return request.COOKIES.get(known_browsers.COOKIE, "")


def escaped(text: str) -> str:
    """Return what JavaScript's `escape` makes of a text, as far as it is in the Basic Multilingual Plane."""
    return "".join(
        quote(letter, safe=UNESCAPED, encoding="latin-1") if letter < "\u0100" else f"%u{ord(letter):04X}"
        for letter in text
    )
