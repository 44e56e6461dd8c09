"""Alipay's bill of trades: a zip of two CSV files in GB 18030, of which the details are read, or these unpacked.

Source: `alipay.data.dataservice.bill.downloadurl.query`, bill type `trade`.
"""

import csv
import zipfile
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO

from apps.common.clock import BEIJING
from apps.trade.gateways.bill_files import starts_with, unclosed
from apps.trade.gateways.payment import BillRow, GatewayUnavailable

ZIP = b"PK"
ENCODING = "gb18030"
COLUMNS = (
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商品名称",
    "创建时间",
    "完成时间",
    "门店编号",
    "门店名称",
    "操作员",
    "终端号",
    "对方账户",
    "订单金额（元）",
    "商家实收（元）",
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "券名称",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
    "分润（元）",
    "备注",
)
PAYMENT, REFUND = "交易", "退款"
SUMMARY = "汇总"
END = "列表结束"


def rows_of(file: IO[bytes]) -> Iterator[BillRow]:
    """Read the details row by row, packed or not; raises GatewayUnavailable for a file that is no whole bill."""
    try:
        if starts_with(file, ZIP):
            with zipfile.ZipFile(file) as archive, archive.open(_details_in(archive)) as details:
                yield from _read(TextIOWrapper(details, ENCODING, newline=""))
        else:
            # A spreadsheet that saved the file may have turned it into UTF-8, and then says so.
            encoding = "utf-8-sig" if starts_with(file, BOM_UTF8) else ENCODING
            with unclosed(TextIOWrapper(file, encoding, newline="")) as text:
                yield from _read(text, must_end=True)
    except (zipfile.BadZipFile, UnicodeDecodeError, csv.Error, KeyError, ValueError, ArithmeticError) as error:
        raise GatewayUnavailable(f"its bill cannot be read: {error}") from error


def _details_in(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    # Alipay writes names in GBK without saying so; only the summary's tells itself apart.
    for member in archive.infolist():
        name = member.filename if member.flag_bits & 0x800 else member.filename.encode("cp437").decode("gbk")
        if name.endswith(".csv") and SUMMARY not in name:
            return member
    raise KeyError("details")


def _read(text: TextIOWrapper, *, must_end: bool = False) -> Iterator[BillRow]:
    """Read CSV; without the sums of a zip around it, only its last line tells that nothing was cut off."""
    header: list[str] = []
    has_ended = False
    for cells in csv.reader(text):
        values = [cell.strip() for cell in cells]  # a tab keeps spreadsheets from rounding the numbers
        if not values or values[0].startswith("#"):
            has_ended = has_ended or bool(values and END in values[0])
            continue
        if not header:
            header = values
            continue
        row = dict(zip(header, values, strict=True))
        if row["业务类型"].startswith((PAYMENT, REFUND)):
            yield _bill_row(row)
    if must_end and not has_ended:
        raise ValueError("it ends before its end")


def _bill_row(row: Mapping[str, str]) -> BillRow:
    happened_at = datetime.fromisoformat(row["完成时间"]).replace(tzinfo=BEIJING)
    is_refund = row["业务类型"].startswith(REFUND)
    return BillRow(
        kind="refund" if is_refund else "payment",
        number=row["商户订单号"],
        trade_no=row["支付宝交易号"],
        refund_number=row["退款批次号/请求号"] if is_refund else "",
        amount=abs(Decimal(row["订单金额（元）"])),
        happened_at=happened_at,
    )
