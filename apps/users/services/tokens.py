"""Tokens: what a device shows to say which session it is.

A token (JWT, HS256) proves nothing by itself: it names a session, and carries a keyed fingerprint of the password
hash, so that whoever changes the password, in whatever way, ends every token given out before.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

import jwt
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.users.models import DeviceSession

ALGORITHM = "HS256"
# Clocks of several machines differ by so much, and no more.
LEEWAY = timedelta(seconds=60)
# Ours have about 270 characters. What is longer is not read at all.
MAX_LENGTH = 512


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a well-signed token says."""

    session_id: uuid.UUID
    fingerprint: str


def issue_token(session: DeviceSession) -> str:
    """Return a token for the session, good until it ends or the password changes."""
    claims = {
        "sid": session.public_id.hex,
        "fp": fingerprint(session.user.password),
        "iat": timezone.now(),
        "exp": session.expires_at,
    }
    return jwt.encode(claims, _signing_key(), algorithm=ALGORITHM)


def read_token(token: str) -> Claims | None:
    """Return what the token says, or None if we did not sign it or it is past its time."""
    if len(token) > MAX_LENGTH:
        return None
    try:
        claims = jwt.decode(
            token,
            _signing_key(),
            algorithms=[ALGORITHM],
            leeway=LEEWAY,
            options={"require": ["sid", "fp", "iat", "exp"]},
        )
        return Claims(session_id=uuid.UUID(str(claims["sid"])), fingerprint=str(claims["fp"]))
    except (jwt.InvalidTokenError, ValueError):
        return None


def shows_password(claims: Claims, password_hash: str) -> bool:
    """Tell whether the token was given out for this password."""
    return constant_time_compare(claims.fingerprint, fingerprint(password_hash))


def fingerprint(password_hash: str) -> str:
    """Return a keyed digest of the hash: another one for each password, and of no use without our key."""
    return salted_hmac("mxshop.users.fingerprint", password_hash, algorithm="sha256").hexdigest()[:32]


def _signing_key() -> bytes:
    """Return a key of its own, derived from the secret key, so that nothing else is ever signed with it."""
    return salted_hmac("mxshop.users.tokens", "signing key", algorithm="sha256").digest()
