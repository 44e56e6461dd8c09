"""`manage.py close_expired_orders`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from apps.trade.models import Order
from apps.trade.services import closing


class Command(BaseCommand):
    """Close unpaid orders whose time is over; `manage.py clock` does the same every 30 seconds."""

    help = "Close orders that were not paid in time and return their stock. Safe to run twice and at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list the orders that would be closed")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["dry_run"]:
            overdue = Order.objects.overdue(now - settings.ORDER_GRACE).order_by("pk")
            for order in overdue.iterator():
                self._report(order)
            self.stdout.write(f"{overdue.count()} orders would be closed; nothing was changed")
        else:
            closed = closing.close_expired_orders(now=now, on_closed=self._report)
            self.stdout.write(f"{closed} orders closed")

    def _report(self, order: Order) -> None:
        self.stdout.write(f"{order.number}  due {timezone.localtime(order.expires_at):%Y-%m-%d %H:%M:%S}")
