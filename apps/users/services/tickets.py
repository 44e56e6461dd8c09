"""Tickets: a user of the shop goes over to a sister application, and is known there.

A ticket is good once, for 60 seconds, and for the application it was made for. It hangs on the session that asked.
"""

from datetime import timedelta

from apps.common import one_time
from apps.users.exceptions import NoSuchAudience, TicketOver
from apps.users.models import DeviceSession, SisterApp, UserProfile
from apps.users.services import sessions, tokens

LIFETIME = timedelta(seconds=60)


def issue_ticket(*, session: DeviceSession, audience: str) -> str:
    """Return a ticket for the sister application; an older one of this session for it dies.

    Raises NoSuchAudience where no active application has this client id, and Busy when Redis does not answer.
    """
    app = SisterApp.objects.filter(client_id=audience, is_active=True).first()
    if app is None:
        raise NoSuchAudience
    value = {"session": tokens.trace_of(session)}
    return one_time.issue(_kind(app), owner=str(session.pk), value=value, lifetime=LIFETIME)


def exchange_ticket(*, app: SisterApp, ticket: str) -> UserProfile:
    """Return whose ticket it is, once.

    Raises TicketOver for one that is used, old, not ours or another application's, which stays good there, and where
    the session that asked for it has ended meanwhile, or the password is another one.
    """
    claim = one_time.take(_kind(app), ticket)
    if claim is None:
        raise TicketOver
    session = sessions.session_traced(claim["session"])
    if session is None:
        raise TicketOver
    return session.user


def _kind(app: SisterApp) -> str:
    """Return the kind of its tickets: no other application finds one of them."""
    return f"ticket:{app.pk}"
