"""Who calls, and from which device."""

from rest_framework.request import Request

from apps.common.visitors import client_ip
from apps.users.api.client_cookies import mark_in
from apps.users.models import DeviceSession, UserProfile
from apps.users.services.sessions import Device


def user_of(request: Request) -> UserProfile:
    """Return who is signed in; the permissions have seen to it that somebody is."""
    assert isinstance(request.user, UserProfile)  # noqa: S101  narrows the type
    return request.user


def session_of(request: Request) -> DeviceSession:
    """Return the session of the token that was shown."""
    assert isinstance(request.auth, DeviceSession)  # noqa: S101  narrows the type
    return request.auth


def device_of(request: Request, *, refreshes: bool = False) -> Device:
    """Return what is known of the other end; `refreshes` if it asks for short tokens."""
    return Device(
        ip=client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
        refreshes=refreshes,
        mark=mark_in(request),
    )
