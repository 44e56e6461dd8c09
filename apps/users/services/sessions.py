"""Where users are logged in."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.common.events import publish
from apps.common.prepared import Prepared, insert
from apps.common.transactions import atomic_with_retry
from apps.users.events import UserSignedIn
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import devices, tokens

# The last use of a session is written no more often than this: a request costs one SELECT and, as a rule, no write.
USE_NOTED_EVERY = timedelta(minutes=5)

# Every request that shows a token sends it.
_running = Prepared(lambda public_id, at: DeviceSession.objects.running(at).filter(public_id=public_id))


@dataclass(frozen=True, kw_only=True)
class Device:
    """What is known of the other end of a connection.

    `refreshes` if it asked for short tokens, to be renewed; `mark` is what its browser says it is known by.
    """

    ip: str | None
    user_agent: str
    refreshes: bool = False
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A user, and the session that was just opened or renewed, with its tokens."""

    user: UserProfile
    session: DeviceSession
    token: str
    refresh_token: str | None


@atomic_with_retry
def open_session(
    *,
    user: UserProfile,
    device: Device,
    realm: DeviceSession.Realm = DeviceSession.Realm.SHOP,
    proven: bool = True,
) -> SignedIn:
    """Begin a session on the device; one of the shop lives for `settings.TOKEN_LIFETIME`, as its client's cookie does.

    `proven` is False where another device vouches. Where the device is new the user is told of it.
    """
    lifetime = settings.STAFF_TOKEN_LIFETIME if realm == DeviceSession.Realm.STAFF else settings.TOKEN_LIFETIME
    return tokens_of(_begin(user, device, realm, lifetime, proven=proven))


@atomic_with_retry
def open_office(*, user: UserProfile, device: Device, lifetime: timedelta) -> DeviceSession:
    """Begin a session of the back office, which a browser is known by and no token; the user is told as above."""
    return _begin(user, device, DeviceSession.Realm.STAFF, lifetime, proven=True)


def _begin(
    user: UserProfile, device: Device, realm: DeviceSession.Realm, lifetime: timedelta, *, proven: bool
) -> DeviceSession:
    now = timezone.now()
    session = DeviceSession(
        user=user,
        realm=realm,
        ip=device.ip,
        last_ip=device.ip,
        user_agent=device.user_agent[:200],
        password_fingerprint=user.password_fingerprints()[0],
        refresh_count=0 if device.refreshes else None,
        proven_at=now if proven else None,
        expires_at=now + lifetime,
    )
    devices.tell_if_new(session)
    insert(session)
    return session


@atomic_with_retry
def sign_in(*, user: UserProfile, device: Device, guest_cart: uuid.UUID | None = None, proven: bool = True) -> SignedIn:
    """Begin a session of somebody who is who they say, and let the shop know; a guest's cart comes along.

    `proven` is False where another device vouches for it.
    """
    signed_in = open_session(user=user, device=device, proven=proven)
    publish(UserSignedIn(user_id=user.pk, guest_cart=guest_cart))
    return signed_in


def tokens_of(session: DeviceSession) -> SignedIn:
    """Return the session and its user with tokens of this moment."""
    return SignedIn(
        user=session.user,
        session=session,
        token=tokens.issue_token(session),
        refresh_token=tokens.issue_refresh_token(session),
    )


def session_of(token: str, *, realm: DeviceSession.Realm = DeviceSession.Realm.SHOP) -> DeviceSession | None:
    """Return the running session that the token names, with its user: one SELECT, and never from a cache.

    None for a token that is not ours or of another realm, of an ended session, of a user who may not log in, or from
    before the last change of the password.
    """
    claims = tokens.read_token(token)
    session = session_with(claims) if claims else None
    return session if session and session.realm == realm else None


def session_of_pages(token: str) -> DeviceSession | None:
    """Return the running session that a token of the pages of `/oauth/` names, alike; tokens of the API name none."""
    claims = tokens.read_page_token(token)
    session = session_with(claims) if claims else None
    return session if session and session.realm == DeviceSession.Realm.SHOP else None


def office_session(public_id: uuid.UUID) -> DeviceSession | None:
    """Return the running session of the back office with this id, with its user, by the same SELECT; None as above."""
    for session in _running(public_id=public_id, at=timezone.now()):
        if session.realm == DeviceSession.Realm.STAFF and session.lets_in():
            return session
    return None


def session_traced(trace: str) -> DeviceSession | None:
    """Return the session that `tokens.trace_of` noted, if its token of then would open the shop now.

    Tickets, scans and ways to third parties act for a session without showing its token: they are believed no longer
    than it, not after another password either. None as above.
    """
    claims = tokens.read_trace(trace)
    session = session_with(claims) if claims else None
    return session if session and session.realm == DeviceSession.Realm.SHOP else None


def session_with(claims: tokens.Claims) -> DeviceSession | None:
    """Return the running session that a token names which was read, of whichever realm; None as above."""
    for session in _running(public_id=claims.session_id, at=timezone.now() - tokens.LEEWAY):
        if tokens.fits(claims, session):
            return session
    return None


def note_use(*, session: DeviceSession, ip: str | None) -> None:
    """Remember when and from where a device was last heard of, in steps of five minutes."""
    now = timezone.now()
    if session.last_used_at <= now - USE_NOTED_EVERY:
        DeviceSession.objects.filter(pk=session.pk).update(last_used_at=now, last_ip=ip)


def end_session(*, session: DeviceSession) -> None:
    """Log one device out; its tokens are worth nothing from now on."""
    DeviceSession.objects.filter(pk=session.pk).end()


def end_office(*, public_id: uuid.UUID) -> None:
    """Log a browser out of the back office."""
    DeviceSession.objects.filter(public_id=public_id, realm=DeviceSession.Realm.STAFF).end()


def end_other_sessions(*, session: DeviceSession) -> int:
    """Log the user out everywhere but here, also of the back office; returns on how many devices."""
    return DeviceSession.objects.of(session.user_id).exclude(pk=session.pk).end()


def end_sessions_of(*, user_id: int) -> int:
    """Log a user out everywhere, also of the back office; returns on how many devices."""
    return DeviceSession.objects.of(user_id).end()


def outlive_password(*, session: DeviceSession) -> None:
    """Let the session in with the password that its user, who is at it, has just set."""
    DeviceSession.objects.filter(pk=session.pk).update(password_fingerprint=session.user.password_fingerprints()[0])
