"""Sending SMS: codes while the caller waits, and what the outbox owes."""

import time

from django.conf import settings

from apps.common.exceptions import GatewayFailed
from apps.notifications.gateways.messages import SmsMessage
from apps.notifications.gateways.sms import sms_gateways

# Seconds after which no further provider is asked: the caller has waited long enough.
SENDING_TIME = 10.0


def can_tell(kind: str) -> bool:
    """Tell whether any provider sends messages of this kind, which have no code."""
    return any(gateway.tells(kind) for gateway in sms_gateways())


def send_now(*, mobile: str, purpose: str, text: str, code: str = "") -> None:
    """Send a message at once, the text under the shop's signature. Call it outside of any transaction.

    Without a code it goes to the providers alone that tell messages of its kind.

    `purpose` chooses the template of providers that know only those. When a provider fails the next one of
    `settings.SMS_PROVIDERS` is asked. Raises NumberRefused or TooManyMessages as soon as one refuses this number, for
    none is asked to go round another's limit; GatewayFailed when none took the message: whether it was delivered
    nobody knows.
    """
    signed = f"【{settings.SMS_SIGNATURE}】{text}"
    message = SmsMessage(mobile=mobile, purpose=purpose, text=signed, code=code)
    failure, deadline = GatewayFailed(), time.monotonic() + SENDING_TIME
    for gateway in sms_gateways():
        if not (code or gateway.tells(purpose)):
            continue
        try:
            return gateway.send(message)
        except GatewayFailed as error:
            failure = error
        if time.monotonic() > deadline:
            break
    raise failure
