"""How Alipay writes channel, states and times, in its answers and in what it tells by itself."""

from datetime import datetime
from typing import Final

from django.utils import timezone

from apps.common.clock import BEIJING

CHANNEL: Final = "alipay"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
OTHER_STATES = frozenset({"WAIT_BUYER_PAY", "TRADE_CLOSED"})
# Of a notification, what names who paid: the account, and its log-in name, a mobile or an e-mail with stars in it.
PAYER_FIELDS = frozenset(
    {"buyer_id", "buyer_user_id", "buyer_open_id", "open_id", "buyer_logon_id", "buyer_email", "buyer_user_name"}
)


def time_of(text: str) -> datetime:
    """Read a time; one that is missing or malformed is this moment."""
    return parsed_time(text) or timezone.now()


def parsed_time(text: str) -> datetime | None:
    """Read a time, if it is one."""
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING)
    except ValueError:
        return None
