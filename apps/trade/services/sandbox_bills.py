"""The sandbox's bills of a day, written row by row into a file, as the gateways lay them out."""

import csv
import gzip
import hashlib
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import TextIOWrapper
from typing import IO

from apps.trade.gateways import wechat_bill
from apps.trade.gateways.alipay_bill import COLUMNS, ENCODING, PAYMENT, REFUND
from apps.trade.gateways.sandbox.alipay import BUYER, SELLER_ID, beijing_text
from apps.trade.gateways.sandbox.wechat import BUYER as WECHAT_BUYER
from apps.trade.gateways.sandbox.wechat import sandbox_wechat
from apps.trade.models import SandboxRefund, SandboxTrade
from apps.trade.services.bill_days import span_of


def payments_of(*, channel: str, day: date) -> Iterator[SandboxTrade]:
    """Read what was paid that day, without holding it all."""
    begin, end = span_of(day)
    trades = SandboxTrade.objects.filter(channel=channel, paid_at__gte=begin, paid_at__lt=end)
    return trades.order_by("paid_at", "pk").iterator(chunk_size=1000)


def refunds_of(*, channel: str, day: date) -> Iterator[SandboxRefund]:
    """Read what went back that day, without holding it all."""
    begin, end = span_of(day)
    refunds = SandboxRefund.objects.filter(trade__channel=channel, done_at__gte=begin, done_at__lt=end)
    return refunds.select_related("trade").order_by("done_at", "pk").iterator(chunk_size=1000)


def write_alipay_bill(*, file: IO[bytes], day: date) -> None:
    """Write Alipay's zip of details and summary."""
    stamp = f"{SELLER_ID}0156_{day:%Y%m%d}"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with (
            archive.open(f"{stamp}_业务明细.csv", "w") as details,
            TextIOWrapper(details, ENCODING, newline="") as text,
        ):
            _write_details(text, day)
        archive.writestr(f"{stamp}_业务明细(汇总).csv", "#支付宝业务汇总查询\r\n".encode(ENCODING))


def _write_details(text: TextIOWrapper, day: date) -> None:
    rows = csv.writer(text)
    text.write(f"#支付宝业务明细查询\r\n#账号：[{SELLER_ID}0156]\r\n#起始日期：[{day} 00:00:00]\r\n")
    text.write("#-----------------------------------------业务明细列表----------------------------------------\r\n")
    rows.writerow(COLUMNS)
    for trade in payments_of(channel="alipay", day=day):
        rows.writerow(
            _row(trade, PAYMENT, f"{trade.total_amount:.2f}", beijing_text(trade.paid_at or trade.created_at))
        )
    for refund in refunds_of(channel="alipay", day=day):
        done = beijing_text(refund.done_at or refund.created_at)
        rows.writerow(_row(refund.trade, REFUND, f"-{refund.amount:.2f}", done, refund.out_refund_no))
    text.write("#-----------------------------------------业务明细列表结束------------------------------------\r\n")


def _row(trade: SandboxTrade, kind: str, amount: str, done: str, refund_number: str = "") -> list[str]:
    values = {
        "支付宝交易号": f"{trade.trade_no}\t",
        "商户订单号": f"{trade.out_trade_no}\t",
        "业务类型": kind,
        "商品名称": trade.subject,
        "创建时间": beijing_text(trade.created_at),
        "完成时间": done,
        "对方账户": BUYER,
        "订单金额（元）": amount,
        "商家实收（元）": amount,
        "退款批次号/请求号": f"{refund_number}\t" if refund_number else "",
        "服务费（元）": "0.00",
        "分润（元）": "0.00",
    }
    return [values.get(column, "") for column in COLUMNS]


class _Hashing(TextIOWrapper):
    """Text on its way into a file, whose digest is taken."""

    def __init__(self, file: gzip.GzipFile) -> None:
        super().__init__(file, "utf-8", newline="")
        self.digest = hashlib.sha1(usedforsecurity=False)

    def write(self, text: str) -> int:
        """Write, and count it in."""
        self.digest.update(text.encode())
        return super().write(text)


def write_wechat_bill(*, file: IO[bytes], day: date) -> str:
    """Write WeChat's packed CSV file and return the digest of what is in it."""
    with gzip.GzipFile(fileobj=file, mode="wb") as packed:
        text = _Hashing(packed)
        text.write("\ufeff" + ",".join(wechat_bill.COLUMNS) + "\r\n")
        count = 0
        for values in _wechat_rows(day):
            count += 1
            text.write(",".join("`" + values.get(column, "") for column in wechat_bill.COLUMNS) + "\r\n")
        text.write(f"总交易单数,应结订单总金额,退款总金额\r\n`{count},`0.00,`0.00\r\n")
        text.flush()
        text.detach()
    return text.digest.hexdigest()


def _wechat_rows(day: date) -> Iterator[dict[str, str]]:
    for trade in payments_of(channel="wechat", day=day):
        amount = f"{trade.total_amount:.2f}"
        yield {**_wechat_row(trade, "SUCCESS", trade.paid_at), "订单金额": amount, "应结订单金额": amount}
    for refund in refunds_of(channel="wechat", day=day):
        yield {
            **_wechat_row(refund.trade, "REFUND", refund.done_at),
            "微信退款单号": refund.refund_no,
            "商户退款单号": refund.out_refund_no,
            "退款金额": f"{refund.amount:.2f}",
            "申请退款金额": f"{refund.amount:.2f}",
            "退款类型": "ORIGINAL",
            "退款状态": "SUCCESS",
            "订单金额": "0.00",
        }


def _wechat_row(trade: SandboxTrade, state: str, moment: datetime | None) -> dict[str, str]:
    config = sandbox_wechat()
    return {
        "交易时间": beijing_text(moment or trade.created_at),
        "公众账号ID": config.app_id,
        "商户号": config.mch_id,
        "微信订单号": trade.trade_no,
        "商户订单号": trade.out_trade_no,
        "用户标识": trade.payer or WECHAT_BUYER,
        "交易类型": trade.method.upper(),
        "交易状态": state,
        "货币种类": "CNY",
        "商品名称": trade.subject,
        "手续费": "0.00000",
        "费率": "0.00%",
    }
