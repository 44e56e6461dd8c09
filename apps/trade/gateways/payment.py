"""What the shop expects of a payment gateway, in the shop's own words."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol


class NotBelieved(Exception):
    """A notification is unsigned, badly signed, malformed, or meant for another shop."""


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What a gateway says of a trade, after its signature and its addressee were checked.

    `is_paid` tells whether money arrived; `amount` is in yuan and not yet compared with any order.
    """

    channel: str
    number: str
    trade_no: str
    amount: Decimal
    is_paid: bool
    paid_at: datetime
    buyer: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class PaymentGateway(Protocol):
    """A gateway that shows its own cashier and tells by a signed notification what was paid."""

    def payment_url(self, *, number: str, subject: str, amount: Decimal, expires_at: datetime) -> str:
        """Return the address of the cashier for this order; no call is made."""

    def read_notification(self, *, body: bytes) -> Notification:
        """Check and read the body of a notification; raises NotBelieved."""
