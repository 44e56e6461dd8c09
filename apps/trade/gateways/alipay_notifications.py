"""What Alipay tells by itself: the asynchronous notification of a trade, a form that it signed."""

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import parse_qsl

from django.utils import timezone

from apps.trade.gateways.alipay_calls import SignedCalls
from apps.trade.gateways.alipay_config import AlipayConfig
from apps.trade.gateways.alipay_words import CHANNEL, OTHER_STATES, PAID_STATES, parsed_time, time_of
from apps.trade.gateways.payment import WINDOW, NotBelieved, Notification

MAX_BYTES = 64 * 1024
MAX_FIELDS = 100
# Alipay's amounts: yuan, at most two places. Decimal() alone would read `1e3` and full-width digits.
AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")


def read_notification(body: bytes, *, config: AlipayConfig, calls: SignedCalls) -> Notification:
    """Check signature and addressee of a notification and read it; raises NotBelieved with the reason.

    WeChat's are refused five minutes after they were signed. Alipay repeats an unanswered one for 25 hours, and
    does not say whether the copies bear a new `notify_time`: an old one is not refused, but is not fresh.
    """
    fields = _read_form(body)
    if reason := calls.distrust(fields):
        raise NotBelieved(reason)
    if fields.get("app_id") != config.app_id or fields.get("seller_id") != config.seller_id:
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
        paid_at=time_of(fields.get("gmt_payment", "")),
        buyer=fields.get("buyer_logon_id", "")[:100],
        is_fresh=_is_fresh(fields.get("notify_time", "")),
        fields=fields,
    )


def _read_form(body: bytes) -> dict[str, str]:
    """Read a form as UTF-8, whatever its header says, each name once; raises NotBelieved.

    A name that comes twice could be one value for the signature and another for the shop.
    """
    if len(body) > MAX_BYTES:
        raise NotBelieved("it is too long")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
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


def _is_fresh(text: str) -> bool:
    moment = parsed_time(text)
    return moment is not None and abs(timezone.now() - moment) <= WINDOW
