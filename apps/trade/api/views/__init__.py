"""The routes of cart, orders and payments: parse, call, print."""
