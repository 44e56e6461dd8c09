"""Aliyun 阿里云短信: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms .

Signed as of V3 (ACS3-HMAC-SHA256): https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature .
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils import timezone

from apps.notifications.gateways.messages import SmsMessage, template_of
from apps.notifications.gateways.transport import post, refusal

ALGORITHM = "ACS3-HMAC-SHA256"
TAKEN = "OK"
OF_NUMBER = ("isv.MOBILE_NUMBER_ILLEGAL",)
# One a minute, five an hour and ten a day for a number and a signature.
TOO_OFTEN = ("isv.BUSINESS_LIMIT_CONTROL",)


class AliyunSms:
    """Fill the code in a template of the shop's; `Code` OK in the answer means taken."""

    def tells(self, kind: str) -> bool:
        return bool(settings.ALIYUN_TEMPLATES.get(kind))

    def send(self, message: SmsMessage) -> None:
        query = canonical_query(
            {
                "PhoneNumbers": message.mobile,
                "SignName": settings.SMS_SIGNATURE,
                "TemplateCode": template_of(settings.ALIYUN_TEMPLATES, message.purpose),
                "TemplateParam": json.dumps({"code": message.code} if message.code else {}),
            }
        )
        headers = {
            "host": urlsplit(settings.ALIYUN_SMS_URL).netloc,
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": f"{timezone.now():%FT%TZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
        }
        signed = sign(headers, query, key_id=settings.ALIYUN_ACCESS_KEY_ID, secret=settings.ALIYUN_ACCESS_KEY_SECRET)
        code = post("Aliyun", f"{settings.ALIYUN_SMS_URL}/?{query}", data=b"", headers=signed).get("Code")
        if code != TAKEN:
            raise refusal("Aliyun", code, of_number=OF_NUMBER, too_often=TOO_OFTEN)


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Return the parameters in the order and the spelling of RFC 3986 that the signature covers."""
    return "&".join(f"{_quoted(name)}={_quoted(parameters[name])}" for name in sorted(parameters))


def sign(headers: Mapping[str, str], query: str, *, key_id: str, secret: str) -> dict[str, str]:
    """Return the headers of a POST without a body together with its hash and the signature of all of them."""
    body_hash = hashlib.sha256(b"").hexdigest()
    signed = {**headers, "x-acs-content-sha256": body_hash}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    request = "\n".join(["POST", "/", query, lines, names, body_hash])
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {**signed, "Authorization": f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}


def _quoted(text: str) -> str:
    return quote(text, safe="~")
