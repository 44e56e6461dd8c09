"""How Alipay writes channel, states and times, in its answers and in what it tells by itself."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone

CHANNEL: Final = "alipay"
BEIJING = ZoneInfo("Asia/Shanghai")
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
OTHER_STATES = frozenset({"WAIT_BUYER_PAY", "TRADE_CLOSED"})


def time_of(text: str) -> datetime:
    """Read a time; one that is missing or malformed is this moment."""
    return parsed_time(text) or timezone.now()


def parsed_time(text: str) -> datetime | None:
    """Read a time, if it is one."""
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING)
    except ValueError:
        return None
