"""The keys that sign tokens. The first one signs, and all of them are believed, so that a new one logs nobody out.

Each is derived from one of the shop's secret keys, the present one and those before it (`SECRET_KEY_FALLBACKS`), so
that nothing else is ever signed with it.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class TokenKey:
    """A key, and the id that a token names it by; the id is derived as well, and gives nothing away."""

    kid: str
    secret: bytes
    fingerprints: bytes


def current_key() -> TokenKey:
    """Return the key that signs."""
    return _derived(settings.SECRET_KEY)


def key_named(kid: object) -> TokenKey | None:
    """Return the key with this id, if it is one of ours."""
    keys = map(_derived, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return next((key for key in keys if key.kid == kid), None)


@cache
def _derived(secret: str) -> TokenKey:
    def made(use: str) -> bytes:
        return salted_hmac("mxshop.users.tokens", use, secret=secret, algorithm="sha256").digest()

    return TokenKey(kid=made("key id").hex()[:8], secret=made("signing key"), fingerprints=made("fingerprints"))
