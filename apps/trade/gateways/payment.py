"""What the shop expects of a payment gateway, in the shop's own words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

# So long a notification counts by its signature alone.
WINDOW = timedelta(minutes=5)

TradeState = Literal["open", "paid", "closed"]
RefundState = Literal["done", "pending", "refused"]
RowKind = Literal["payment", "refund"]


class NotBelieved(Exception):
    """A notification is unsigned, badly signed, malformed, too old, or meant for another shop."""


class GatewayUnavailable(Exception):
    """The gateway gave no answer that can be believed: what became of the request is unknown.

    Nothing may be concluded from it. Whoever gets it asks again later; every call here is safe to repeat.
    """


class NoBill(GatewayUnavailable):
    """The gateway has no bill of that day: nothing was paid, or it is not drawn up yet; it does not say which."""


class GatewayRefused(Exception):
    """The gateway understood the request and will not do it; the text is the gateway's own reason."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """What a buyer's client needs to pay: an address to go to, a text to draw as QR code, or parameters for an app.

    It can be paid by for as long as `valid_for`; afterwards the same `start` once more brings what can.
    """

    valid_for: timedelta
    redirect_url: str = ""
    code_url: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Notification:
    """What a gateway says of a trade, after signature, addressee and currency were checked.

    `is_paid` tells whether money arrived; `amount` is in yuan and not yet compared with any order. One that is not
    `is_fresh` was sent longer ago than `WINDOW`, or does not say when: it may be a copy that somebody kept, and the
    gateway has to confirm what it tells of.
    """

    channel: str
    number: str
    trade_no: str
    amount: Decimal
    is_paid: bool
    paid_at: datetime
    buyer: str = ""
    is_fresh: bool = True
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Trade:
    """What a gateway answers when it is asked about a trade; `amount` is in yuan.

    `paid` stays `paid` when the money went back later. `paid_at` is there when it is paid.
    """

    number: str
    trade_no: str
    state: TradeState
    amount: Decimal
    paid_at: datetime | None = None
    buyer: str = ""


@dataclass(frozen=True, kw_only=True)
class GatewayRefund:
    """How far a refund is: `done` means the money is with the buyer, `pending` that the gateway is at work.

    `refused` means that this refund number will never move money; `reason` is the gateway's own.
    """

    state: RefundState
    amount: Decimal
    gateway_number: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundNotification:
    """What a gateway tells of a refund by itself; checked like a `Notification`."""

    channel: str
    number: str
    refund_number: str
    refund: GatewayRefund


@dataclass(frozen=True, kw_only=True)
class BillRow:
    """A line of the gateway's bill of a day; `amount` is positive, in yuan, also for a refund."""

    kind: RowKind
    number: str
    trade_no: str
    refund_number: str
    amount: Decimal
    happened_at: datetime


class PaymentGateway(Protocol):
    """A gateway: it shows buyers its own cashier, tells what was paid, answers questions, and pays back.

    `number` is what the shop calls a trade, `refund_number` what it calls a refund; the same number always means the
    same, so every call may be repeated. Amounts are in yuan. All but `read_notification` may call the gateway: they
    raise GatewayUnavailable when the outcome is unknown, and must never be called inside a transaction.
    """

    channel: str

    def start(
        self, *, method: str, number: str, subject: str, amount: Decimal, expires_at: datetime, payer: str = ""
    ) -> Start:
        """Ask for a payment and return what the client needs for it; raises GatewayRefused.

        `payer` is who pays, where the method wants to know: the open id of `jsapi`, the IP address of `h5`.
        Alipay's methods make no call: the shop's signature is all they need.
        """

    def read_notification(self, *, headers: Mapping[str, str], body: bytes) -> Notification | RefundNotification:
        """Check and read a notification as it came over the wire; raises NotBelieved.

        No call is made about it. One is made for the gateway's new keys, now and then, where it is signed by a key that
        is not known; never in a transaction.
        """

    def renew_keys(self) -> None:
        """Ask for the keys by which the gateway signs at present, where it changes them by itself."""

    def query(self, *, number: str) -> Trade | None:
        """Ask about a trade; none if the gateway does not know it (nobody has opened the cashier yet)."""

    def close(self, *, number: str) -> None:
        """See to it that a trade which is not paid yet cannot be paid any more.

        Says nothing about trades that are paid, closed or unknown: ask with `query` afterwards.
        """

    def refund(
        self, *, number: str, trade_no: str, refund_number: str, amount: Decimal, total: Decimal, reason: str
    ) -> GatewayRefund:
        """Pay `amount` of a trade of `total` back; sending the same refund number again moves nothing twice.

        `trade_no` is the gateway's number of the very payment: one that it does not know is refused, and not paid back
        out of another that came under the same `number`.
        """

    def query_refund(self, *, number: str, refund_number: str) -> GatewayRefund | None:
        """Ask about a refund; none if the gateway has never taken one under this number."""

    def bill(self, *, day: date) -> Iterator[BillRow]:
        """Fetch the bill of a past day (in China) and read it row by row, from the disk, whatever its length.

        Raises NoBill where there is none, which may be a day without trades or a bill that is not drawn up yet.
        """
