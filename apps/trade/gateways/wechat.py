"""WeChat Pay, version 3. It and `wechat_bill` alone know its field names; `wechat_calls` knows how it signs.

Source: WeChat Pay's documents of `native`, `jsapi`, `h5`, the domestic refund, and "signature verification".
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wechatpayv3 import WeChatPay, WeChatPayType

from apps.common.addresses import absolute_url
from apps.common.clock import BEIJING
from apps.common.money import to_fen, to_money
from apps.trade.gateways.payment import (
    BillRow,
    GatewayRefund,
    GatewayRefused,
    GatewayUnavailable,
    NoBill,
    NotBelieved,
    Notification,
    RefundNotification,
    RefundState,
    Start,
    Trade,
    TradeState,
)
from apps.trade.gateways.transport import download
from apps.trade.gateways.wechat_bill import check_digest, rows_of
from apps.trade.gateways.wechat_calls import SignedCalls, WechatConfig, signed_headers

CHANNEL: Final = "wechat"
CURRENCY: Final = "CNY"
NOTIFY_PATH = "/wechatpay/notify/"
MAX_NOTIFICATION_BYTES = 64 * 1024
# Of a notification, what names who paid: the open id, and the device it came from.
PAYER_FIELDS = frozenset({"payer", "scene_info"})
METHODS = {"native": WeChatPayType.NATIVE, "jsapi": WeChatPayType.JSAPI, "h5": WeChatPayType.H5}
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
NO_TRADE = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"})
NOTHING_TO_CLOSE = NO_TRADE | {"ORDER_CLOSED", "ORDERCLOSED", "ORDERPAID", "ORDER_PAID"}
REFUND_REFUSALS = frozenset(
    {"INVALID_REQUEST", "PARAM_ERROR", "NOT_ENOUGH", "USER_ACCOUNT_ABNORMAL", "RESOURCE_NOT_EXISTS", "MCH_NOT_EXISTS"}
)
NO_BILL = "NO_STATEMENT_EXIST"


class WechatGateway:
    """Asks WeChat Pay for payments and believes what it signed for our app and merchant number, in yuan."""

    channel = CHANNEL

    def __init__(self, config: WechatConfig) -> None:
        self._config = config
        self._calls = SignedCalls(config)
        self._sdk = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=config.mch_id,
            private_key=config.private_key,
            cert_serial_no=config.cert_serial,
            appid=config.app_id,
            apiv3_key=config.apiv3_key,
            public_key=config.public_key,
            public_key_id=config.public_key_id,
        )
        self._sdk._core = self._calls

    def start(
        self, *, method: str, number: str, subject: str, amount: Decimal, expires_at: datetime, payer: str = ""
    ) -> Start:
        """Announce the trade to WeChat, which answers what its client takes."""
        if method not in METHODS:
            raise GatewayRefused(f"WeChat Pay has no method {method}")
        status, answer = self._sdk.pay(
            description=subject,
            out_trade_no=number,
            amount={"total": to_fen(amount), "currency": CURRENCY},
            time_expire=expires_at.astimezone(BEIJING).isoformat(timespec="seconds"),
            pay_type=METHODS[method],
            notify_url=absolute_url(NOTIFY_PATH),
            **_payer(method, payer),
        )
        _check(status, answer)
        if method == "jsapi":
            return Start(parameters=self._bridge_parameters(str(answer["prepay_id"])))
        return Start(code_url=str(answer.get("code_url", "")), redirect_url=str(answer.get("h5_url", "")))

    def _bridge_parameters(self, prepay_id: str) -> dict[str, str]:
        """Return what `WeixinJSBridge` takes, signed."""
        package, nonce, now = f"prepay_id={prepay_id}", secrets.token_hex(16), str(int(timezone.now().timestamp()))
        signature = self._sdk.sign([self._config.app_id, now, nonce, package])
        return {
            "appId": self._config.app_id,
            "timeStamp": now,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": str(signature),
        }

    def query(self, *, number: str) -> Trade | None:
        """Ask about a trade, which WeChat knows since it was announced."""
        status, answer = self._sdk.query(out_trade_no=number)
        if answer.get("code") in NO_TRADE:
            return None
        _check(status, answer, GatewayUnavailable)
        state = STATES.get(str(answer.get("trade_state")), "open")
        return Trade(
            number=number,
            trade_no=str(answer.get("transaction_id", "")),
            state=state,
            amount=_yuan(answer.get("amount", {}).get("total", 0)),
            paid_at=_moment(answer) if state == "paid" else None,
            buyer=_buyer(answer),
        )

    def close(self, *, number: str) -> None:
        """Close a trade that waits for its buyer; every other one is none of this call's business."""
        status, answer = self._sdk.close(out_trade_no=number)
        if answer.get("code") not in NOTHING_TO_CLOSE:
            _check(status, answer, GatewayUnavailable)

    def refund(
        self, *, number: str, trade_no: str, refund_number: str, amount: Decimal, total: Decimal, reason: str
    ) -> GatewayRefund:
        """Ask for a refund; WeChat works on it for a while, and notifies the shop of the end."""
        status, answer = self._sdk.refund(
            out_refund_no=refund_number,
            transaction_id=trade_no,
            amount={"refund": to_fen(amount), "total": to_fen(total), "currency": CURRENCY},
            reason=reason[:80] or None,
            notify_url=absolute_url(NOTIFY_PATH),
        )
        if answer.get("code") in REFUND_REFUSALS | NO_TRADE:
            return GatewayRefund(state="refused", amount=amount, reason=_reason(answer))
        _check(status, answer, GatewayUnavailable)
        return _refund(answer, "status")

    def query_refund(self, *, number: str, refund_number: str) -> GatewayRefund | None:
        """Ask about a refund."""
        status, answer = self._sdk.query_refund(out_refund_no=refund_number)
        if answer.get("code") == "RESOURCE_NOT_EXISTS":
            return None
        _check(status, answer, GatewayUnavailable)
        return _refund(answer, "status")

    def bill(self, *, day: date) -> Iterator[BillRow]:
        """Fetch the day's bill of trades, a packed CSV file, check its digest and read it as it lies on the disk."""
        status, answer = self._sdk.trade_bill(bill_date=day.isoformat())
        if answer.get("code") == NO_BILL:
            raise NoBill(NO_BILL)
        _check(status, answer, GatewayUnavailable)
        path = str(answer["download_url"]).removeprefix(self._config.api_url)
        headers = self._calls.authorization(path, "GET")
        with download(self._config.api_url + path, headers=headers) as file:
            check_digest(file, sha1=str(answer.get("hash_value", "")))
            yield from rows_of(file)

    def read_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification | RefundNotification:
        """Check signature, age and addressee of a notification, decrypt and read it; raises NotBelieved."""
        if len(body) > MAX_NOTIFICATION_BYTES:
            raise NotBelieved("it is too long")
        signed = signed_headers(headers)
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise NotBelieved("it is not UTF-8") from error
        if not self._calls.believes(signed, text):
            raise NotBelieved("its signature is wrong, or too old")
        content = self._opened(signed, text)
        try:
            return _read_refund(content) if "out_refund_no" in content else self._read_payment(content)
        except (KeyError, TypeError, ValueError) as error:
            raise NotBelieved("its content is malformed") from error

    def _opened(self, signed: Mapping[str, str], text: str) -> dict[str, Any]:
        """Return what WeChat encrypted for us; `mchid` in it says that it is ours."""
        try:
            content = self._calls.callback(signed, text)["resource"]
        except Exception as error:  # the library lets through whatever cryptography and json raise at a forgery
            raise NotBelieved("its content cannot be decrypted") from error
        if not isinstance(content, dict) or content.get("mchid") != self._config.mch_id:
            raise NotBelieved("it is meant for another merchant")
        return content

    def _read_payment(self, content: Mapping[str, Any]) -> Notification:
        amount = content["amount"]
        if content["appid"] != self._config.app_id:
            raise NotBelieved("it is meant for another app")
        if amount["currency"] != CURRENCY:
            raise NotBelieved(f"it is not about {CURRENCY}")
        if content["trade_state"] not in STATES:
            raise NotBelieved("its trade_state is unknown")
        return Notification(
            channel=CHANNEL,
            number=str(content["out_trade_no"]),
            trade_no=str(content["transaction_id"]),
            amount=_yuan(amount["total"]),
            is_paid=content["trade_state"] == "SUCCESS",
            paid_at=_moment(content),
            buyer=_buyer(content),
            fields={name: json.dumps(value, ensure_ascii=False) for name, value in content.items()},
        )


