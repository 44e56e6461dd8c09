"""Alipay. The only module that knows Alipay's field names and formats, but for `alipay_bill`.

Source: Alipay open platform, `alipay.trade.{page.pay,wap.pay,app.pay,query,close,refund,fastpay.refund.query}` and the
asynchronous notification.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import parse_qsl

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from apps.common.addresses import absolute_url, public_url
from apps.common.clock import BEIJING
from apps.trade.gateways.alipay_bill import rows_of
from apps.trade.gateways.payment import (
    WINDOW,
    BillRow,
    GatewayRefund,
    GatewayRefused,
    GatewayUnavailable,
    NoBill,
    NotBelieved,
    Notification,
    Start,
    Trade,
)
from apps.trade.gateways.transport import calling, download

CHANNEL: Final = "alipay"
SIGN_TYPE: Final = "RSA2"
NOTIFY_PATH = "/alipay/return/"
MAX_NOTIFICATION_BYTES = 64 * 1024
MAX_NOTIFICATION_FIELDS = 100
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
# Of a notification, what names who paid: the account, and its log-in name, a mobile or an e-mail with stars in it.
PAYER_FIELDS = frozenset(
    {"buyer_id", "buyer_user_id", "buyer_open_id", "open_id", "buyer_logon_id", "buyer_email", "buyer_user_name"}
)

PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
OTHER_STATES = frozenset({"WAIT_BUYER_PAY", "TRADE_CLOSED"})
# Alipay's amounts: yuan, at most two places. Decimal() alone would read `1e3` and full-width digits.
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")
DONE = "10000"
# Of all failures only those of the business say what became of a request, and of these not the system's own.
REFUSED_CODE = "40004"
UNKNOWN_SUB_CODES = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"})
NOT_THERE = "ACQ.TRADE_NOT_EXIST"
NO_BILL = "isp.bill_not_exist"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@dataclass(frozen=True, kw_only=True)
class AlipayConfig:
    """Whom we are at Alipay, the two keys as PEM, where its cashier is, and where it answers calls.

    `cashier_url` may be a path of this server: then the cashier is the sandbox.
    """

    app_id: str
    seller_id: str
    app_private_key: str
    alipay_public_key: str
    cashier_url: str
    api_url: str


def configured_alipay() -> AlipayConfig:
    """Return the configuration of the real Alipay; raises ImproperlyConfigured naming every missing variable."""
    needed = {
        "MXSHOP_ALIPAY_APP_ID": settings.ALIPAY_APP_ID,
        "MXSHOP_ALIPAY_SELLER_ID": settings.ALIPAY_SELLER_ID,
        "MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE": settings.ALIPAY_APP_PRIVATE_KEY_FILE,
        "MXSHOP_ALIPAY_PUBLIC_KEY_FILE": settings.ALIPAY_PUBLIC_KEY_FILE,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise ImproperlyConfigured(f"MXSHOP_PAYMENT=alipay needs {', '.join(missing)}")
    return AlipayConfig(
        app_id=settings.ALIPAY_APP_ID,
        seller_id=settings.ALIPAY_SELLER_ID,
        app_private_key=Path(settings.ALIPAY_APP_PRIVATE_KEY_FILE).read_text(),
        alipay_public_key=Path(settings.ALIPAY_PUBLIC_KEY_FILE).read_text(),
        cashier_url=settings.ALIPAY_GATEWAY_URL,
        api_url=settings.ALIPAY_GATEWAY_URL,
    )


class Sdk(AliPay):  # type: ignore[misc]  # it has no types
    """python-alipay-sdk, which signs and verifies, with calls that have a time limit and cannot be read from a log."""

    def __init__(self, *, api_url: str, app_private_key_string: str, **more: str) -> None:
        super().__init__(sign_type=SIGN_TYPE, app_private_key_string=app_private_key_string, **more)
        self._api_url = api_url
        self._key = cast("RSAPrivateKey", load_pem_private_key(app_private_key_string.encode(), password=None))

    def _sign(self, unsigned_string: str) -> str:
        """Sign by OpenSSL: the same signature in a fifth of the SDK's time, and every order has one."""
        return base64.b64encode(self._key.sign(unsigned_string.encode(), PKCS1v15(), SHA256())).decode()

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> dict[str, Any]:
        """Post the request and return the answer that Alipay signed; the SDK would put it all into the address."""
        form = self.sign_data(data).encode()
        with calling("POST", f"{self._api_url}?charset=utf-8", body=form, headers=FORM) as response:
            text = response.content.decode("utf-8", "replace")
        try:
            answer: dict[str, Any] = self._verify_and_return_sync_response(text, response_type)
        except (AliPayException, AliPayValidationError, ValueError, TypeError, AttributeError) as error:
            raise GatewayUnavailable("its answer is not signed by Alipay") from error
        return answer


