"""Whether a device is known to its user, and what they are told if it is not."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from apps.common.places import place_of
from apps.notifications.services import notices
from apps.users.models import DeviceSession

NEW_DEVICE = "account.new_device"
# A user so young has just registered, and knows the device.
JUST_REGISTERED = timedelta(hours=1)
# The latest log-ins that a device is looked for in.
LOOKED_AT = 50
# Bits of an address that stay when its owner gets another one from the same provider.
SAME_PROVIDER = {4: 16, 6: 32}

notices.word(
    {
        NEW_DEVICE: _(
            "Somebody logged in to your account on a new device: %(agent)s, %(where)s. "
            "If it was not you, end that session and change your password."
        )
    }
)


def tell_if_new(session: DeviceSession) -> None:
    """Tell the user of a session that is about to be stored on a device that none of the earlier ones were on.

    A device is known by its browser and system, without versions, and by the provider that its address belongs to.
    """
    earlier = list(session.user.device_sessions.order_by("-id").values_list("user_agent", "ip")[:LOOKED_AT])
    if not earlier and session.user.date_joined > timezone.now() - JUST_REGISTERED:
        return
    mark = _mark(session)
    if any(_mark(DeviceSession(user_agent=user_agent, ip=ip)) == mark for user_agent, ip in earlier):
        return
    facts = {"agent": session.agent or "?", "where": _where(session.ip)}
    notices.tell(user_id=session.user_id, topic=NEW_DEVICE, params=facts, reference=session.public_id.hex)


def _mark(session: DeviceSession) -> tuple[str, str]:
    if not session.ip:
        return session.agent, ""
    address = ip_address(session.ip)
    return session.agent, str(ip_network((address, SAME_PROVIDER[address.version]), strict=False))


def _where(ip: str | None) -> str:
    """Return address and place, the latter in the shop's own language: a notice keeps facts and no sentence."""
    with translation.override(settings.LANGUAGE_CODE):
        return " ".join(filter(None, [ip or "?", place_of(ip)]))
