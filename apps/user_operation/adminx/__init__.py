"""How staff see what shoppers keep and write."""

from apps.user_operation.adminx import keepings, messages, reviews

__all__ = ["keepings", "messages", "reviews"]
