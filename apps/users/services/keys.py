"""The keys that sign tokens and encrypt what must be read again.

The first one signs and encrypts, and all of them are believed, so that a new one logs nobody out.

Each is derived from one of the shop's secret keys, the present one and those before it (`SECRET_KEY_FALLBACKS`), so
that nothing else is ever signed with it.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class ShopKey:
    """A key, and the id that a token names it by; the id is derived as well, and gives nothing away."""

    kid: str
    secret: bytes
    fingerprints: bytes
    cipher: Fernet


def current_key() -> ShopKey:
    """Return the key that signs."""
    return _derived(settings.SECRET_KEY)


def encrypted(text: str) -> str:
    """Return a text encrypted with the present key."""
    return current_key().cipher.encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """Return what `encrypted` was given, with whichever of our keys; raises InvalidToken when that one is gone."""
    return MultiFernet([key.cipher for key in _all()]).decrypt(text.encode()).decode()


def key_named(kid: object) -> ShopKey | None:
    """Return the key with this id, if it is one of ours."""
    return next((key for key in _all() if key.kid == kid), None)


def _all() -> list[ShopKey]:
    return [_derived(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@cache
def _derived(secret: str) -> ShopKey:
    def made(use: str) -> bytes:
        return salted_hmac("mxshop.users.tokens", use, secret=secret, algorithm="sha256").digest()

    return ShopKey(
        kid=made("key id").hex()[:8],
        secret=made("signing key"),
        fingerprints=made("fingerprints"),
        cipher=Fernet(urlsafe_b64encode(made("cipher"))),
    )
