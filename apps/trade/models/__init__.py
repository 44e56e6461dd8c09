"""The cart, orders, idempotency keys, payments, refunds, parcels, invoices, and the sandbox's own books."""

from apps.trade.models.cart import CartChange, CartLine, GuestCart, GuestCartLine
from apps.trade.models.idempotency import IdempotencyKey
from apps.trade.models.invoices import InvoiceRequest
from apps.trade.models.orders import Order, OrderEvent, OrderLine, OrderStatus
from apps.trade.models.payments import Channel, Payment, PaymentAttempt
from apps.trade.models.refunds import (
    Refund,
    RefundEvent,
    RefundKind,
    RefundLine,
    RefundPicture,
    RefundReason,
    RefundState,
)
from apps.trade.models.sandbox import SandboxNotice, SandboxRefund, SandboxTrade
from apps.trade.models.shipments import Carrier, Shipment, ShipmentLine, TrackingEvent

__all__ = [
    "Carrier",
    "CartChange",
    "CartLine",
    "Channel",
    "GuestCart",
    "GuestCartLine",
    "IdempotencyKey",
    "InvoiceRequest",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "PaymentAttempt",
    "Refund",
    "RefundEvent",
    "RefundKind",
    "RefundLine",
    "RefundPicture",
    "RefundReason",
    "RefundState",
    "SandboxNotice",
    "SandboxRefund",
    "SandboxTrade",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
]
