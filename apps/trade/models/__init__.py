"""The cart, orders and what makes their price, idempotency keys, payments, and the sandbox's own books."""

from apps.trade.models.cart import CartLine
from apps.trade.models.coupons import Coupon, CouponGrant
from apps.trade.models.idempotency import IdempotencyKey
from apps.trade.models.members import MemberLevel, MemberPrice, Membership
from apps.trade.models.orders import Order, OrderEvent, OrderLine, OrderStatus
from apps.trade.models.payments import Payment
from apps.trade.models.points import PointsAccount, PointsEntry
from apps.trade.models.prices import OrderDiscount, OrderPriceChange
from apps.trade.models.promotions import FullReduction, ReductionTier
from apps.trade.models.purchases import GoodsPurchase
from apps.trade.models.sandbox import SandboxTrade

__all__ = [
    "CartLine",
    "Coupon",
    "CouponGrant",
    "FullReduction",
    "GoodsPurchase",
    "IdempotencyKey",
    "MemberLevel",
    "MemberPrice",
    "Membership",
    "Order",
    "OrderDiscount",
    "OrderEvent",
    "OrderLine",
    "OrderPriceChange",
    "OrderStatus",
    "Payment",
    "PointsAccount",
    "PointsEntry",
    "ReductionTier",
    "SandboxTrade",
]
