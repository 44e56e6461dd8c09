"""How staff see trade. Nothing is typed here: orders are moved by actions, the rest is read."""

from apps.trade.adminx import cart, invoices, orders, payments, records, refunds, shipments

__all__ = ["cart", "invoices", "orders", "payments", "records", "refunds", "shipments"]
