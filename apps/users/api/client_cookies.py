"""The cookies in which the Vue client keeps who is logged in, where the shop itself has to write them."""

from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse

from apps.users.services.sessions import SignedIn

# What JavaScript's `escape` leaves as it is: the client writes its cookies with it, and reads them as they are.
UNESCAPED = "@*_+-./"


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


def escaped(text: str) -> str:
    """Return what JavaScript's `escape` makes of a text, as far as it is in the Basic Multilingual Plane."""
    return "".join(
        quote(letter, safe=UNESCAPED, encoding="latin-1") if letter < "\u0100" else f"%u{ord(letter):04X}"
        for letter in text
    )
