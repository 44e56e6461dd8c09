"""What the shop's own books sum to on a day of a bill, and how much of the difference is listed."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from apps.common.money import ZERO, to_money
from apps.trade.models import Discrepancy, Payment, ReconciliationRun, Refund, RefundState
from apps.trade.services.bill_days import span_of

Kind, Subject = Discrepancy.Kind, Discrepancy.Subject
ADDS_UP = {"count": Count("pk"), "sum": Sum("amount")}
# By how much more the bill has for it: a row that stands there once more, money that our books do not call back yet.
EXPLAINS = Case(
    When(kind=Kind.TWICE, then=F("theirs")),
    When(kind=Kind.STATE, then=F("ours")),
    default=Coalesce(F("theirs"), ZERO) - Coalesce(F("ours"), ZERO),
)


def payments_on(channel: str, day: date) -> QuerySet[Payment]:
    """Return the payments of a day, billed or not."""
    begin, end = span_of(day)
    return Payment.objects.filter(channel=channel, paid_at__gte=begin, paid_at__lt=end)


def unbilled_refunds(channel: str, day: date) -> QuerySet[Refund]:
    """Return the refunds that the shop heard of that day, and that no bill lists."""
    begin, end = span_of(day)
    return Refund.objects.filter(
        state=RefundState.SUCCEEDED,
        billed_on=None,
        payment__channel=channel,
        events__to_state=RefundState.SUCCEEDED,
        events__created_at__gte=begin,
        events__created_at__lt=end,
    )


def our_sums(*, run: ReconciliationRun) -> dict[str, Any]:
    """Sum up our rows that the bill lists, and those that it should have listed; and what the differences explain.

    The whole bill must have been read. The sums come from payments and refunds, not from the differences: what the
    comparison overlooks shows as a difference that nothing explains.
    """
    payments, refunds = _our_payments(run).aggregate(**ADDS_UP), _our_refunds(run).aggregate(**ADDS_UP)
    return {
        "our_payment_count": payments["count"],
        "our_payment_sum": _money(payments["sum"]),
        "our_refund_count": refunds["count"],
        "our_refund_sum": _money(refunds["sum"]),
        **_explained(run),
    }


def _our_payments(run: ReconciliationRun) -> QuerySet[Payment]:
    begin, end = span_of(run.day)
    unbilled = Q(billed_on=None, paid_at__gte=begin, paid_at__lt=end)
    return Payment.objects.filter(Q(billed_on=run.day) | unbilled, channel=run.channel)


def _our_refunds(run: ReconciliationRun) -> QuerySet[Refund]:
    unbilled = Q(pk__in=unbilled_refunds(run.channel, run.day).values("pk"))
    paid_back = Refund.objects.filter(payment__channel=run.channel, state=RefundState.SUCCEEDED)
    return paid_back.filter(Q(billed_on=run.day) | unbilled)


def _explained(run: ReconciliationRun) -> dict[str, Decimal]:
    seen = run.discrepancies.filter(seen_in__gte=run.passes).order_by()
    sums = dict(seen.values_list("subject").annotate(sum=Sum(EXPLAINS)))
    return {
        "payments_explained": _money(sums.get(Subject.PAYMENT)),
        "refunds_explained": _money(sums.get(Subject.REFUND)),
    }


def _money(told: Decimal | None) -> Decimal:
    # SQLite sums decimals as floats.
    return to_money(told or ZERO)
