"""The cart, orders, idempotency keys, payments, and the sandbox's own books."""

from apps.trade.models.cart import CartChange, CartLine, GuestCart, GuestCartLine
from apps.trade.models.idempotency import IdempotencyKey
from apps.trade.models.orders import Order, OrderEvent, OrderLine, OrderStatus
from apps.trade.models.payments import Payment
from apps.trade.models.sandbox import SandboxTrade

__all__ = [
    "CartChange",
    "CartLine",
    "GuestCart",
    "GuestCartLine",
    "IdempotencyKey",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "SandboxTrade",
]
