"""Bills are read row by row, whatever their length, and only if they are what they say."""

import csv
import gzip
import hashlib
import tracemalloc
import zipfile
from collections.abc import Iterable
from io import BytesIO, TextIOWrapper
from typing import IO

import pytest

from apps.trade.gateways import alipay_bill, wechat_bill
from apps.trade.gateways.payment import BillRow, GatewayUnavailable

ROWS = 20_000
# Of 20,000 rows held at once the numbers alone would be more.
MEMORY = 1024 * 1024


def alipay_file(rows: int = ROWS) -> IO[bytes]:
    file = BytesIO()
    values = dict.fromkeys(alipay_bill.COLUMNS, "") | {
        "业务类型": "交易",
        "商户订单号": "20261123000000000001\t",
        "支付宝交易号": "2026112322001\t",
        "完成时间": "2026-11-23 08:00:00",
        "订单金额（元）": "188.00",
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2088_20261123_业务明细(汇总).csv", "#汇总".encode("gb18030"))
        with archive.open("2088_20261123_业务明细.csv", "w") as raw, TextIOWrapper(raw, "gb18030", newline="") as text:
            text.write("#支付宝业务明细查询\r\n")
            lines = csv.writer(text)
            lines.writerow(alipay_bill.COLUMNS)
            for _ in range(rows):
                lines.writerow(values.values())
    file.seek(0)
    return file


def wechat_text(rows: int = ROWS) -> Iterable[str]:
    values = dict.fromkeys(wechat_bill.COLUMNS, "`") | {
        "交易时间": "`2026-11-23 08:00:00",
        "交易状态": "`SUCCESS",
        "商户订单号": "`20261123000000000001",
        "微信订单号": "`4200001",
        "订单金额": "`188.00",
    }
    yield "\ufeff" + ",".join(wechat_bill.COLUMNS) + "\r\n"
    for _ in range(rows):
        yield ",".join(values.values()) + "\r\n"
    yield f"总交易单数,应结订单总金额\r\n`{rows},`0.00\r\n"


def wechat_file(rows: int = ROWS) -> IO[bytes]:
    return BytesIO(gzip.compress("".join(wechat_text(rows)).encode()))


@pytest.mark.parametrize(("read", "make"), [(alipay_bill.rows_of, alipay_file), (wechat_bill.rows_of, wechat_file)])
def test_a_long_bill_takes_little_memory(read, make) -> None:
    file = make()
    tracemalloc.start()
    try:
        count = sum(row.kind == "payment" for row in read(file))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == ROWS
    assert peak < MEMORY


def test_a_row_is_read_without_its_decoration() -> None:
    of_alipay, of_wechat = next(alipay_bill.rows_of(alipay_file(1))), next(wechat_bill.rows_of(wechat_file(1)))
    assert isinstance(of_alipay, BillRow)
    assert (of_alipay.number, of_alipay.trade_no) == ("20261123000000000001", "2026112322001")
    assert (of_wechat.number, of_wechat.trade_no) == ("20261123000000000001", "4200001")
    assert of_alipay.happened_at.isoformat() == of_wechat.happened_at.isoformat() == "2026-11-23T08:00:00+08:00"


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04", b"\x1f\x8b"])
def test_a_file_that_is_no_bill_is_none(content: bytes) -> None:
    for read in (alipay_bill.rows_of, wechat_bill.rows_of):
        with pytest.raises(GatewayUnavailable):
            assert list(read(BytesIO(content))) == "unread"


def test_a_bill_that_was_cut_off_or_changed_is_not_read() -> None:
    text = "".join(wechat_text(10)).encode()
    digest = hashlib.sha1(text).hexdigest()
    wechat_bill.check_digest(BytesIO(gzip.compress(text)), sha1=digest.upper())
    for spoilt in (gzip.compress(text[:-10]), gzip.compress(text)[:-12], b"", b"no gzip"):
        with pytest.raises(GatewayUnavailable):
            wechat_bill.check_digest(BytesIO(spoilt), sha1=digest)
