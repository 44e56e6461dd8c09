"""Notifications as WeChat Pay sends them, signed with the sandbox's platform key, or spoilt."""

from typing import Any

from rest_framework.test import APIClient

from apps.common.money import to_fen
from apps.trade.gateways.sandbox.wechat import APP_ID, MCH_ID, notification
from apps.trade.models import PaymentAttempt

NOTIFY = "/wechatpay/notify/"


def content_for(attempt: PaymentAttempt, **changes: Any) -> dict[str, Any]:
    fen = to_fen(attempt.amount)
    return {
        "appid": APP_ID,
        "mchid": MCH_ID,
        "out_trade_no": attempt.number,
        "transaction_id": f"4200002611232612{attempt.pk:012d}",
        "trade_type": "NATIVE",
        "trade_state": "SUCCESS",
        "success_time": "2026-11-23T08:00:00+08:00",
        "payer": {"openid": "o-buyer"},
        "amount": {"total": fen, "payer_total": fen, "currency": "CNY", "payer_currency": "CNY"},
        **changes,
    }


def send(client: APIClient, headers: dict[str, str], body: bytes) -> int:
    answer = client.post(NOTIFY, body, content_type="application/json", headers=headers)
    return answer.status_code


def signed(content: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    headers, body = notification(content, event="TRANSACTION.SUCCESS", original="transaction")
    del headers["Content-Type"]
    return headers, body


def notify(client: APIClient, content: dict[str, Any]) -> int:
    return send(client, *signed(content))
