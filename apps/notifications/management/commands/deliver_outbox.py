"""`manage.py deliver_outbox`."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.notifications.services import outbox


class Command(BaseCommand):
    """Send what the outbox owes and is due; `manage.py clock` does the same every few seconds."""

    help = "Send every outbox message that is due, once. Those that fail are put off; safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        arrived, failed = outbox.deliver_due()
        self.stdout.write(f"{arrived} delivered, {failed} not")
