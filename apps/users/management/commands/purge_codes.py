"""Forget old verify codes."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.users.services import codes


class Command(BaseCommand):
    """Delete verify codes and their allowances a day after their time; `manage.py clock` does it every hour."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        allowances, verify_codes = codes.purge_codes()
        self.stdout.write(f"deleted {verify_codes} codes and {allowances} allowances")
