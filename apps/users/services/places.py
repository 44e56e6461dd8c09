"""Where the owners of accounts have been: what strangers try elsewhere must not lock them out there."""

from apps.common.visitors import neighbourhood
from apps.users.models import DeviceSession, UserProfile
from apps.users.querysets import UserProfileQuerySet

# Longer ones are nobody's.
LONGEST_NAME = 150
# Of the latest log-ins of a user; older ones are no reason to trust a place.
REMEMBERED = 20


def is_known(*, name: str, ip: str) -> bool:
    """Tell whether the user with this log-in name has lately logged in from the caller's neighbourhood; one SELECT."""
    if len(name) > LONGEST_NAME:
        return False
    been = (
        DeviceSession.objects.filter(user__in=owners_of(name).values("pk"))
        .order_by("-id")
        .values_list("ip", flat=True)[:REMEMBERED]
    )
    here = neighbourhood(ip)
    return any(address and neighbourhood(address) == here for address in been)


def owners_of(name: str) -> UserProfileQuerySet:
    """Return whoever has this log-in name, however it is written; nobody has one that is too long."""
    users: UserProfileQuerySet = UserProfile.objects.all()
    return users.named(UserProfile.normalize_username(name).strip()) if len(name) <= LONGEST_NAME else users.none()
