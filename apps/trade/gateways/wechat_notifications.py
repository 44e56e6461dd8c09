"""What WeChat Pay tells by itself: notifications of payments and refunds, signed, and encrypted for the merchant."""

import json
from collections.abc import Mapping
from typing import Any

from apps.trade.gateways.payment import NotBelieved, Notification, RefundNotification
from apps.trade.gateways.wechat_calls import MALFORMED, SignedCalls, signed_headers
from apps.trade.gateways.wechat_config import WechatConfig
from apps.trade.gateways.wechat_words import CHANNEL, CURRENCY, STATES, buyer_of, refund_of, time_of, yuan_of

MAX_BYTES = 64 * 1024


def read_notification(
    headers: Mapping[str, str], body: bytes, *, config: WechatConfig, calls: SignedCalls
) -> Notification | RefundNotification:
    """Check signature, age and addressee of a notification, decrypt and read it; raises NotBelieved."""
    if len(body) > MAX_BYTES:
        raise NotBelieved("it is too long")
    signed = signed_headers(headers)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise NotBelieved("it is not UTF-8") from error
    if not calls.believes(signed, text):
        raise NotBelieved("its signature is wrong, or too old")
    content = _opened(text, config, calls)
    try:
        return _read_refund(content) if "out_refund_no" in content else _read_payment(content, config)
    except (KeyError, TypeError, ValueError) as error:
        raise NotBelieved("its content is malformed") from error


def _opened(text: str, config: WechatConfig, calls: SignedCalls) -> dict[str, Any]:
    """Return what WeChat encrypted for us; `mchid` in it says that it is ours."""
    try:
        content = json.loads(calls.decrypted(json.loads(text)["resource"]))
    except MALFORMED as error:
        raise NotBelieved("its content cannot be decrypted") from error
    if not isinstance(content, dict) or content.get("mchid") != config.mch_id:
        raise NotBelieved("it is meant for another merchant")
    return content


def _read_payment(content: Mapping[str, Any], config: WechatConfig) -> Notification:
    amount = content["amount"]
    if content["appid"] != config.app_id:
        raise NotBelieved("it is meant for another app")
    if amount["currency"] != CURRENCY:
        raise NotBelieved(f"it is not about {CURRENCY}")
    if content["trade_state"] not in STATES:
        raise NotBelieved("its trade_state is unknown")
    return Notification(
        channel=CHANNEL,
        number=str(content["out_trade_no"]),
        trade_no=str(content["transaction_id"]),
        amount=yuan_of(amount["total"]),
        is_paid=content["trade_state"] == "SUCCESS",
        paid_at=time_of(content),
        buyer=buyer_of(content),
        fields={name: json.dumps(value, ensure_ascii=False) for name, value in content.items()},
    )


def _read_refund(content: Mapping[str, Any]) -> RefundNotification:
    return RefundNotification(
        channel=CHANNEL,
        number=str(content["out_trade_no"]),
        refund_number=str(content["out_refund_no"]),
        refund=refund_of(content, "refund_status"),
    )
