"""How staff see what was sent and told."""

from apps.notifications.adminx import notices, outbox

__all__ = ["notices", "outbox"]
