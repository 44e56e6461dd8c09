"""Reconciliation: the gateway's bill of a day against the shop's books, row by row, both ways.

The bill is read in batches, so that its length costs no memory. What it lists is marked on our rows, which is how
the other direction finds what it does not list. Nothing but a day's differences is written, once each.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any, TypeAlias, TypeVar

from django.db.models import F, QuerySet
from django.utils import timezone

from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.bills import rows_of_file
from apps.trade.gateways.payment import BillRow, GatewayUnavailable, NoBill
from apps.trade.models import Discrepancy, Payment, ReconciliationRun, Refund, RefundState
from apps.trade.services.bill_days import day_of, last_day_with_bills, yesterday
from apps.trade.services.bill_numbers import Listed
from apps.trade.services.bill_sums import our_sums, payments_on, unbilled_refunds

BATCH = 1000

Row = TypeVar("Row", Payment, Refund)

Kind: TypeAlias = Discrepancy.Kind
State: TypeAlias = Discrepancy.State
Subject: TypeAlias = Discrepancy.Subject


@dataclass(kw_only=True)
class _Totals:
    """What the bill sums to."""

    counts: dict[str, int] = field(default_factory=lambda: {"payment": 0, "refund": 0})
    sums: dict[str, Decimal] = field(default_factory=lambda: {"payment": ZERO, "refund": ZERO})

    def add(self, row: BillRow) -> None:
        self.counts[row.kind] += 1
        self.sums[row.kind] += row.amount


@dataclass(kw_only=True)
class _Batch:
    """Rows of a bill that are matched in one go, and those that it had listed before."""

    rows: list[BillRow]
    listed_again: list[BillRow]

    def of(self, kind: str) -> tuple[list[BillRow], list[BillRow]]:
        """Return the rows of a kind that are new, and those that are listed again."""
        again = [row for row in self.listed_again if row.kind == kind]
        return [row for row in self.rows if row.kind == kind], again


def reconcile(*, channel: str, day: date, file: IO[bytes] | None = None) -> ReconciliationRun:
    """Compare a day of a channel with its bill, the gateway's or a downloaded one, and list what differs.

    Safe to repeat, and to run twice at the same time: what was found before is kept as it is, and what is found no
    more is `gone`. Raises GatewayUnavailable when there is no whole bill of this day; the day is then unfinished, and
    nothing is called missing or gone. So does a day that is under way stay unfinished, of which only the sandbox has a
    bill, of what has happened so far. Must not be called in a transaction.
    """
    rows = _bill_of(channel, day) if file is None else rows_of_file(channel=channel, file=file)
    run = _begin(channel, day)
    totals = _Totals()
    for batch in _batches(_counted(rows, day, totals)):
        _match(run, batch)
    _note_unbilled_payments(run)
    _note_unbilled_refunds(run)
    return _finish(run, totals)


def _bill_of(channel: str, day: date) -> Iterator[BillRow]:
    """Read the gateway's bill; that there is none is believed when it is due, and of a day on which nobody paid."""
    try:
        yield from payment_gateway(channel).bill(day=day)
    except NoBill as error:
        if day > last_day_with_bills():
            raise GatewayUnavailable(f"its bill of {day} is not drawn up yet") from error
        if payments_on(channel, day).exists() or unbilled_refunds(channel, day).exists():
            raise GatewayUnavailable(f"it has no bill of {day}, on which money moved") from error


def _begin(channel: str, day: date) -> ReconciliationRun:
    run, _is_new = ReconciliationRun.objects.get_or_create(channel=channel, day=day)
    return _next_pass(run)


@atomic_with_retry
def _next_pass(run: ReconciliationRun) -> ReconciliationRun:
    ReconciliationRun.objects.filter(pk=run.pk).update(passes=F("passes") + 1)
    run.refresh_from_db()
    return run


def _counted(rows: Iterable[BillRow], day: date, totals: _Totals) -> Iterator[BillRow]:
    for row in rows:
        # Only payments tell the day: some refunds are listed with the time of what they pay back.
        if row.kind == "payment" and day_of(row.happened_at) != day:
            raise GatewayUnavailable(f"its bill is not of {day}: {row.trade_no} is of {row.happened_at}")
        totals.add(row)
        yield row


