"""What happens in trade that other rooms, and other subjects of this one, act on in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from apps.common.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderMoved(Event):
    """An order went from one state to another; `before` and `after` are values of `OrderStatus`."""

    order_id: int
    number: str
    buyer_id: int
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class OrderRepriced(Event):
    """Staff changed what an unpaid order costs: a payment that was begun for `old_total` no longer pays it."""

    order_id: int
    old_total: Decimal
    new_total: Decimal


@dataclass(frozen=True, kw_only=True)
class LinesRefunded(Event):
    """Money of an order is back with its buyer: `pieces` maps order lines to how many of their pieces went back.

    `amount` is the whole sum, freight included; `is_last` tells that with these every piece of the order
    has gone back, which happens once.
    """

    order_id: int
    refund_number: str
    pieces: Mapping[int, int]
    amount: Decimal
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class RefundDue(Event):
    """Money arrived that its order cannot take; the payment is recorded, and has to go back."""

    payment_id: int


@dataclass(frozen=True, kw_only=True)
class RefundReported(Event):
    """A gateway told by itself how far a refund is: `state` is `done`, `pending` or `refused`."""

    channel: str
    refund_number: str
    state: Literal["done", "pending", "refused"]
    amount: Decimal
    gateway_number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RefundMoved(Event):
    """A refund went from one state to another; `before` (empty for a new one) and `after` are of `RefundState`."""

    refund_id: int
    before: str
    after: str