def _read_refund(content: Mapping[str, Any]) -> RefundNotification:
    return RefundNotification(
        channel=CHANNEL,
        number=str(content["out_trade_no"]),
        refund_number=str(content["out_refund_no"]),
        refund=_refund(content, "refund_status"),
    )


def _refund(content: Mapping[str, Any], state: str) -> GatewayRefund:
    word = str(content[state])
    return GatewayRefund(
        state=REFUND_STATES.get(word, "pending"),
        amount=_yuan(content["amount"]["refund"]),
        gateway_number=str(content.get("refund_id", "")),
        reason="" if word in ("SUCCESS", "PROCESSING") else word,
    )


def _payer(method: str, payer: str) -> dict[str, Any]:
    match method:
        case "jsapi":
            return {"payer": {"openid": payer}}
        case "h5":
            return {"scene_info": {"payer_client_ip": payer or "127.0.0.1", "h5_info": {"type": "Wap"}}}
    return {}


def _check(status: int, answer: Mapping[str, Any], error: type[Exception] = GatewayRefused) -> None:
    """Raise what an answer that is no success means; being asked too often says nothing about the outcome."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise GatewayUnavailable(_reason(answer))
    if status >= HTTPStatus.BAD_REQUEST:
        raise error(_reason(answer))


def _reason(answer: Mapping[str, Any]) -> str:
    return f"{answer.get('code', '')} {answer.get('message', '')}".strip()


def _yuan(fen: object) -> Decimal:
    if not isinstance(fen, int) or isinstance(fen, bool):
        raise ValueError("fen are whole numbers")
    return to_money(Decimal(fen) / 100)


def _moment(content: Mapping[str, Any]) -> datetime:
    return parse_datetime(str(content.get("success_time", ""))) or timezone.now()


def _buyer(content: Mapping[str, Any]) -> str:
    return str((content.get("payer") or {}).get("openid", ""))[:100]
