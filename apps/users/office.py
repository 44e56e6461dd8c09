"""Browsers in the back office: each is a device of its user's, in the list with all others and ended with them.

Django's session there only names the device; what counts is the device's row, which every request reads together with
its user. So it makes no difference where Django's session is kept, or which copy of it somebody has.
"""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from apps.common.visitors import client_ip
from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device

# Under this name a session of Django's remembers the device.
DEVICE = "device"


def listen() -> None:
    """Take part in every log-in to the back office, and every log-out, whichever page it is by."""
    user_logged_in.connect(_begin, dispatch_uid="users.office")
    user_logged_out.connect(_end, dispatch_uid="users.office")


def user_at(request: HttpRequest) -> UserProfile | AnonymousUser:
    """Return who is at the back office with this browser; whoever was logged out is forgotten there."""
    named = request.session.get(DEVICE)
    if named is None:
        return AnonymousUser()
    device = sessions.office_session(uuid.UUID(named))
    if device is None:
        request.session.flush()
        return AnonymousUser()
    sessions.note_use(session=device, ip=client_ip(request))
    device.user.at_device = device
    request.office_device = device.public_id.hex  # type: ignore[attr-defined]  # a request takes any attribute
    return device.user


def _begin(request: HttpRequest, user: UserProfile, **_more: Any) -> None:
    _end(request)  # of whoever was in with the same browser
    device = sessions.open_office(
        user=user,
        device=Device(ip=client_ip(request), user_agent=request.META.get("HTTP_USER_AGENT", "")),
        lifetime=timedelta(seconds=request.session.get_expiry_age()),
    )
    request.session[DEVICE] = device.public_id.hex


def _end(request: HttpRequest, **_more: Any) -> None:
    # Django forgets the session of another user before it tells of a log-in; the request still knows the device.
    if named := request.session.get(DEVICE) or getattr(request, "office_device", None):
        sessions.end_office(public_id=uuid.UUID(named))
