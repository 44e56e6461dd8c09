"""SMS: who can send it, and the provider that the settings choose."""

from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.notifications.gateways.console import ConsoleSms
from apps.notifications.gateways.messages import SmsMessage
from apps.notifications.gateways.netease import NetEaseSms
from apps.notifications.gateways.yunpian import YunPianSms


class SmsGateway(Protocol):
    """Somebody who sends SMS."""

    def send(self, message: SmsMessage) -> None:
        """Hand the message over; raises GatewayFailed when the provider does not take it."""


PROVIDERS: dict[str, Callable[[], SmsGateway]] = {
    "console": ConsoleSms,
    "yunpian": YunPianSms,
    "netease": NetEaseSms,
}


def sms_gateway() -> SmsGateway:
    """Return the provider that `MXSHOP_SMS_PROVIDER` names; raises ImproperlyConfigured for an unknown one."""
    try:
        return PROVIDERS[settings.SMS_PROVIDER]()
    except KeyError:
        known = ", ".join(PROVIDERS)
        raise ImproperlyConfigured(f"MXSHOP_SMS_PROVIDER is {settings.SMS_PROVIDER!r}, not one of: {known}") from None
