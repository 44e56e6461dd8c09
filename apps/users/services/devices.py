"""Whether a device is known to its user, and what they are told if it is not."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.utils import timezone, translation

from apps.common.places import place_of
from apps.common.prepared import Prepared
from apps.notifications.services import notices, outbox
from apps.notifications.services.letters import Letter
from apps.users.models import DeviceSession
from apps.users.services import allowances, wording

NEW_DEVICE = "account.new_device"
LETTER = "users.new_device"
SMS = "new_device"
# To one number in a day: each costs, and whoever knows a password may log in from everywhere.
SMS_A_DAY = 3
# A user so young has just registered, and knows the device.
JUST_REGISTERED = timedelta(hours=1)
# The latest log-ins that a device is looked for in.
LOOKED_AT = 50
# Bits of an address that stay when its owner gets another one from the same provider.
SAME_PROVIDER = {4: 16, 6: 32}

_earlier = Prepared(
    lambda user_id: DeviceSession.objects.of(user_id).order_by("-id").values_list("user_agent", "ip")[:LOOKED_AT]
)

notices.word({NEW_DEVICE: wording.ON_A_NEW_DEVICE})


def tell_if_new(session: DeviceSession) -> None:
    """Tell the user of a session that is about to be stored on a device that none of the earlier ones were on.

    A notice tells it, and a letter or an SMS, for who logs in without their will is the one who sees the notice. The
    SMS is for those alone who have proven no e-mail: it costs. Joins the caller's transaction.

    A device is known by its browser and system, without versions, and by the provider that its address belongs to.
    """
    earlier = _earlier(user_id=session.user_id)
    if not earlier and session.user.date_joined > timezone.now() - JUST_REGISTERED:
        return
    traits = _traits(session)
    if any(_traits(DeviceSession(user_agent=user_agent, ip=ip)) == traits for user_agent, ip in earlier):
        return
    _tell(session)


def _tell(session: DeviceSession) -> None:
    user, facts = session.user, {"agent": session.agent or "?", "where": _where(session.ip)}
    notices.tell(user_id=user.pk, topic=NEW_DEVICE, params=facts, reference=session.public_id.hex)
    if user.verified_email:
        outbox.owe_letter(topic=LETTER, to=user.verified_email, facts=facts)
    elif user.mobile and allowances.may_tell(mobile=user.mobile, kind=SMS, limit=SMS_A_DAY):
        outbox.owe_sms(kind=SMS, mobile=user.mobile, text=wording.sms_about_device())


def write_letter(to: str, facts: Mapping[str, str]) -> Letter:
    """Return the letter about a new device, in the shop's own language (a writer of `notifications.letters`)."""
    return wording.letter_about_device(agent=facts["agent"], where=facts["where"])


def _traits(session: DeviceSession) -> tuple[str, str]:
    if not session.ip:
        return session.agent, ""
    address = ip_address(session.ip)
    return session.agent, str(ip_network((address, SAME_PROVIDER[address.version]), strict=False))


def _where(ip: str | None) -> str:
    """Return address and place, the latter in the shop's own language: a notice keeps facts and no sentence."""
    with translation.override(settings.LANGUAGE_CODE):
        return " ".join(filter(None, [ip or "?", place_of(ip)]))
