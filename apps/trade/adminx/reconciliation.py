"""Reconciliation: the days that were compared, and the differences as a list of things to do."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.trade.adminx.refund_gifts import PIECES, wanted_lines
from apps.trade.adminx.todos import TO_BE_SETTLED, SettleByNote
from apps.trade.models import Discrepancy, ReconciliationRun
from apps.trade.services import discrepancies, missing_refunds, past_days


class AskAgain(ServiceAction):
    """Asks the gateway, and records what it says as if it had told the shop by itself."""

    action_name = "ask_again"
    description = _("Ask the payment service again")
    icon = "fa fa-refresh"
    right = "trade.change_discrepancy"
    asks_gateway = True
    max_rows = 20  # each is a call to the gateway

    @classmethod
    def fits(cls, row: Discrepancy) -> bool:
        return discrepancies.can_be_asked_about(discrepancy=row)

    def act(self, row: Discrepancy, **answers: Any) -> None:
        discrepancies.ask_again(discrepancy=row, actor_id=self.user.pk)


class Booking(forms.Form):
    """What a refund was for that the payment service made by itself."""

    pieces = forms.RegexField(
        PIECES,
        label=_("pieces"),
        max_length=200,
        required=False,
        help_text=_(
            "Empty: all that are left if it is just their money, otherwise none. “1x2, 3x1”: two of the first line, "
            "one of the third. “0x0”: none."
        ),
    )
    with_freight = forms.BooleanField(label=_("with the freight"), required=False)


class BookHere(ServiceAction):
    """Writes down a refund that was made at the payment service's own desk."""

    action_name = "book_here"
    description = _("Book it here")
    icon = "fa fa-book"
    right = "trade.change_discrepancy"
    asks_gateway = True
    form = Booking
    max_rows = 1

    @classmethod
    def fits(cls, row: Discrepancy) -> bool:
        return missing_refunds.can_be_booked(discrepancy=row)

    def act(self, row: Discrepancy, **answers: Any) -> None:
        pieces = answers.pop("pieces")
        wanted = wanted_lines(row.payment.order, pieces) if pieces and row.payment else None
        missing_refunds.book_missing(discrepancy=row, actor_id=self.user.pk, wanted=wanted, **answers)


class SettleDiscrepancy(SettleByNote):
    """Closes a difference that staff have looked into."""

    right = "trade.change_discrepancy"


class CompareAnew(ServiceAction):
    """Fetches the bill again and compares the day once more; what it agrees with by then is found no more."""

    action_name = "compare_anew"
    description = _("Compare the day again")
    icon = "fa fa-balance-scale"
    right = "trade.change_discrepancy"

    @classmethod
    def fits(cls, row: Discrepancy | ReconciliationRun) -> bool:
        return isinstance(row, ReconciliationRun) or row.state == Discrepancy.State.OPEN

    def act(self, row: Discrepancy | ReconciliationRun, **answers: Any) -> None:
        past_days.compare_anew(run=row if isinstance(row, ReconciliationRun) else row.run)


class ReconciliationRunAdmin(ReadOnly):
    """Days that were compared with a bill; one whose difference is not explained stands out."""

    model_icon = "fa fa-check-square-o"
    list_display = (
        "day",
        "channel",
        "payment_count",
        "payment_sum",
        "our_payment_sum",
        "payments_differ",
        "refund_count",
        "refund_sum",
        "our_refund_sum",
        "refunds_differ",
        "unexplained",
        "finished_at",
    )
    list_filter = ("channel", "day", "finished_at")
    search_fields = ("channel",)
    actions = [CompareAnew]

    @display(description=_("payments differ by"))
    def payments_differ(self, run: ReconciliationRun) -> Decimal:
        return run.payment_difference

    @display(description=_("refunds differ by"))
    def refunds_differ(self, run: ReconciliationRun) -> Decimal:
        return run.refund_difference

    @display(description=_("not explained"))
    def unexplained(self, run: ReconciliationRun) -> str:
        return "-" if run.is_explained else f"{run.payments_unexplained} / {run.refunds_unexplained}"


class DiscrepancyAdmin(ReadOnly):
    """Differences; those that are to be settled are a shortcut away."""

    model_icon = "fa fa-exclamation-triangle"
    list_display = ("reference", "run", "subject", "kind", "number", "ours", "theirs", "state", "note", "actor")
    list_filter = ("state", "kind", "subject", "run__channel", "run__day", "created_at")
    search_fields = ("reference", "number", "note")
    list_bookmarks = [TO_BE_SETTLED]
    actions = [AskAgain, BookHere, CompareAnew, SettleDiscrepancy]
