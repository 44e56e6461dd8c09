"""How staff see trade. Offers are typed here; orders are moved by actions, the rest is read."""

from apps.trade.adminx import cart, coupons, members, orders, payments, points, prices, promotions, records

__all__ = ["cart", "coupons", "members", "orders", "payments", "points", "prices", "promotions", "records"]
