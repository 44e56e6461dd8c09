"""Alipay: what it is asked for. What it tells by itself is `alipay_notifications`.

Only the modules that bear its name know its words. Source:
Alipay open platform, `alipay.trade.{page.pay,wap.pay,app.pay,query,close,refund,fastpay.refund.query}`.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from apps.common.addresses import absolute_url, public_url
from apps.common.clock import BEIJING
from apps.trade.gateways.alipay_bill import rows_of
from apps.trade.gateways.alipay_calls import SignedCalls
from apps.trade.gateways.alipay_config import AlipayConfig
from apps.trade.gateways.alipay_notifications import read_notification
from apps.trade.gateways.alipay_words import CHANNEL, PAID_STATES, TIME_FORMAT, time_of
from apps.trade.gateways.payment import (
    BillRow,
    GatewayRefund,
    GatewayRefused,
    GatewayUnavailable,
    NoBill,
    Notification,
    Start,
    Trade,
)
from apps.trade.gateways.transport import download

NOTIFY_PATH = "/alipay/return/"
# What was signed bears its moment, and Alipay does not say how old it may be. To sign once more costs no call.
VALID_FOR = timedelta(hours=1)
DONE = "10000"
# Of all failures only those of the business say what became of a request, and of these not the system's own.
REFUSED_CODE = "40004"
UNKNOWN_SUB_CODES = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"})
NOT_THERE = "ACQ.TRADE_NOT_EXIST"
NO_BILL = "isp.bill_not_exist"


class AlipayGateway:
    """Sends buyers to Alipay's cashier and believes what Alipay signed with RSA2, and nothing else."""

    channel = CHANNEL

    def __init__(self, config: AlipayConfig) -> None:
        self._config = config
        self._calls = SignedCalls(config)

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
                query = self._calls.api_alipay_trade_page_pay(**order, return_url=back)
                return Start(valid_for=VALID_FOR, redirect_url=f"{cashier}?{query}")
            case "wap":
                query = self._calls.api_alipay_trade_wap_pay(**order, return_url=back)
                return Start(valid_for=VALID_FOR, redirect_url=f"{cashier}?{query}")
            case "app":
                order_string = self._calls.api_alipay_trade_app_pay(**order)
                return Start(valid_for=VALID_FOR, parameters={"order_string": order_string})
        raise GatewayRefused(f"Alipay has no method {method}")

    def query(self, *, number: str) -> Trade | None:
        """Ask about a trade; Alipay knows it from the moment when the buyer opened the cashier."""
        answer = self._calls.api_alipay_trade_query(out_trade_no=number)
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
            paid_at=time_of(paid_at) if was_paid else None,
            buyer=str(answer.get("buyer_logon_id", ""))[:100],
        )

    def close(self, *, number: str) -> None:
        """Close a trade that waits for its buyer; every other one is none of this call's business."""
        answer = self._calls.api_alipay_trade_close(out_trade_no=number)
        if answer.get("sub_code") not in (NOT_THERE, "ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"):
            _check(answer)

    def refund(
        self, *, number: str, trade_no: str, refund_number: str, amount: Decimal, total: Decimal, reason: str
    ) -> GatewayRefund:
        """Pay back; Alipay does so at once, but says `fund_change=N` to a number that it has seen before."""
        answer = self._calls.api_alipay_trade_refund(
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
        answer = self._calls.api_alipay_trade_fastpay_refund_query(out_request_no=refund_number, out_trade_no=number)
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
        answer = self._calls.server_api(
            "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day.isoformat()}
        )
        if answer.get("sub_code") == NO_BILL:
            raise NoBill(NO_BILL)
        _check(answer)
        with download(str(answer["bill_download_url"])) as file:
            yield from rows_of(file)

    def renew_keys(self) -> None:
        """Do nothing: Alipay's key changes by hand alone."""

    def read_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification:
        """Check and read what Alipay tells of a trade; raises NotBelieved."""
        return read_notification(body, config=self._config, calls=self._calls)


def _check(answer: Mapping[str, Any]) -> None:
    """Raise GatewayUnavailable for an answer that is no success."""
    if answer.get("code") != DONE:
        raise GatewayUnavailable(f"Alipay answered {answer.get('code')} {_reason(answer)}")


def _is_refused(answer: Mapping[str, Any]) -> bool:
    return answer.get("code") == REFUSED_CODE and _reason(answer) not in UNKNOWN_SUB_CODES


def _reason(answer: Mapping[str, Any]) -> str:
    return str(answer.get("sub_code") or answer.get("msg"))
