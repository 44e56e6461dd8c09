"""The other side of the local sandbox: Alipay's keys, its reading of our requests, its signed answers.

It is written from Alipay's documents and shares no signing code with the shop's own gateway, so that each is a
test of the other. Its keys are made on first use below `settings.SANDBOX_DIR`.
"""

import base64
import binascii
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.utils import timezone

from apps.trade.gateways.alipay import BEIJING, SIGN_TYPE, TIME_FORMAT, AlipayConfig
from apps.trade.gateways.payment import NotBelieved

# Whom the shop is at the sandbox, unless the settings say otherwise.
APP_ID = "2021000000000001"
SELLER_ID = "2088000000000001"
BUYER = "sandbox@example.com"
GATEWAY_PATH = "/sandbox/alipay/gateway.do"

ALIPAY_PRIVATE_KEY = "alipay_private_key.pem"
ALIPAY_PUBLIC_KEY = "alipay_public_key.pem"
APP_PRIVATE_KEY = "app_private_key.pem"
APP_PUBLIC_KEY = "app_public_key.pem"

# os.link or os.replace: puts a finished file in its place.
Publish: TypeAlias = Callable[[str, Path], None]


@dataclass(frozen=True, kw_only=True)
class PageOrder:
    """What a merchant's signed request asks the cashier to collect."""

    number: str
    subject: str
    amount: Decimal
    notify_url: str
    return_url: str


def sandbox_alipay() -> AlipayConfig:
    """Return the shop's configuration at the sandbox, and make the keys if this is their first use."""
    private_key, _ = _key_pair(APP_PRIVATE_KEY, APP_PUBLIC_KEY)
    _, alipay_public_key = _key_pair(ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY)
    return AlipayConfig(
        app_id=settings.ALIPAY_APP_ID or APP_ID,
        seller_id=settings.ALIPAY_SELLER_ID or SELLER_ID,
        app_private_key=private_key,
        alipay_public_key=alipay_public_key,
        gateway_url=GATEWAY_PATH,
    )


def read_page_order(*, query: Mapping[str, str]) -> PageOrder:
    """Check the shop's signature on a request to the cashier and read it; raises NotBelieved."""
    _check_request(query)
    try:
        content = json.loads(query["biz_content"])
        return PageOrder(
            number=str(content["out_trade_no"]),
            subject=str(content["subject"]),
            amount=Decimal(str(content["total_amount"])),
            notify_url=query.get("notify_url", ""),
            return_url=query.get("return_url", ""),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise NotBelieved("its biz_content is malformed") from error


def _check_request(query: Mapping[str, str]) -> None:
    config = sandbox_alipay()
    if query.get("app_id") != config.app_id or query.get("sign_type") != SIGN_TYPE:
        raise NotBelieved("unknown app_id or sign_type")
    # Of a request, unlike a notification, `sign_type` is signed too.
    message = _message({name: value for name, value in query.items() if name != "sign"})
    _, public_pem = _key_pair(APP_PRIVATE_KEY, APP_PUBLIC_KEY)
    public_key = cast("rsa.RSAPublicKey", serialization.load_pem_public_key(public_pem.encode()))
    try:
        signature = base64.b64decode(query.get("sign", ""), validate=True)
        public_key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotBelieved("its signature is wrong") from error


def payment_notification(*, order: PageOrder, trade_no: str, paid_at: datetime) -> dict[str, str]:
    """Return the signed form that tells the shop of a payment, with the fields that Alipay sends."""
    amount = f"{order.amount:.2f}"
    paid = paid_at.astimezone(BEIJING).strftime(TIME_FORMAT)
    return _signed(
        {
            "notify_type": "trade_status_sync",
            "notify_id": f"sandbox-{trade_no}",
            "notify_time": paid,
            "gmt_create": paid,
            "gmt_payment": paid,
            "trade_status": "TRADE_SUCCESS",
            "trade_no": trade_no,
            "out_trade_no": order.number,
            "subject": order.subject,
            "total_amount": amount,
            "receipt_amount": amount,
            "buyer_pay_amount": amount,
            "buyer_logon_id": BUYER,
            **_identity(),
        }
    )


def return_parameters(*, order: PageOrder, trade_no: str) -> dict[str, str]:
    """Return the signed parameters with which the browser comes back to the shop; they prove no payment."""
    return _signed(
        {
            "method": "alipay.trade.page.pay.return",
            "timestamp": timezone.now().astimezone(BEIJING).strftime(TIME_FORMAT),
            "trade_no": trade_no,
            "out_trade_no": order.number,
            "total_amount": f"{order.amount:.2f}",
            **_identity(),
        }
    )


def _identity() -> dict[str, str]:
    config = sandbox_alipay()
    return {
        "app_id": config.app_id,
        "auth_app_id": config.app_id,
        "seller_id": config.seller_id,
        "charset": "utf-8",
        "version": "1.0",
    }


def _signed(fields: dict[str, str]) -> dict[str, str]:
    private_pem, _ = _key_pair(ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY)
    signature = _private_key(private_pem).sign(_message(fields), padding.PKCS1v15(), hashes.SHA256())
    return {**fields, "sign": base64.b64encode(signature).decode(), "sign_type": SIGN_TYPE}


def _message(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()


# -- Keys ------------------------------------------------------------------------------------------
def _key_pair(private_name: str, public_name: str) -> tuple[str, str]:
    """Return a pair as PEM, made on first use; of two processes that start together, one makes it for both."""
    private_file, public_file = settings.SANDBOX_DIR / private_name, settings.SANDBOX_DIR / public_name
    if not private_file.exists():
        # link() never replaces a file: who comes second drops the own key and reads the first one's.
        with suppress(FileExistsError):
            _write_then(os.link, private_file, _new_private_key())
    private_pem = private_file.read_text()
    if not public_file.exists():
        _write_then(os.replace, public_file, _public_half(private_pem))
    return private_pem, public_file.read_text()


def _write_then(publish: Publish, path: Path, text: str) -> None:
    """Write a file under another name, for its owner only, and publish it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # its mode is 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        publish(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _new_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@cache
def _private_key(private_pem: str) -> rsa.RSAPrivateKey:
    # Kept, for loading it proves its primes each time.
    return cast("rsa.RSAPrivateKey", serialization.load_pem_private_key(private_pem.encode(), password=None))


def _public_half(private_pem: str) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return _private_key(private_pem).public_key().public_bytes(encoding, form).decode()
