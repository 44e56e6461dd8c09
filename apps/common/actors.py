"""Who did something, as a column of the row that keeps it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def actor_column() -> "models.ForeignKey[Any, Any]":
    """Return a column that names who did it; none for the shop itself, and for whose account is gone."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
