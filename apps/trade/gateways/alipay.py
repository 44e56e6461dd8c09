"""Alipay's page payment. The only module that knows Alipay's field names and formats.

Source: Alipay open platform, `alipay.trade.page.pay` and its asynchronous notification.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from alipay import AliPay
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from apps.common.addresses import absolute_url, public_url
from apps.trade.gateways.payment import NotBelieved, Notification

CHANNEL: Final = "alipay"
SIGN_TYPE: Final = "RSA2"
NOTIFY_PATH = "/alipay/return/"
MAX_NOTIFICATION_BYTES = 64 * 1024
MAX_NOTIFICATION_FIELDS = 100
BEIJING = ZoneInfo("Asia/Shanghai")
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
OTHER_STATES = frozenset({"WAIT_BUYER_PAY", "TRADE_CLOSED"})
# Alipay's amounts: yuan, at most two places. Decimal() alone would read `1e3` and full-width digits.
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class AlipayConfig:
    """Whom we are at Alipay, the two keys as PEM, and where its cashier is.

    `gateway_url` may be a path of this server: then the cashier is the sandbox.
    """

    app_id: str
    seller_id: str
    app_private_key: str
    alipay_public_key: str
    gateway_url: str


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
        gateway_url=settings.ALIPAY_GATEWAY_URL,
    )


class AlipayGateway:
    """Sends buyers to Alipay's cashier and believes what Alipay signed with RSA2, and nothing else."""

    def __init__(self, config: AlipayConfig) -> None:
        self._config = config
        # Parsing the two keys takes some 30 ms, signing 2 ms: whoever holds the gateway keeps it.
        self._sdk = AliPay(
            appid=config.app_id,
            app_private_key_string=config.app_private_key,
            alipay_public_key_string=config.alipay_public_key,
            sign_type=SIGN_TYPE,
        )

    def payment_url(self, *, number: str, subject: str, amount: Decimal, expires_at: datetime) -> str:
        """Return the signed address of the cashier; Alipay itself closes the trade when its time is over."""
        query = self._sdk.api_alipay_trade_page_pay(
            subject=subject,
            out_trade_no=number,
            total_amount=str(amount),
            return_url=absolute_url(NOTIFY_PATH),
            notify_url=absolute_url(NOTIFY_PATH),
            time_expire=expires_at.astimezone(BEIJING).strftime(TIME_FORMAT),
        )
        return f"{public_url(self._config.gateway_url)}?{query}"

    def read_notification(self, *, body: bytes) -> Notification:
        """Check signature and addressee of a notification and read it; raises NotBelieved with the reason."""
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


def _matching(pattern: re.Pattern[str], fields: Mapping[str, str], name: str) -> str:
    value = fields.get(name, "")
    if not pattern.fullmatch(value):
        raise NotBelieved(f"its {name} is malformed")
    return value


def _beijing_time(text: str) -> datetime:
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING)
    except ValueError:
        return timezone.now()
