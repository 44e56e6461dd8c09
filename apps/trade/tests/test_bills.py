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

ROWS = 5_000
# So many rows held at once would be twice this.
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
            text.write("#-----------业务明细列表结束-----------\r\n")
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


def unpacked_alipay_file(rows: int, encoding: str) -> bytes:
    with zipfile.ZipFile(alipay_file(rows)) as archive:
        return archive.read("2088_20261123_业务明细.csv").decode("gb18030").encode(encoding)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_alipays_unpacked_details_are_read_as_they_were_or_as_a_spreadsheet_saved_them(encoding: str) -> None:
    file = BytesIO(unpacked_alipay_file(3, encoding))
    assert list(alipay_bill.rows_of(file)) == list(alipay_bill.rows_of(alipay_file(3)))
    assert not file.closed


def test_wechats_unpacked_bill_is_read() -> None:
    file = BytesIO("".join(wechat_text(3)).encode())
    assert list(wechat_bill.rows_of(file)) == list(wechat_bill.rows_of(wechat_file(3)))
    assert not file.closed


def test_an_unpacked_bill_that_was_cut_off_is_not_read() -> None:
    for read, whole in (
        (alipay_bill.rows_of, unpacked_alipay_file(3, "gb18030")),
        (wechat_bill.rows_of, "".join(wechat_text(3)).encode()),
    ):
        lines = whole.splitlines(keepends=True)
        with pytest.raises(GatewayUnavailable, match="ends before its"):
            list(read(BytesIO(b"".join(lines[:-1] if read is alipay_bill.rows_of else lines[:-2]))))


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
