"""Alipay's side of the sandbox: whom the shop is there, what it asks, and what Alipay signs."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.conf import settings
from django.utils import timezone

from apps.common.clock import BEIJING
from apps.trade.gateways.alipay_calls import SIGN_TYPE
from apps.trade.gateways.alipay_config import AlipayConfig
from apps.trade.gateways.alipay_words import CHANNEL, TIME_FORMAT
from apps.trade.gateways.payment import NotBelieved
from apps.trade.gateways.sandbox.keys import key_pair, private_key, public_key
from apps.trade.gateways.sandbox.trades import PageOrder, for_browsers, for_calls

# Whom the shop is at the sandbox, unless the settings say otherwise.
APP_ID = "2021000000000001"
SELLER_ID = "2088000000000001"
BUYER = "sandbox@example.com"
GATEWAY_PATH = "/sandbox/alipay/gateway.do"
ALIPAY, APP, FORGER = "alipay", "app", "forger"
METHODS = {"alipay.trade.page.pay": "page", "alipay.trade.wap.pay": "wap", "alipay.trade.app.pay": "app"}


def sandbox_alipay() -> AlipayConfig:
    """Return the shop's configuration at the sandbox, and make the keys if this is their first use."""
    return AlipayConfig(
        app_id=settings.ALIPAY_APP_ID or APP_ID,
        seller_id=settings.ALIPAY_SELLER_ID or SELLER_ID,
        app_private_key=key_pair(APP)[0],
        alipay_public_key=key_pair(ALIPAY)[1],
        cashier_url=for_browsers(GATEWAY_PATH),
        api_url=for_calls(GATEWAY_PATH),
    )


def read_page_order(*, query: Mapping[str, str]) -> PageOrder:
    """Check the shop's signature on a request to the cashier and read it; raises NotBelieved."""
    content = read_call(form=query)
    try:
        return PageOrder(
            channel=CHANNEL,
            method=METHODS[query["method"]],
            number=str(content["out_trade_no"]),
            subject=str(content["subject"]),
            amount=Decimal(str(content["total_amount"])),
            notify_url=str(query.get("notify_url") or content.get("notify_url", "")),
            return_url=query.get("return_url", ""),
            expires_at=_beijing(str(content["time_expire"])) if "time_expire" in content else None,
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise NotBelieved("its biz_content is malformed") from error


def read_call(*, form: Mapping[str, str]) -> dict[str, Any]:
    """Check the shop's signature on a request and return its `biz_content`; raises NotBelieved."""
    if form.get("app_id") != sandbox_alipay().app_id or form.get("sign_type") != SIGN_TYPE:
        raise NotBelieved("unknown app_id or sign_type")
    # Of a request, unlike a notification, `sign_type` is signed too.
    message = _message({name: value for name, value in form.items() if name != "sign"})
    try:
        signature = base64.b64decode(form.get("sign", ""), validate=True)
        public_key(key_pair(APP)[1]).verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        content = json.loads(form.get("biz_content", ""))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise NotBelieved("its signature is wrong, or what it signs is no JSON") from error
    if not isinstance(content, dict):
        raise NotBelieved("its biz_content is malformed")
    return content


def signed_answer(*, method: str, content: Mapping[str, str]) -> str:
    """Return the answer to a call, signed over the very text of its content."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    name = method.replace(".", "_") + "_response"
    return f'{{"{name}":{text},"sign":"{_signature(text.encode(), ALIPAY)}"}}'


def payment_notification(
    *,
    number: str,
    trade_no: str,
    subject: str,
    amount: Decimal,
    status: str,
    at: datetime,
    sent_at: datetime,
    is_forged: bool = False,
) -> dict[str, str]:
    """Return the signed form that tells the shop of a trade, with the fields that Alipay sends.

    `sent_at` is when it was sent first: a repetition bears the same time, which is the harder case for the shop.
    """
    total, time = f"{amount:.2f}", beijing_text(at)
    fields = {
        "notify_type": "trade_status_sync",
        "notify_id": f"sandbox-{trade_no}",
        "notify_time": beijing_text(sent_at),
        "gmt_create": time,
        "gmt_payment": time,
        "trade_status": status,
        "trade_no": trade_no,
        "out_trade_no": number,
        "subject": subject,
        "total_amount": total,
        "receipt_amount": total,
        "buyer_pay_amount": total,
        "buyer_logon_id": BUYER,
        **_identity(),
    }
    return _signed(fields, FORGER if is_forged else ALIPAY)


def return_parameters(*, number: str, trade_no: str, amount: Decimal) -> dict[str, str]:
    """Return the signed parameters with which the browser comes back to the shop; they prove no payment."""
    return _signed(
        {
            "method": "alipay.trade.page.pay.return",
            "timestamp": beijing_text(timezone.now()),
            "trade_no": trade_no,
            "out_trade_no": number,
            "total_amount": f"{amount:.2f}",
            **_identity(),
        },
        ALIPAY,
    )


def beijing_text(moment: datetime) -> str:
    """Return a time as Alipay writes it."""
    return moment.astimezone(BEIJING).strftime(TIME_FORMAT)


def _beijing(text: str) -> datetime:
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING)


def _identity() -> dict[str, str]:
    config = sandbox_alipay()
    return {
        "app_id": config.app_id,
        "auth_app_id": config.app_id,
        "seller_id": config.seller_id,
        "charset": "utf-8",
        "version": "1.0",
    }


def _signed(fields: dict[str, str], signer: str) -> dict[str, str]:
    return {**fields, "sign": _signature(_message(fields), signer), "sign_type": SIGN_TYPE}


def _signature(message: bytes, signer: str) -> str:
    signature = private_key(key_pair(signer)[0]).sign(message, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(signature).decode()


def _message(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
