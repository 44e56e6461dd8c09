"""`manage.py ask_about_payments`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.trade.models import PaymentAttempt
from apps.trade.services import questions


class Command(BaseCommand):
    """Ask the gateways about open payments; `manage.py clock` does so by itself, with growing pauses."""

    help = (
        "Ask the gateways what became of the payments that are open here: what is due, or with --all every one, or "
        "the one of a NUMBER. Records what was paid, and closes what nobody waits for any more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", nargs="?", help="the number that the gateway was given, such as an order's")
        parser.add_argument("--all", action="store_true", help="ask also about what is not due yet")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["number"] or options["all"]):
            self.stdout.write(f"{questions.ask_about_due_attempts()} payments settled")
            return
        asked = PaymentAttempt.objects.select_related("order").order_by("pk")
        if options["number"]:
            asked = asked.filter(number=options["number"])
            if not asked.exists():
                raise CommandError(f"no gateway was ever given the number {options['number']}")
        else:
            asked = asked.filter(state=PaymentAttempt.State.OPEN)
        for attempt in asked.iterator():
            self.stdout.write(f"{attempt.number}  {attempt.channel}  {questions.ask_about(attempt=attempt)}")
