"""SMS: who can send it, and the providers that the settings choose."""

from collections.abc import Callable
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.notifications.gateways.aliyun import AliyunSms
from apps.notifications.gateways.console import ConsoleSms
from apps.notifications.gateways.messages import SmsMessage
from apps.notifications.gateways.netease import NetEaseSms
from apps.notifications.gateways.tencent import TencentSms
from apps.notifications.gateways.yunpian import YunPianSms


class SmsGateway(Protocol):
    """Somebody who sends SMS."""

    def send(self, message: SmsMessage) -> None:
        """Hand the message over.

        Raises NumberRefused or TooManyMessages when the provider refuses this number, GatewayFailed when it does not
        take the message for another reason, or does not answer.
        """

    def tells(self, kind: str) -> bool:
        """Tell whether it sends messages of a kind that has no code."""


PROVIDERS: dict[str, Callable[[], SmsGateway]] = {
    "console": ConsoleSms,
    "yunpian": YunPianSms,
    "netease": NetEaseSms,
    "aliyun": AliyunSms,
    "tencent": TencentSms,
}


def sms_gateways() -> list[SmsGateway]:
    """Return the providers that `MXSHOP_SMS_PROVIDER` names, in the order in which they are asked.

    Raises ImproperlyConfigured for an unknown one.
    """
    unknown = [name for name in settings.SMS_PROVIDERS if name not in PROVIDERS]
    if unknown:
        raise ImproperlyConfigured(f"MXSHOP_SMS_PROVIDER names {unknown}, which are none of: {', '.join(PROVIDERS)}")
    return [PROVIDERS[name]() for name in settings.SMS_PROVIDERS]
