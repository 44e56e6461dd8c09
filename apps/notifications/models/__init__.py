"""Calls that are owed to the outside, and what buyers are told in the shop."""

from apps.notifications.models.notices import Notice
from apps.notifications.models.outbox import OutboxMessage

__all__ = ["Notice", "OutboxMessage"]
