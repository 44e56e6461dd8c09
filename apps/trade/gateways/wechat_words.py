"""How WeChat Pay writes channel, states, amounts and times, in its answers and in what it tells by itself."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.common.money import to_money
from apps.trade.gateways.payment import GatewayRefund, RefundState, TradeState

CHANNEL: Final = "wechat"
CURRENCY: Final = "CNY"
# Of a notification, what names who paid: the open id, and the device it came from.
PAYER_FIELDS = frozenset({"payer", "scene_info"})
STATES: Mapping[str, TradeState] = {
    "SUCCESS": "paid",
    "REFUND": "paid",  # and went back, whole or in part
    "NOTPAY": "open",
    "USERPAYING": "open",
    "PAYERROR": "open",
    "CLOSED": "closed",
    "REVOKED": "closed",
}
REFUND_STATES: Mapping[str, RefundState] = {
    "SUCCESS": "done",
    "PROCESSING": "pending",
    "ABNORMAL": "pending",  # staff finish it on WeChat's own site, under the same number
    "CLOSED": "refused",
}


def refund_of(content: Mapping[str, Any], state: str) -> GatewayRefund:
    """Read how far a refund is; `state` is the name of its state, which answers and notifications call differently."""
    word = str(content[state])
    return GatewayRefund(
        state=REFUND_STATES.get(word, "pending"),
        amount=yuan_of(content["amount"]["refund"]),
        gateway_number=str(content.get("refund_id", "")),
        reason="" if word in ("SUCCESS", "PROCESSING") else word,
    )


def yuan_of(fen: object) -> Decimal:
    """Read an amount; raises ValueError for what is no whole number of fen."""
    if not isinstance(fen, int) or isinstance(fen, bool):
        raise ValueError("fen are whole numbers")
    return to_money(Decimal(fen) / 100)


def time_of(content: Mapping[str, Any]) -> datetime:
    """Read when money came; if it is not said, this moment."""
    return parse_datetime(str(content.get("success_time", ""))) or timezone.now()


def buyer_of(content: Mapping[str, Any]) -> str:
    """Read who paid, if it is said."""
    return str((content.get("payer") or {}).get("openid", ""))[:100]
