"""Wiring of the shop: settings, routes, and the commands that cross apps. No rules live here."""
