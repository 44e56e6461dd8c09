"""How staff see trade. Offers are typed here; orders are moved by actions, the rest is read."""

from apps.trade.adminx import (
    cart,
    coupons,
    invoices,
    members,
    odd_payments,
    odd_refunds,
    order_notes,
    orders,
    payments,
    points,
    prices,
    promotions,
    reconciliation,
    records,
    refunds,
    shipments,
)

__all__ = [
    "cart",
    "coupons",
    "invoices",
    "members",
    "odd_payments",
    "odd_refunds",
    "order_notes",
    "orders",
    "payments",
    "points",
    "prices",
    "promotions",
    "reconciliation",
    "records",
    "refunds",
    "shipments",
]
