"""Sessions that live on by refresh tokens, for clients that want short tokens: each of them is good once."""

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import SessionOver
from apps.users.models import DeviceSession
from apps.users.services import sessions, tokens
from apps.users.services.sessions import Device, SignedIn


def refresh_session(*, refresh_token: str, device: Device) -> SignedIn:
    """Return the next tokens, once for each refresh token; the session lives on from now, up to a limit.

    One that comes a second time is in two hands: the session is ended, whichever of them came first. Raises SessionOver
    then, and for a token that is not ours or whose session is over.
    """
    claims = tokens.read_refresh_token(refresh_token)
    session = sessions.session_with(claims) if claims else None
    if claims is None or session is None or not _renew(session, claims.renewal, device.ip):
        raise SessionOver
    session.refresh_from_db(fields=["refresh_count", "expires_at"])
    return sessions.tokens_of(session)


@atomic_with_retry
def _renew(session: DeviceSession, renewal: int | None, ip: str | None) -> bool:
    now = timezone.now()
    current = DeviceSession.objects.filter(pk=session.pk, ended_at__isnull=True, refresh_count=renewal)
    latest = session.created_at + settings.REFRESH_LIMIT
    if current.update(
        refresh_count=F("refresh_count") + 1,
        expires_at=min(now + settings.TOKEN_LIFETIME, latest),
        last_used_at=now,
        last_ip=ip,
        # By the secret of today, as the tokens that are given out now.
        password_fingerprint=session.user.password_fingerprints()[0],
    ):
        return True
    sessions.end_session(session=session)
    return False
