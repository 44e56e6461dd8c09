"""WeChat Pay, version 3: what it is asked for. What it tells by itself is `wechat_notifications`.

Only the modules that bear its name know its words. Source:
WeChat Pay's documents of `native`, `jsapi`, `h5`, the domestic refund and the bill of trades.
"""

import secrets
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from wechatpayv3 import WeChatPay, WeChatPayType

from apps.common.addresses import absolute_url
from apps.common.clock import BEIJING
from apps.common.money import to_fen
from apps.trade.gateways.payment import (
    BillRow,
    GatewayRefund,
    GatewayRefused,
    GatewayUnavailable,
    NoBill,
    Notification,
    RefundNotification,
    Start,
    Trade,
)
from apps.trade.gateways.transport import download
from apps.trade.gateways.wechat_bill import check_digest, rows_of
from apps.trade.gateways.wechat_calls import SignedCalls
from apps.trade.gateways.wechat_config import WechatConfig
from apps.trade.gateways.wechat_notifications import read_notification
from apps.trade.gateways.wechat_words import (
    CHANNEL,
    CURRENCY,
    STATES,
    buyer_of,
    refund_of,
    time_of,
    yuan_of,
)

NOTIFY_PATH = "/wechatpay/notify/"
METHODS = {"native": WeChatPayType.NATIVE, "jsapi": WeChatPayType.JSAPI, "h5": WeChatPayType.H5}
# WeChat takes a code or prepay_id for two hours, an h5_url for five minutes; a buyer needs some of that to pay.
VALID_FOR = {"native": timedelta(minutes=110), "jsapi": timedelta(minutes=110), "h5": timedelta(minutes=4)}
NO_TRADE = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST"})
NOTHING_TO_CLOSE = NO_TRADE | {"ORDER_CLOSED", "ORDERCLOSED", "ORDERPAID", "ORDER_PAID"}
REFUND_REFUSALS = frozenset(
    {"INVALID_REQUEST", "PARAM_ERROR", "NOT_ENOUGH", "USER_ACCOUNT_ABNORMAL", "RESOURCE_NOT_EXISTS", "MCH_NOT_EXISTS"}
)
NO_BILL = "NO_STATEMENT_EXIST"


class Sdk(WeChatPay):  # type: ignore[misc]  # it has no types
    """wechatpayv3, which knows the addresses and bodies of calls; the calls are ours."""

    def __init__(self, config: WechatConfig, calls: SignedCalls) -> None:
        # Not the library's own way to begin: it would make calls of its own, and fetch certificates by them.
        self._type, self._partner_mode, self._notify_url = WeChatPayType.NATIVE, False, None
        self._mchid, self._appid, self._core = config.mch_id, config.app_id, calls


class WechatGateway:
    """Asks WeChat Pay for payments and believes what it signed for our app and merchant number, in yuan."""

    channel = CHANNEL

    def __init__(self, config: WechatConfig) -> None:
        self._config = config
        self._calls = SignedCalls(config)
        self._sdk = Sdk(config, self._calls)

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
            return Start(valid_for=VALID_FOR[method], parameters=self._bridge_parameters(str(answer["prepay_id"])))
        code_url, h5_url = (str(answer.get(name, "")) for name in ("code_url", "h5_url"))
        return Start(valid_for=VALID_FOR[method], code_url=code_url, redirect_url=h5_url)

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
            amount=yuan_of(answer.get("amount", {}).get("total", 0)),
            paid_at=time_of(answer) if state == "paid" else None,
            buyer=buyer_of(answer),
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
        return refund_of(answer, "status")

    def query_refund(self, *, number: str, refund_number: str) -> GatewayRefund | None:
        """Ask about a refund."""
        status, answer = self._sdk.query_refund(out_refund_no=refund_number)
        if answer.get("code") == "RESOURCE_NOT_EXISTS":
            return None
        _check(status, answer, GatewayUnavailable)
        return refund_of(answer, "status")

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

    def renew_keys(self) -> None:
        """Fetch WeChat's present certificates, if we know it by those."""
        self._calls.renew_certificates()

    def read_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification | RefundNotification:
        """Check and read what WeChat tells of a payment or refund; raises NotBelieved."""
        return read_notification(headers, body, config=self._config, calls=self._calls)


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
