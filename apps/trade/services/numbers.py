"""Numbers of orders and refunds."""

import secrets

from django.utils import timezone


def new_number(prefix: str = "") -> str:
    """Return a number: the day, for people, and sixteen random digits, which nobody guesses."""
    return f"{prefix}{timezone.localtime():%Y%m%d}{secrets.randbelow(10**16):016d}"
