"""Log-in to the routes that are for staff: a realm of its own, so that no token of the shop opens them."""

from django.conf import settings

from apps.users.backends import LoginBackend
from apps.users.exceptions import WrongLogin
from apps.users.models import DeviceSession
from apps.users.services import second_factors, sessions
from apps.users.services.sessions import Device, SignedIn


def log_in_staff(*, name: str, password: str, otp: str, device: Device) -> SignedIn:
    """Open a session of the realm `staff`, of `settings.STAFF_TOKEN_LIFETIME`, for a member of staff.

    Raises WrongLogin, alike, for whoever has no such account, a wrong password or no business there. Where the shop
    asks for a second factor, raises WrongSecondFactor without a right code, also for who has not set one up yet: that
    is done in the back office, with a code that a superuser hands out.
    """
    user = LoginBackend().authenticate(None, username=name, password=password, device=device)
    if user is None or not user.is_staff:
        raise WrongLogin
    if settings.STAFF_SECOND_FACTOR:
        second_factors.check_second_factor(user=user, code=otp)
    return sessions.open_session(user=user, device=device, realm=DeviceSession.Realm.STAFF)