class AlipayGateway:
    """Sends buyers to Alipay's cashier and believes what Alipay signed with RSA2, and nothing else."""

    channel = CHANNEL

    def __init__(self, config: AlipayConfig) -> None:
        self._config = config
        # Parsing the two keys takes some 30 ms, signing 2 ms: whoever holds the gateway keeps it.
        self._sdk = Sdk(
            api_url=config.api_url,
            appid=config.app_id,
            app_private_key_string=config.app_private_key,
            alipay_public_key_string=config.alipay_public_key,
        )

    def start(
        self, *, method: str, number: str, subject: str, amount: Decimal, expires_at: datetime, payer: str = ""
    ) -> Start:
        """Sign what the client takes to Alipay; Alipay itself closes the trade when its time is over."""
        order = {
            "subject": subject,
            "out_trade_no": number,
            "total_amount": f"{amount:.2f}",
            "time_expire": expires_at.astimezone(BEIJING).strftime(TIME_FORMAT),
            "notify_url": absolute_url(NOTIFY_PATH),
        }
        cashier, back = public_url(self._config.cashier_url), absolute_url(NOTIFY_PATH)
        match method:
            case "page":
                query = self._sdk.api_alipay_trade_page_pay(**order, return_url=back)
                return Start(redirect_url=f"{cashier}?{query}")
            case "wap":
                query = self._sdk.api_alipay_trade_wap_pay(**order, return_url=back)
                return Start(redirect_url=f"{cashier}?{query}")
            case "app":
                return Start(parameters={"order_string": self._sdk.api_alipay_trade_app_pay(**order)})
        raise GatewayRefused(f"Alipay has no method {method}")

    def query(self, *, number: str) -> Trade | None:
        """Ask about a trade; Alipay knows it from the moment when the buyer opened the cashier."""
        answer = self._sdk.api_alipay_trade_query(out_trade_no=number)
        if answer.get("sub_code") == NOT_THERE:
            return None
        _check(answer)
        status, paid_at = str(answer.get("trade_status")), str(answer.get("send_pay_date", ""))
        # Alipay closes a trade, too, when all of its money went back.
        was_paid = status in PAID_STATES or (status == "TRADE_CLOSED" and bool(paid_at))
        return Trade(
            number=number,
            trade_no=str(answer["trade_no"]),
            state="paid" if was_paid else "closed" if status == "TRADE_CLOSED" else "open",
            amount=Decimal(str(answer["total_amount"])),
            paid_at=_beijing_time(paid_at) if was_paid else None,
            buyer=str(answer.get("buyer_logon_id", ""))[:100],
        )

    def close(self, *, number: str) -> None:
        """Close a trade that waits for its buyer; every other one is none of this call's business."""
        answer = self._sdk.api_alipay_trade_close(out_trade_no=number)
        if answer.get("sub_code") not in (NOT_THERE, "ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"):
            _check(answer)

    def refund(
        self, *, number: str, trade_no: str, refund_number: str, amount: Decimal, total: Decimal, reason: str
    ) -> GatewayRefund:
        """Pay back; Alipay does so at once, but says `fund_change=N` to a number that it has seen before."""
        answer = self._sdk.api_alipay_trade_refund(
            refund_amount=f"{amount:.2f}",
            out_trade_no=number,
            trade_no=trade_no,
            out_request_no=refund_number,
            refund_reason=reason[:256],
        )
        if _is_refused(answer):
            return GatewayRefund(state="refused", amount=amount, reason=_reason(answer))
        _check(answer)
        if answer.get("fund_change") == "Y":
            return GatewayRefund(state="done", amount=amount, gateway_number=str(answer.get("trade_no", "")))
        known = self.query_refund(number=number, refund_number=refund_number)
        return known or GatewayRefund(state="pending", amount=amount, gateway_number=str(answer.get("trade_no", "")))

    def query_refund(self, *, number: str, refund_number: str) -> GatewayRefund | None:
        """Ask about a refund; of one that failed Alipay says as little as of one that it never saw."""
        answer = self._sdk.api_alipay_trade_fastpay_refund_query(out_request_no=refund_number, out_trade_no=number)
        if answer.get("sub_code") == NOT_THERE:
            return None
        _check(answer)
        if not answer.get("refund_amount"):
            return None
        return GatewayRefund(
            state="done",
            amount=Decimal(str(answer["refund_amount"])),
            gateway_number=str(answer.get("trade_no", "")),
        )

    def bill(self, *, day: date) -> Iterator[BillRow]:
        """Fetch the day's bill of trades, a zip of CSV files in GB 18030, and read it as it lies on the disk."""
        answer = self._sdk.server_api(
            "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day.isoformat()}
        )
        if answer.get("sub_code") == NO_BILL:
            raise NoBill(NO_BILL)
        _check(answer)
        with download(str(answer["bill_download_url"])) as file:
            yield from rows_of(file)

    def read_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        """Check signature and addressee of a notification and read it; raises NotBelieved with the reason.

        WeChat's are refused five minutes after they were signed. Alipay repeats an unanswered one for 25 hours, and
        does not say whether the copies bear a new `notify_time`: an old one is not refused, but is not fresh.
        """
        fields = read_form(body)
        self._check_signature(fields)
        if fields.get("app_id") != self._config.app_id or fields.get("seller_id") != self._config.seller_id:
            raise NotBelieved("it is meant for another app or seller")
        state = fields.get("trade_status", "")
        if state not in PAID_STATES | OTHER_STATES:
            raise NotBelieved("its trade_status is unknown")
        return Notification(
            channel=CHANNEL,
            number=_matching(NUMBER, fields, "out_trade_no"),
            trade_no=_matching(NUMBER, fields, "trade_no"),
            amount=Decimal(_matching(AMOUNT, fields, "total_amount")),
            is_paid=state in PAID_STATES,
            paid_at=_beijing_time(fields.get("gmt_payment", "")),
            buyer=fields.get("buyer_logon_id", "")[:100],
            is_fresh=_is_fresh(fields.get("notify_time", "")),
            fields=fields,
        )

    def _check_signature(self, fields: Mapping[str, str]) -> None:
        # Only RSA2, also where a notification asks for less: MD5 and RSA (SHA-1) can be forged.
        if fields.get("sign_type", SIGN_TYPE) != SIGN_TYPE:
            raise NotBelieved("it is not signed by RSA2")
        if fields.get("charset", "utf-8").lower() != "utf-8":
            raise NotBelieved("its charset is not UTF-8")
        signature = fields.get("sign", "")
        try:
            base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError) as error:
            raise NotBelieved("its signature is not base64") from error
        signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
        if not self._sdk.verify(signed, signature):
            raise NotBelieved("its signature is wrong")


