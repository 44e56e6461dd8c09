"""What must always be true of rows that somebody has to come back to: without a time, nobody ever would."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from apps.common.invariants import Finding, invariant, rewrite
from apps.trade.models import IdempotencyKey, InvoiceRequest, PaymentAttempt, Refund, RefundState
from apps.trade.states import CLOSED, UNDECIDED, OrderStatus

PROCESSING = Q(state=RefundState.PROCESSING)
OPEN = Q(state=PaymentAttempt.State.OPEN)
NEVER = Q(next_try_at=None)
NEVER_ASKED = Q(next_query_at=None)


def _try_now(keys: list[int]) -> None:
    refunds = Refund._base_manager.filter(pk__in=keys)
    rewrite(refunds.filter(PROCESSING & NEVER), next_try_at=timezone.now())
    rewrite(refunds.exclude(PROCESSING | NEVER), next_try_at=None)


@invariant("refund_on_its_way_is_asked_about", fix=_try_now)
def find_refunds_that_nobody_asks_about() -> Iterator[Finding]:
    """A gateway is to be asked about a refund at a time, just as long as its money is on its way."""
    refunds = Refund._base_manager.filter((PROCESSING & NEVER) | ~(PROCESSING | NEVER))
    for refund in refunds.order_by("pk").iterator():
        yield Finding(
            refund.pk, f"refund {refund.number}", f"is {refund.state}, to be asked about: {refund.next_try_at}"
        )


@invariant("refund_waits_until_a_time")
def find_refunds_that_wait_for_ever() -> Iterator[Finding]:
    """A refund that waits for its buyer or for staff says until when, and no other one does."""
    waits, until = Q(state__in=UNDECIDED), Q(deadline_at__isnull=False)
    for refund in Refund._base_manager.filter((waits & ~until) | (until & ~waits)).order_by("pk").iterator():
        yield Finding(refund.pk, f"refund {refund.number}", f"is {refund.state} until {refund.deadline_at}")


def _ask_now(keys: list[int]) -> None:
    attempts = PaymentAttempt.objects.filter(pk__in=keys)
    rewrite(attempts.filter(OPEN & NEVER_ASKED), next_query_at=timezone.now())
    rewrite(attempts.exclude(OPEN | NEVER_ASKED), next_query_at=None)


@invariant("open_attempt_is_asked_about", fix=_ask_now)
def find_attempts_that_nobody_asks_about() -> Iterator[Finding]:
    """A gateway is to be asked about an attempt to pay at a time, just as long as it is open."""
    attempts = PaymentAttempt.objects.filter((OPEN & NEVER_ASKED) | ~(OPEN | NEVER_ASKED))
    for attempt in attempts.order_by("pk").iterator():
        detail = f"is {attempt.state}, to be asked about: {attempt.next_query_at}"
        yield Finding(attempt.pk, f"attempt {attempt.number}", detail)


@invariant("key_is_claimed_or_answered")
def find_keys_that_are_stuck() -> Iterator[Finding]:
    """An idempotency key is claimed until a time, or it has its answer."""
    claimed, answered = Q(claimed_until__isnull=False), ~Q(status=0)
    keys = IdempotencyKey.objects.filter((claimed & answered) | ~(claimed | answered))
    for key in keys.order_by("pk").iterator():
        yield Finding(key.pk, f"key {key.pk}", f"is answered by {key.status} and claimed until {key.claimed_until}")


@invariant("invoice_is_of_a_paid_order")
def find_invoices_of_nothing() -> Iterator[Finding]:
    """An invoice is void of whose order nothing is left to be paid."""
    over = Q(order__status__in=CLOSED | {OrderStatus.REFUNDED})
    requests = InvoiceRequest.objects.filter(over).exclude(state=InvoiceRequest.State.VOID).select_related("order")
    for request in requests.order_by("pk").iterator():
        yield Finding(request.pk, f"invoice of order {request.order.number}", f"is {request.state}")


@invariant("issued_invoice_has_its_number")
def find_invoices_without_number() -> Iterator[Finding]:
    """An invoice that was issued says when and under which number; one that waits says neither."""
    issued, waits = Q(state=InvoiceRequest.State.ISSUED), Q(state=InvoiceRequest.State.REQUESTED)
    dated = Q(issued_at__isnull=False)
    for request in InvoiceRequest.objects.filter((issued & ~dated) | (waits & dated)).order_by("pk").iterator():
        yield Finding(request.pk, f"invoice {request.pk}", f"is {request.state}, issued at {request.issued_at}")