def _batches(rows: Iterator[BillRow]) -> Iterator[_Batch]:
    with closing(Listed()) as listed:
        while batch := list(islice(rows, BATCH)):
            again = [listed.is_again(f"{row.kind} {_reference(row)}") for row in batch]
            yield _Batch(
                rows=[row for row, is_again in zip(batch, again, strict=True) if not is_again],
                listed_again=[row for row, is_again in zip(batch, again, strict=True) if is_again],
            )


def _reference(row: BillRow) -> str:
    """Return the number that tells rows of a kind apart."""
    # A refund that was made at the gateway's own desk may have no number of ours.
    return row.trade_no if row.kind == "payment" else row.refund_number or row.trade_no


# -- Theirs against ours ---------------------------------------------------------------------------
@atomic_with_retry
def _match(run: ReconciliationRun, batch: _Batch) -> None:
    payments = _match_payments(run, *batch.of("payment"))
    refunds = _match_refunds(run, *batch.of("refund"))
    _note(run, [*payments, *refunds])


def _match_payments(run: ReconciliationRun, rows: list[BillRow], again: list[BillRow]) -> list[Discrepancy]:
    if not rows and not again:
        return []
    found = Payment.objects.filter(channel=run.channel, trade_no__in={row.trade_no for row in [*rows, *again]})
    known = {payment.trade_no: payment for payment in found.only("trade_no", "amount", "billed_on")}
    Payment.objects.filter(pk__in=sorted(row.pk for row in known.values()), billed_on=None).update(billed_on=run.day)
    told = [(kind, row) for row in rows if (kind := _payment_differs(run, known.get(row.trade_no), row))]
    told += [(Kind.TWICE, row) for row in again]
    return [_payment_difference(run, kind, row, known.get(row.trade_no)) for kind, row in told]


def _payment_differs(run: ReconciliationRun, ours: Payment | None, row: BillRow) -> Kind | None:
    if ours is None:
        return Kind.MISSING_HERE
    if ours.billed_on not in (None, run.day):
        return Kind.TWICE  # it stands in another day's bill as well
    return None if ours.amount == row.amount else Kind.AMOUNT


def _payment_difference(run: ReconciliationRun, kind: Kind, row: BillRow, ours: Payment | None) -> Discrepancy:
    return _difference(run, kind, row, payment=ours, ours=ours.amount if ours else None)


def _match_refunds(run: ReconciliationRun, rows: list[BillRow], again: list[BillRow]) -> list[Discrepancy]:
    if not rows and not again:
        return []
    numbers = {_reference(row) for row in [*rows, *again]}
    found = Refund.objects.filter(payment__channel=run.channel, number__in=numbers)
    known = {refund.number: refund for refund in found.only("number", "amount", "state", "billed_on")}
    Refund.objects.filter(pk__in=sorted(row.pk for row in known.values()), billed_on=None).update(billed_on=run.day)
    told = [(kind, row) for row in rows for kind in _refund_differs(run, known.get(_reference(row)), row)]
    told += [(Kind.TWICE, row) for row in again]
    paid = _paid_back(run, [row for _kind, row in told if _reference(row) not in known])
    return [_refund_difference(run, kind, row, known.get(_reference(row)), paid) for kind, row in told]


def _refund_differs(run: ReconciliationRun, ours: Refund | None, row: BillRow) -> Iterator[Kind]:
    if ours is None:
        yield Kind.MISSING_HERE
    elif ours.billed_on not in (None, run.day):
        yield Kind.TWICE  # it stands in another day's bill as well
    else:
        if ours.amount != row.amount:
            yield Kind.AMOUNT
        if ours.state != RefundState.SUCCEEDED:
            yield Kind.STATE


def _paid_back(run: ReconciliationRun, rows: list[BillRow]) -> dict[str, int]:
    """Return the payments that were paid back by refunds which are missing here, by the gateway's numbers."""
    if not rows:
        return {}
    payments = Payment.objects.filter(channel=run.channel, trade_no__in={row.trade_no for row in rows})
    return dict(payments.values_list("trade_no", "pk"))


def _refund_difference(
    run: ReconciliationRun, kind: Kind, row: BillRow, ours: Refund | None, paid: Mapping[str, int]
) -> Discrepancy:
    if ours is None:
        return _difference(run, kind, row, payment_id=paid.get(row.trade_no))
    return _difference(run, kind, row, refund_id=ours.pk, ours=ours.amount)