def read_form(body: bytes) -> dict[str, str]:
    """Read a form as UTF-8, whatever its header says, each name once; raises NotBelieved.

    A name that comes twice could be one value for the signature and another for the shop.
    """
    if len(body) > MAX_NOTIFICATION_BYTES:
        raise NotBelieved("it is too long")
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_NOTIFICATION_FIELDS
        )
    except ValueError as error:
        raise NotBelieved("it is no form in UTF-8") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotBelieved("a name comes twice")
    if any("\x00" in text for pair in pairs for text in pair):
        raise NotBelieved("it contains NUL")
    return fields


def _check(answer: Mapping[str, Any]) -> None:
    """Raise GatewayUnavailable for an answer that is no success."""
    if answer.get("code") != DONE:
        raise GatewayUnavailable(f"Alipay answered {answer.get('code')} {_reason(answer)}")


def _is_refused(answer: Mapping[str, Any]) -> bool:
    return answer.get("code") == REFUSED_CODE and _reason(answer) not in UNKNOWN_SUB_CODES


def _reason(answer: Mapping[str, Any]) -> str:
    return str(answer.get("sub_code") or answer.get("msg"))


def _matching(pattern: re.Pattern[str], fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not pattern.fullmatch(value):
        raise NotBelieved(f"its {name} is malformed")
    return value


def _is_fresh(text: str) -> bool:
    moment = _parsed_time(text)
    return moment is not None and abs(timezone.now() - moment) <= WINDOW


def _beijing_time(text: str) -> datetime:
    return _parsed_time(text) or timezone.now()


def _parsed_time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING)
    except ValueError:
        return None
