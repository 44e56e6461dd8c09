"""Bills as staff download them from the gateways' own sites."""

from collections.abc import Iterator
from typing import IO

from apps.trade.gateways import alipay_bill, wechat_bill
from apps.trade.gateways.payment import BillRow

_READERS = {"alipay": alipay_bill.rows_of, "wechat": wechat_bill.rows_of}


def rows_of_file(*, channel: str, file: IO[bytes]) -> Iterator[BillRow]:
    """Read a bill row by row, packed as its gateway hands it out or not; raises GatewayUnavailable if it is none."""
    return _READERS[channel](file)
