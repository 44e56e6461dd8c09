"""How staff see trade. Nothing is typed here: orders are moved by actions, the rest is read."""

from apps.trade.adminx import cart, orders, payments, records, shipments

__all__ = ["cart", "orders", "payments", "records", "shipments"]