def _difference(run: ReconciliationRun, kind: Kind, row: BillRow, **ours: Any) -> Discrepancy:
    return Discrepancy(
        run=run,
        subject=row.kind,
        kind=kind,
        reference=_reference(row),
        number=row.number,
        theirs=row.amount,
        seen_in=run.passes,
        **ours,
    )


# -- Ours against theirs ---------------------------------------------------------------------------
def _note_unbilled_payments(run: ReconciliationRun) -> None:
    """List payments of the day that no bill lists; the whole bill must have been read."""
    payments = payments_on(run.channel, run.day).filter(billed_on=None)
    for page in _pages(payments.select_related("attempt", "order")):
        _note(run, [_missing(run, Subject.PAYMENT, row.trade_no, row, row.amount, payment_id=row.pk) for row in page])


def _note_unbilled_refunds(run: ReconciliationRun) -> None:
    """List refunds that the shop heard of that day, and that neither this bill lists nor one before."""
    refunds = unbilled_refunds(run.channel, run.day)
    for page in _pages(refunds.select_related("payment__attempt", "payment__order")):
        paid = ((row, row.payment) for row in page if row.payment)
        _note(run, [_missing(run, Subject.REFUND, row.number, of, row.amount, refund_id=row.pk) for row, of in paid])


def _pages(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """Read rows page by page: an iterator would hold them all, for MariaDB's driver fetches a whole answer."""
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield page
        last = page[-1].pk


def _missing(
    run: ReconciliationRun, subject: Subject, reference: str, payment: Payment, ours: Decimal, **link: int
) -> Discrepancy:
    return Discrepancy(
        run=run,
        subject=subject,
        kind=Kind.MISSING_THERE,
        reference=reference,
        number=payment.number,
        ours=ours,
        seen_in=run.passes,
        **link,
    )


# -- What differs ----------------------------------------------------------------------------------
@atomic_with_retry
def _note(run: ReconciliationRun, differences: list[Discrepancy]) -> None:
    """Write what was not found before; what was stays as it is, and is open again if it had gone."""
    found = {(row.subject, row.kind, row.reference): row for row in differences}
    if not found:
        return
    references = {reference for _subject, _kind, reference in found}
    written = run.discrepancies.filter(reference__in=references)
    known = {(row.subject, row.kind, row.reference): row for row in written}
    Discrepancy.objects.bulk_create(
        [row for key, row in found.items() if key not in known], batch_size=BATCH, ignore_conflicts=True
    )
    again = sorted(row.pk for key, row in known.items() if key in found)
    seen = Discrepancy.objects.filter(pk__in=again)
    seen.filter(state=State.GONE).update(state=State.OPEN)
    # Never back: a pass that began later may have been here.
    seen.filter(seen_in__lt=run.passes).update(seen_in=run.passes)
    for key, row in known.items():
        if key in found:
            _bring_up_to_date(row, found[key])


def _bring_up_to_date(row: Discrepancy, found: Discrepancy) -> None:
    """Let a difference that was found before say what it is now; one that staff settled at other sums is open again."""
    has_moved = (row.ours, row.theirs) != (found.ours, found.theirs)
    if not has_moved and row.payment_id == found.payment_id:
        return
    this = Discrepancy.objects.filter(pk=row.pk)
    this.update(ours=found.ours, theirs=found.theirs, payment_id=found.payment_id)
    if has_moved:
        this.filter(state=State.RESOLVED).update(state=State.OPEN)


@atomic_with_retry
def _finish(run: ReconciliationRun, totals: _Totals) -> ReconciliationRun:
    # A pass that another one has overtaken leaves the last word to it.
    last = ReconciliationRun.objects.filter(pk=run.pk, passes=run.passes)
    if last.update(
        payment_count=totals.counts["payment"],
        payment_sum=totals.sums["payment"],
        refund_count=totals.counts["refund"],
        refund_sum=totals.sums["refund"],
        finished_at=timezone.now() if run.day <= yesterday() else None,
        **our_sums(run=run),
    ):
        run.discrepancies.filter(state=State.OPEN, seen_in__lt=run.passes).update(state=State.GONE)
    run.refresh_from_db()
    return run
