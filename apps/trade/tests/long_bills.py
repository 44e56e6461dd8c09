"""Bills of many rows, and the payments that they list."""

import tracemalloc
import zipfile
from datetime import date, datetime
from io import BytesIO, TextIOWrapper
from typing import IO, Any

from apps.common.clock import BEIJING
from apps.trade.gateways import alipay_bill
from apps.trade.models import Order, Payment
from apps.trade.services.reconciliation import reconcile

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=BEIJING)


def a_long_bill(rows: int, *, first: int = 0) -> IO[bytes]:
    """Alipay's file of this many payments of ¥1, written without holding it as text."""
    file = BytesIO()
    values = dict.fromkeys(alipay_bill.COLUMNS, "") | {
        "业务类型": "交易",
        "完成时间": "2026-11-23 08:00:00",
        "订单金额（元）": "1.00",
    }
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("2088_20261123_业务明细.csv", "w") as raw,
        TextIOWrapper(raw, "gb18030", newline="") as text,
    ):
        text.write(",".join(alipay_bill.COLUMNS) + "\r\n")
        for n in range(first, first + rows):
            values["支付宝交易号"] = values["商户订单号"] = f"long-{n:08}"
            text.write(",".join(values.values()) + "\r\n")
        text.write("#-----------业务明细列表结束-----------\r\n")
    file.seek(0)
    return file


def paid_as_billed(order: Order, rows: int, **columns: Any) -> None:
    """Write this many payments as the bill has them, from its first on."""
    facts = {"order": order, "channel": "alipay", "amount": "1.00", "status": "accepted", "paid_at": NOON, **columns}
    Payment.objects.bulk_create((Payment(trade_no=f"long-{n:08}", **facts) for n in range(rows)), batch_size=2000)


def peak_of_reconciling(rows: int) -> int:
    """Compare a bill of so many rows, and return the most bytes that were held for it."""
    file = a_long_bill(rows)
    tracemalloc.start()
    try:
        run = reconcile(channel="alipay", day=DAY, file=file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert run.payment_count == rows
    return peak
