"""Which notices, in words that chain."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from apps.notifications.models.notices import Notice


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices."""

    def of(self, user_id: int) -> "NoticeQuerySet":
        """Return the notices of one user."""
        return self.filter(user_id=user_id)

    def unread(self) -> "NoticeQuerySet":
        """Return those that their user has not read."""
        return self.filter(read_at=None)
