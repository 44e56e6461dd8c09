"""Where users are logged in."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.common.prepared import Prepared
from apps.common.purging import delete_in_batches
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import tokens

# So long a session is remembered after its time, for who asks where somebody was logged in.
KEPT = timedelta(days=30)

# Every request that shows a token sends it.
_running = Prepared(lambda public_id, at: DeviceSession.objects.running(at).filter(public_id=public_id))


@dataclass(frozen=True, kw_only=True)
class Device:
    """What is known of the other end of a connection."""

    ip: str | None
    user_agent: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A user, and the token for the session that was just opened or renewed."""

    user: UserProfile
    token: str


def open_session(*, user: UserProfile, device: Device) -> SignedIn:
    """Begin a session of `settings.TOKEN_LIFETIME` on the device."""
    session = DeviceSession.objects.create(
        user=user,
        ip=device.ip,
        user_agent=device.user_agent[:200],
        expires_at=timezone.now() + settings.TOKEN_LIFETIME,
    )
    return SignedIn(user=user, token=tokens.issue_token(session))


def session_of(token: str) -> DeviceSession | None:
    """Return the running session that the token names, with its user: one SELECT, and never from a cache.

    None for a token that is not ours, of an ended session, of a user who may not log in, or from before the
    last change of the password.
    """
    claims = tokens.read_token(token)
    if claims is None:
        return None
    for session in _running(public_id=claims.session_id, at=timezone.now() - tokens.LEEWAY):
        if tokens.shows_password(claims, session.user.password):
            return session
    return None


def end_session(*, session: DeviceSession) -> None:
    """Log one device out; its token is worth nothing from now on."""
    DeviceSession.objects.filter(pk=session.pk, ended_at__isnull=True).update(ended_at=timezone.now())


def end_other_sessions(*, session: DeviceSession) -> None:
    """Log the user out everywhere but here."""
    others = DeviceSession.objects.filter(user_id=session.user_id, ended_at__isnull=True).exclude(pk=session.pk)
    others.update(ended_at=timezone.now())


def end_sessions_of(*, user_id: int) -> None:
    """Log a user out everywhere."""
    DeviceSession.objects.filter(user_id=user_id, ended_at__isnull=True).update(ended_at=timezone.now())


def forget_old_sessions() -> int:
    """Delete sessions whose time was over a month ago, ended or not; returns how many."""
    return delete_in_batches(DeviceSession.objects.filter(expires_at__lt=timezone.now() - KEPT))
