"""WeChat Pay's bill of trades: CSV, in gzip or not, each value behind a back quote, with a summary at the end.

Source: `/v3/bill/tradebill`, bill type `ALL`.
"""

import csv
import gzip
import hashlib
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO

from apps.common.clock import BEIJING
from apps.trade.gateways.bill_files import starts_with, unclosed
from apps.trade.gateways.payment import BillRow, GatewayUnavailable

GZIP = b"\x1f\x8b"
CHUNK = 64 * 1024
COLUMNS = (
    "交易时间",
    "公众账号ID",
    "商户号",
    "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    "应结订单金额",
    "代金券金额",
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    "充值券退款金额",
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    "手续费",
    "费率",
    "订单金额",
    "申请退款金额",
    "费率备注",
)
PAYMENT, REFUND = "SUCCESS", "REFUND"
# A refund that did not come about is listed all the same.
FAILED = frozenset({"FAIL", "CHANGE"})
SUMMARY = "总交易单数"


def check_digest(file: IO[bytes], *, sha1: str) -> None:
    """Compare the unpacked bill with WeChat's own digest of it; raises GatewayUnavailable if it is another one."""
    digest = hashlib.sha1(usedforsecurity=False)  # WeChat's choice; the answer that holds it is signed
    try:
        with gzip.open(file) as unpacked:
            while chunk := unpacked.read(CHUNK):
                digest.update(chunk)
    except (OSError, EOFError) as error:
        raise GatewayUnavailable(f"its bill cannot be unpacked: {error}") from error
    if digest.hexdigest() != sha1.lower():
        raise GatewayUnavailable("its bill is not the one that it announced")
    file.seek(0)


def rows_of(file: IO[bytes]) -> Iterator[BillRow]:
    """Read the bill row by row, packed or not; raises GatewayUnavailable for a file that is no whole bill."""
    try:
        with (
            gzip.open(file) if starts_with(file, GZIP) else nullcontext(file) as unpacked,
            unclosed(TextIOWrapper(unpacked, "utf-8-sig", newline="")) as text,
        ):
            yield from _read(text)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, KeyError, ValueError, ArithmeticError) as error:
        raise GatewayUnavailable(f"its bill cannot be read: {error}") from error


def _read(text: TextIOWrapper) -> Iterator[BillRow]:
    lines = csv.reader(text)
    header = next(lines, [])
    for cells in lines:
        if cells and cells[0] == SUMMARY:
            return
        row = dict(zip(header, (cell.removeprefix("`").strip() for cell in cells), strict=True))
        if row["交易状态"] == PAYMENT or (row["交易状态"] == REFUND and row["退款状态"] not in FAILED):
            yield _bill_row(row)
    raise ValueError("it ends before its summary")


def _bill_row(row: Mapping[str, str]) -> BillRow:
    is_refund = row["交易状态"] == REFUND
    return BillRow(
        kind="refund" if is_refund else "payment",
        number=row["商户订单号"],
        trade_no=row["微信订单号"],
        refund_number=row["商户退款单号"] if is_refund else "",
        amount=Decimal(row["申请退款金额" if is_refund else "订单金额"]),
        happened_at=datetime.fromisoformat(row["交易时间"]).replace(tzinfo=BEIJING),
    )
