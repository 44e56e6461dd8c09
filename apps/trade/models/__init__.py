"""The cart, orders, idempotency keys, payments, parcels, invoices, and the sandbox's own books."""

from apps.trade.models.cart import CartLine
from apps.trade.models.idempotency import IdempotencyKey
from apps.trade.models.invoices import InvoiceRequest
from apps.trade.models.orders import Order, OrderEvent, OrderLine, OrderStatus
from apps.trade.models.payments import Payment
from apps.trade.models.sandbox import SandboxTrade
from apps.trade.models.shipments import Carrier, Shipment, ShipmentLine, TrackingEvent

__all__ = [
    "Carrier",
    "CartLine",
    "IdempotencyKey",
    "InvoiceRequest",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderStatus",
    "Payment",
    "SandboxTrade",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
]
