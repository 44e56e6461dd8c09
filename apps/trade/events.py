"""What happens in trade that other rooms, and other subjects of this one, act on in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.common.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderMoved(Event):
    """An order went from one state to another; `before` and `after` are values of `OrderStatus`."""

    order_id: int
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

    `amount` is the whole sum, freight included; `is_last` tells that nothing of the order remains paid.
    """

    order_id: int
    refund_number: str
    pieces: Mapping[int, int]
    amount: Decimal
    is_last: bool
