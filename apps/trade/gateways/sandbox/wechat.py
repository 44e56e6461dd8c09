"""WeChat Pay's side of the sandbox: whom the shop is there, what it asks, and what WeChat signs."""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils import timezone

from apps.common.clock import BEIJING
from apps.trade.gateways.payment import NotBelieved
from apps.trade.gateways.sandbox.keys import certificate, kept_secret, key_pair, private_key, public_key
from apps.trade.gateways.sandbox.trades import for_calls
from apps.trade.gateways.wechat_config import WechatConfig

# Whom the shop is at the sandbox, unless the settings say otherwise.
APP_ID = "wx0000000000000001"
MCH_ID = "1900000001"
CERT_SERIAL = "5A0000000000000000000000000000000000000A"
KEY_ID = "PUB_KEY_ID_0119000000010000000000000001"
BUYER = "o-sandbox-buyer"
PREFIX = "/sandbox/wechatpay"
MERCHANT, PLATFORM, FORGER = "wechat_merchant", "wechat_platform", "forger"
SCHEME = "WECHATPAY2-SHA256-RSA2048"
PART = re.compile(r'(\w+)="([^"]*)"')


def sandbox_wechat() -> WechatConfig:
    """Return the shop's configuration at the sandbox, and make the keys if this is their first use.

    A shop that names a file for certificates is one that knows WeChat by those.
    """
    certificates_file = settings.WECHAT_CERTIFICATES_FILE
    return WechatConfig(
        app_id=settings.WECHAT_APP_ID or APP_ID,
        mch_id=settings.WECHAT_MCH_ID or MCH_ID,
        cert_serial=CERT_SERIAL,
        private_key=key_pair(MERCHANT)[0],
        public_key="" if certificates_file else key_pair(PLATFORM)[1],
        public_key_id="" if certificates_file else KEY_ID,
        certificates_file=certificates_file,
        apiv3_key=kept_secret("wechat_apiv3_key", lambda: secrets.token_hex(16)),
        api_url=for_calls(PREFIX),
    )


def check_call(*, method: str, path: str, authorization: str, body: bytes) -> None:
    """Check the shop's signature on a call, whose path is what WeChat would see; raises NotBelieved."""
    scheme, _space, rest = authorization.partition(" ")
    parts, config = dict(PART.findall(rest)), sandbox_wechat()
    if scheme != SCHEME or parts.get("mchid") != config.mch_id or parts.get("serial_no") != config.cert_serial:
        raise NotBelieved("unknown merchant or certificate")
    lines = (method, path, parts.get("timestamp", ""), parts.get("nonce_str", ""), body.decode("utf-8", "replace"))
    message = "".join(f"{line}\n" for line in lines).encode()
    try:
        signature = base64.b64decode(parts.get("signature", ""), validate=True)
        public_key(key_pair(MERCHANT)[1]).verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotBelieved("its signature is wrong") from error


def signed_headers(body: str, *, signer: str = "") -> dict[str, str]:
    """Return the headers with which WeChat signs an answer or a notification, at this moment."""
    now, nonce = str(int(timezone.now().timestamp())), secrets.token_hex(16)
    message = f"{now}\n{nonce}\n{body}\n".encode()
    signature = private_key(key_pair(signer or PLATFORM)[0]).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return {
        "Wechatpay-Timestamp": now,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": _serial_of(certificate(PLATFORM)) if settings.WECHAT_CERTIFICATES_FILE else KEY_ID,
        "Wechatpay-Signature": base64.b64encode(signature).decode(),
        "Wechatpay-Signature-Type": SCHEME,
    }


def notification(
    content: Mapping[str, Any], *, event: str, original: str, is_forged: bool = False
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a notification, its content encrypted with the merchant's API key."""
    resource = {**encrypted(json.dumps(content, ensure_ascii=False), original), "original_type": original}
    body = json.dumps(
        {
            "id": secrets.token_hex(16),
            "create_time": wechat_text(timezone.now()),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": event,
            "resource": resource,
        }
    )
    headers = signed_headers(body, signer=FORGER if is_forged else "")
    return {**headers, "Content-Type": "application/json"}, body.encode()


def encrypted(text: str, associated: str) -> dict[str, str]:
    """Return a text as only the merchant can read it, and only WeChat can have written it: by the APIv3 key."""
    nonce = secrets.token_hex(6)
    cipher = AESGCM(sandbox_wechat().apiv3_key.encode()).encrypt(nonce.encode(), text.encode(), associated.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(cipher).decode(),
        "nonce": nonce,
        "associated_data": associated,
    }


def listed_certificate() -> dict[str, Any]:
    """Return the present platform certificate as WeChat lists it."""
    pem = certificate(PLATFORM)
    known = x509.load_pem_x509_certificate(pem.encode())
    return {
        "serial_no": _serial_of(pem),
        "effective_time": wechat_text(known.not_valid_before_utc),
        "expire_time": wechat_text(known.not_valid_after_utc),
        "encrypt_certificate": encrypted(pem, "certificate"),
    }


def _serial_of(pem: str) -> str:
    return f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:040X}"


def wechat_text(moment: datetime) -> str:
    """Return a time as WeChat writes it."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
