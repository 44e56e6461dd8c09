"""`manage.py settle_refunds`."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.trade.services import refund_deadlines, refund_execution


class Command(BaseCommand):
    """End refunds whose time is over and pay back what is owed; `manage.py clock` does the same every 30 seconds."""

    help = "Pay back the refunds that are owed and end those whose time is over. Safe to run twice and at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{refund_deadlines.end_overdue_refunds()} refunds ended by their deadline")
        over, waiting = refund_execution.settle_due_refunds()
        self.stdout.write(f"{over} refunds settled, {waiting} still to be asked about")
