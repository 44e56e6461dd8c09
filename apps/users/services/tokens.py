"""Tokens: what a device shows to say which session it is.

A token (JWT, HS256) proves nothing by itself: it names a session and its user, and carries a keyed fingerprint of the
password hash, so that whoever changes the password, in whatever way, ends every token given out before. Its `sub`
begins with the realm, `shop_` or `staff_`, so that a user of one can't be taken for one of the other.
"""

import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.users.models import DeviceSession
from apps.users.services.keys import ShopKey, current_key, key_named

ALGORITHM = "HS256"
# Clocks of several machines differ by so much, and no more.
LEEWAY = timedelta(seconds=60)
# Ours have about 400 characters. What is longer is not read at all.
MAX_LENGTH = 640
TRACE_SEPARATOR = ":"
CLAIMS = ["sub", "sid", "fp", "iat", "exp"]


@dataclass(frozen=True, kw_only=True)
class Claims:
    """What a well-signed token says.

    `renewal` is the number of a refresh token, and None in any other; `for_pages` if it is a cookie's of `/oauth/`.
    """

    realm: str
    user_id: uuid.UUID
    session_id: uuid.UUID
    fingerprint: str
    renewal: int | None
    for_pages: bool
    key: ShopKey


def issue_token(session: DeviceSession) -> str:
    """Return a token for the session, good until it ends or the password changes.

    Where the client renews its tokens, it lives for `settings.SHORT_TOKEN_LIFETIME` only.
    """
    expires_at = session.expires_at
    if session.refresh_count is not None:
        expires_at = min(expires_at, timezone.now() + settings.SHORT_TOKEN_LIFETIME)
    return _signed(session, expires_at)


def issue_refresh_token(session: DeviceSession) -> str | None:
    """Return what the client gets its next tokens for, once; None where it keeps one long token."""
    if session.refresh_count is None:
        return None
    return _signed(session, session.expires_at, rn=session.refresh_count)


def issue_page_token(session: DeviceSession) -> str:
    """Return a token for the session that is good for the pages of `/oauth/`, and for nothing of the API."""
    return _signed(session, session.expires_at, pages=True)


def read_token(token: str) -> Claims | None:
    """Return what a token says; None if we did not sign it, it is past its time, renews others or is the pages'."""
    claims = _read(token)
    return claims if claims and claims.renewal is None and not claims.for_pages else None


def read_page_token(token: str) -> Claims | None:
    """Return what a token of the pages says, or None alike."""
    claims = _read(token)
    return claims if claims and claims.for_pages else None


def read_refresh_token(token: str) -> Claims | None:
    """Return what a refresh token says, or None alike."""
    claims = _read(token)
    return claims if claims and claims.renewal is not None else None


def trace_of(session: DeviceSession) -> str:
    """Return what a session's token says, without a signature: for what is kept here and acts for the session later.

    It opens nothing, and only what the shop itself has written may be read as one.
    """
    key, user = current_key(), session.user
    said = session.realm, user.public_id.hex, session.public_id.hex, fingerprint(user.password, key), key.kid
    return TRACE_SEPARATOR.join(said)


def read_trace(trace: str) -> Claims | None:
    """Return what `trace_of` noted; None for an empty one, or when its key is gone."""
    try:
        realm, user_id, session_id, fingerprint, kid = trace.split(TRACE_SEPARATOR)
    except ValueError:
        return None
    key = key_named(kid)
    if key is None:
        return None
    return Claims(
        realm=realm,
        user_id=uuid.UUID(user_id),
        session_id=uuid.UUID(session_id),
        fingerprint=fingerprint,
        renewal=None,
        for_pages=False,
        key=key,
    )


def fits(claims: Claims, session: DeviceSession) -> bool:
    """Tell whether the token was given out to this session's user, in its realm, for the present password."""
    return (
        claims.realm == session.realm
        and claims.user_id == session.user.public_id
        and constant_time_compare(claims.fingerprint, fingerprint(session.user.password, claims.key))
    )


def _signed(session: DeviceSession, expires_at: datetime, **more: int) -> str:
    key = current_key()
    claims = {
        "sub": f"{session.realm}_{session.user.public_id.hex}",
        "sid": session.public_id.hex,
        "fp": fingerprint(session.user.password, key),
        "iat": timezone.now(),
        "exp": expires_at,
        **more,
    }
    return jwt.encode(claims, key.secret, algorithm=ALGORITHM, headers={"kid": key.kid})


def _read(token: str) -> Claims | None:
    if len(token) > MAX_LENGTH:
        return None
    try:
        key = key_named(jwt.get_unverified_header(token).get("kid"))
        if key is None:
            return None
        options: Any = {"require": CLAIMS}
        claims = jwt.decode(token, key.secret, algorithms=[ALGORITHM], leeway=LEEWAY, options=options)
        realm, _, user_id = str(claims["sub"]).partition("_")
        return Claims(
            realm=realm,
            user_id=uuid.UUID(user_id),
            session_id=uuid.UUID(str(claims["sid"])),
            fingerprint=str(claims["fp"]),
            renewal=int(claims["rn"]) if "rn" in claims else None,
            for_pages="pages" in claims,
            key=key,
        )
    except (jwt.InvalidTokenError, ValueError, TypeError):
        return None


def fingerprint(password_hash: str, key: ShopKey) -> str:
    """Return a keyed digest of the hash: another one for each password, and of no use without our key."""
    return hmac.digest(key.fingerprints, password_hash.encode(), "sha256").hex()[:32]
