"""The cart, orders and what makes their price, payments, refunds, parcels, invoices, and the sandbox's own books."""

from apps.trade.models.cart import CartChange, CartLine, GuestCart, GuestCartLine
from apps.trade.models.coupons import Coupon, CouponGrant
from apps.trade.models.idempotency import IdempotencyKey
from apps.trade.models.invoices import InvoiceRequest
from apps.trade.models.members import MemberLevel, MemberPrice, Membership
from apps.trade.models.odd_payments import OddPayment
from apps.trade.models.odd_refunds import OddRefund
from apps.trade.models.order_notes import OrderNoteChange
from apps.trade.models.orders import Order, OrderEvent, OrderLine
from apps.trade.models.payments import Channel, Payment, PaymentAttempt
from apps.trade.models.points import PointsAccount, PointsEntry
from apps.trade.models.prices import OrderDiscount, OrderPriceChange
from apps.trade.models.promotions import FullReduction, ReductionTier
from apps.trade.models.purchases import GoodsPurchase
from apps.trade.models.reconciliation import Discrepancy, ReconciliationRun
from apps.trade.models.refunds import (
    Refund,
    RefundEvent,
    RefundKind,
    RefundLine,
    RefundPicture,
    RefundReason,
)
from apps.trade.models.sandbox import SandboxNotice, SandboxRefund, SandboxTrade
from apps.trade.models.shipments import Carrier, Shipment, ShipmentLine, TrackingEvent
from apps.trade.states import OrderStatus, RefundState

__all__ = [
    "Carrier",
    "CartChange",
    "CartLine",
    "Channel",
    "Coupon",
    "CouponGrant",
    "Discrepancy",
    "FullReduction",
    "GoodsPurchase",
    "GuestCart",
    "GuestCartLine",
    "IdempotencyKey",
    "InvoiceRequest",
    "MemberLevel",
    "MemberPrice",
    "Membership",
    "OddPayment",
    "OddRefund",
    "Order",
    "OrderDiscount",
    "OrderEvent",
    "OrderLine",
    "OrderNoteChange",
    "OrderPriceChange",
    "OrderStatus",
    "Payment",
    "PaymentAttempt",
    "PointsAccount",
    "PointsEntry",
    "ReconciliationRun",
    "ReductionTier",
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
