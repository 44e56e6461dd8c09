"""What Django 5.2, crispy-forms 2 and reversion 6 took away, or what never worked; importing registers the repairs."""

from xadmin_compat.patches import crispy, dashboard, exports, filters, inlines, logs, reversion, views, widgets

__all__ = ["crispy", "dashboard", "exports", "filters", "inlines", "logs", "reversion", "views", "widgets"]
