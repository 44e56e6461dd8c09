"""Sending SMS while the caller waits."""

from django.conf import settings

from apps.notifications.gateways.messages import SmsMessage
from apps.notifications.gateways.sms import sms_gateway


def send_now(*, mobile: str, purpose: str, text: str, code: str) -> None:
    """Send a code at once, the text under the shop's signature. Call it outside of any transaction.

    `purpose` chooses the template of providers that know only those. Raises GatewayFailed when the provider did
    not take the message; whether it was delivered nobody knows.
    """
    signed = f"【{settings.SMS_SIGNATURE}】{text}"
    sms_gateway().send(SmsMessage(mobile=mobile, purpose=purpose, text=signed, code=code))
