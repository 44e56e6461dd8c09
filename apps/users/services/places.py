"""Where the owners of accounts have been: what strangers try elsewhere must not lock them out there."""

from apps.common.visitors import neighbourhood
from apps.users.models import DeviceSession, UserProfile

# Longer ones are nobody's.
LONGEST_NAME = 150
# Of the latest log-ins of a user; older ones are no reason to trust a place.
REMEMBERED = 20


def is_known(*, name: str, ip: str) -> bool:
    """Tell whether the user with this log-in name has lately logged in from the caller's neighbourhood; one SELECT."""
    if len(name) > LONGEST_NAME:
        return False
    owners = UserProfile.objects.named(UserProfile.normalize_username(name).strip()).values("pk")
    been = DeviceSession.objects.filter(user__in=owners).order_by("-id").values_list("ip", flat=True)[:REMEMBERED]
    here = neighbourhood(ip)
    return any(address and neighbourhood(address) == here for address in been)
