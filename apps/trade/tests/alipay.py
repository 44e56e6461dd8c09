"""Notifications as Alipay sends them, signed with the sandbox's own private key, and signed or spoilt otherwise."""

import base64
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from apps.trade.gateways.sandbox.alipay import APP_ID, SELLER_ID, beijing_text, sandbox_alipay
from apps.trade.models import Order

RETURN = "/alipay/return/"
FORM = "application/x-www-form-urlencoded"


def fields_for(order: Order, **changes: str) -> dict[str, str]:
    return {
        "app_id": APP_ID,
        "seller_id": SELLER_ID,
        "charset": "utf-8",
        "version": "1.0",
        "notify_type": "trade_status_sync",
        "notify_time": beijing_text(timezone.now()),
        "gmt_payment": "2026-11-23 08:00:00",
        "out_trade_no": order.number,
        "trade_no": f"2026112322001{order.pk:06d}",
        "total_amount": str(order.total),
        "trade_status": "TRADE_SUCCESS",
        "buyer_logon_id": "买家***@example.com",
        "subject": "订单 & 其他=1",
        **changes,
    }


def signature_of(fields: dict[str, str], *, algorithm: hashes.HashAlgorithm | None = None) -> str:
    sandbox_alipay()  # makes the keys
    pem = (Path(settings.SANDBOX_DIR) / "alipay_private_key.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), algorithm or hashes.SHA256())).decode()


def signed(fields: dict[str, str]) -> dict[str, str]:
    return {**fields, "sign": signature_of(fields), "sign_type": "RSA2"}


def notify(client: APIClient, fields: dict[str, str] | str, **headers: str) -> tuple[int, bytes]:
    body = fields if isinstance(fields, str) else urlencode(fields)
    answer = client.post(RETURN, body, content_type=headers.pop("content_type", FORM), headers=headers)
    return answer.status_code, answer.content
