"""Tencent Cloud 腾讯云短信, SendSms 2021-01-11: https://cloud.tencent.com/document/api/382/55981 .

Signed as of V3 (TC3-HMAC-SHA256): https://cloud.tencent.com/document/api/382/52072 .
"""

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from apps.notifications.gateways.messages import SmsMessage, template_of
from apps.notifications.gateways.transport import post, refusal

ALGORITHM = "TC3-HMAC-SHA256"
CONTENT_TYPE = "application/json; charset=utf-8"
SIGNED_HEADERS = "content-type;host;x-tc-action"
TAKEN = "Ok"
OF_NUMBER = ("InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberInBlacklist")
TOO_OFTEN = (
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "LimitExceeded.PhoneNumberOneHourLimit",
    "LimitExceeded.PhoneNumberDailyLimit",
    "LimitExceeded.PhoneNumberSameContentDailyLimit",
)


class TencentSms:
    """Fill the code in a template with one variable; `Code` Ok of the one number means taken."""

    def tells(self, kind: str) -> bool:
        return bool(settings.TENCENT_TEMPLATES.get(kind))

    def send(self, message: SmsMessage) -> None:
        body = json.dumps(
            {
                "PhoneNumberSet": [f"+86{message.mobile}"],
                "SmsSdkAppId": settings.TENCENT_SMS_APP_ID,
                "SignName": settings.SMS_SIGNATURE,
                "TemplateId": template_of(settings.TENCENT_TEMPLATES, message.purpose),
                "TemplateParamSet": [message.code] if message.code else [],
            }
        ).encode()
        host, now = urlsplit(settings.TENCENT_SMS_URL).netloc, timezone.now()
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Host": host,
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Region": settings.TENCENT_SMS_REGION,
            "X-TC-Timestamp": str(int(now.timestamp())),
            "Authorization": authorization(body, host=host, action="SendSms", service="sms", at=now),
        }
        code = _outcome(post("Tencent", settings.TENCENT_SMS_URL, data=body, headers=headers))
        if code != TAKEN:
            raise refusal("Tencent", code, of_number=OF_NUMBER, too_often=TOO_OFTEN)


def authorization(body: bytes, *, host: str, action: str, service: str, at: datetime) -> str:
    """Return the header that signs content type, host, action and body, for the day and the service alone."""
    headers = f"content-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    request = "\n".join(["POST", "/", "", headers, SIGNED_HEADERS, hashlib.sha256(body).hexdigest()])
    scope = f"{at:%F}/{service}/tc3_request"
    text = "\n".join([ALGORITHM, str(int(at.timestamp())), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{settings.TENCENT_SECRET_KEY}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    credential = f"{settings.TENCENT_SECRET_ID}/{scope}"
    signature = _hmac(key, text).hex()
    return f"{ALGORITHM} Credential={credential}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _outcome(answer: dict[str, Any]) -> object:
    """Return the code of the number, or of the error that kept the request from reaching any number."""
    match answer.get("Response"):
        case {"SendStatusSet": [{"Code": code}]} | {"Error": {"Code": code}}:
            return code
    return None
