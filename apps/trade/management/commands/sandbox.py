"""`manage.py sandbox`."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.trade.gateways.sandbox.trades import SandboxRefusal
from apps.trade.models import Channel, PaymentAttempt, SandboxNotice, SandboxTrade
from apps.trade.services import attempts, sandbox, sandbox_notices


class Command(BaseCommand):
    """Play the buyers and the bad days of the local payment sandbox."""

    help = "Look into the payment sandbox, pay there, and choose what goes wrong. Refused where money is real."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        actions.add_parser("list", help="list the latest trades, and what the sandbox still owes the shop")
        pay = actions.add_parser("pay", help="pay what a number stands for, as its buyer would; the shop is notified")
        pay.add_argument("number", help="what the gateway was given: an order's number, or one such as ...-2")
        pay.add_argument("--chaos", choices=SandboxTrade.Chaos.values, help="what goes wrong with it from now on")
        chaos = actions.add_parser("chaos", help="choose what goes wrong with a trade from now on")
        chaos.add_argument("number", help="the number that the gateway was given")
        chaos.add_argument("chaos", choices=[value or "none" for value in SandboxTrade.Chaos.values])
        notify = actions.add_parser("notify", help="send the shop what it is owed; with a number, notify it once more")
        notify.add_argument("number", nargs="?", help="the number of a paid trade")
        notify.add_argument("--flaw", choices=["wrong_amount", "forged", "out_of_order"], help="spoil it")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PAYMENT_MODE != "sandbox":
            raise CommandError("this shop is paid with real money: there is no sandbox")
        getattr(self, f"do_{options['action']}")(options)

    def do_list(self, options: dict[str, Any]) -> None:
        """Print the latest trades."""
        for trade in SandboxTrade.objects.order_by("-pk")[:20]:
            words = (trade.out_trade_no, trade.channel, f"{trade.total_amount:.2f}", trade.state, trade.chaos)
            self.stdout.write("  ".join(words).rstrip())
        owed = SandboxNotice.objects.filter(status=SandboxNotice.Status.DUE)
        self.stdout.write(f"{owed.count()} notifications are still to be sent")

    def do_pay(self, options: dict[str, Any]) -> None:
        """Pay as a buyer would, from the address or the code that the shop gave out."""
        trade = _opened(options["number"])
        try:
            trade = sandbox.pay(trade=trade, chaos=options["chaos"])
        except SandboxRefusal as refusal:
            raise CommandError(f"the cashier refuses: {refusal}") from refusal
        self._deliver(trade)

    def do_chaos(self, options: dict[str, Any]) -> None:
        """Choose what goes wrong."""
        trade = _opened(options["number"])
        sandbox.set_chaos(trade=trade, chaos="" if options["chaos"] == "none" else options["chaos"])
        self.stdout.write(f"{trade.out_trade_no}: {options['chaos']}")

    def do_notify(self, options: dict[str, Any]) -> None:
        """Send what is owed, at once; of a number also what was sent, lost or put off."""
        if not options["number"]:
            SandboxNotice.objects.filter(status=SandboxNotice.Status.DUE).update(due_at=timezone.now())
            self.stdout.write(f"{sandbox_notices.deliver_due()} notifications were taken")
            return
        trade = _opened(options["number"])
        if trade.state != SandboxTrade.State.PAID:
            raise CommandError(f"{trade.out_trade_no} is not paid")
        sandbox_notices.owe(trade=trade, flaw=options["flaw"] or "")
        self._deliver(trade)

    def _deliver(self, trade: SandboxTrade) -> None:
        sandbox_notices.deliver_due(trade=trade)
        taken = trade.notices.filter(status=SandboxNotice.Status.SENT).count()
        self.stdout.write(
            f"{trade.out_trade_no}: {trade.state}, {taken} of {trade.notices.count()} notifications taken"
        )
        for notice in trade.notices.exclude(last_error=""):
            self.stdout.write(f"  not taken: {notice.last_error}")


def _opened(number: str) -> SandboxTrade:
    """Return the trade of a number; where the shop gave it out and nobody came yet, open the cashier."""
    trade = SandboxTrade.objects.filter(out_trade_no=number).first()
    if trade is not None:
        return trade
    attempt = PaymentAttempt.objects.filter(number=number).select_related("order").first()
    if attempt is None:
        raise CommandError(f"no gateway was ever given the number {number}")
    attempt = attempts.start(public_id=attempt.public_id)
    if attempt.channel == Channel.ALIPAY and attempt.instructions:
        order = sandbox.order_at(
            url=attempt.instructions["redirect_url"] or attempt.instructions["parameters"]["order_string"]
        )
        return sandbox.open_trade(order=order)
    return SandboxTrade.objects.get(out_trade_no=number)
