"""`manage.py receive_orders`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.trade.models import Order
from apps.trade.services import completing


class Command(BaseCommand):
    """Receive orders whose buyers say nothing; `manage.py clock` does the same every ten minutes."""

    help = "Mark orders as received that were shipped MXSHOP_AUTO_RECEIVE_DAYS ago. Safe to run twice and at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list the orders that would be received")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            due = completing.orders_to_receive()
            for order in due.iterator():
                self._report(order)
            self.stdout.write(f"{due.count()} orders are due; nothing was changed")
        else:
            moved = completing.receive_orders(on_moved=self._report)
            self.stdout.write(f"{moved} orders received")

    def _report(self, order: Order) -> None:
        self.stdout.write(f"{order.number}  shipped {timezone.localtime(order.shipped_at):%Y-%m-%d %H:%M:%S}")
