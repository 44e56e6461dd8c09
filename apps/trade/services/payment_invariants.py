"""What must always be true of payments, and of the ways to pay by which they came."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from apps.common.invariants import Finding, differs, invariant
from apps.common.transactions import atomic_with_retry
from apps.trade.gateways import PAYER_FIELDS
from apps.trade.models import OddPayment, Payment, PaymentAttempt, ReconciliationRun, Refund
from apps.trade.services.personal_data import forget_payers


@invariant("paid_attempt_has_its_payment")
def find_attempts_without_their_payment() -> Iterator[Finding]:
    """An attempt to pay that succeeded has brought a payment."""
    attempts = PaymentAttempt.objects.filter(state=PaymentAttempt.State.PAID, payments=None)
    for attempt in attempts.order_by("pk").iterator():
        yield Finding(attempt.pk, f"attempt {attempt.number}", f"of {attempt.amount} is paid, and no payment is there")


@invariant("payment_is_of_its_attempt")
def find_payments_of_other_attempts() -> Iterator[Finding]:
    """A payment came through the channel, and for the order, of the way to pay that brought it."""
    payments = Payment.objects.filter(attempt__isnull=False)
    off = payments.exclude(order=F("attempt__order"), channel=F("attempt__channel"))
    for payment in off.order_by("pk").iterator():
        yield Finding(
            payment.pk, f"payment {payment.trade_no}", f"came by attempt {payment.attempt_id}, of other things"
        )


@invariant("payment_ends_its_attempt")
def find_attempts_that_go_on_after_their_payment() -> Iterator[Finding]:
    """A way to pay that brought a payment is paid."""
    payments = Payment.objects.filter(attempt__isnull=False).exclude(attempt__state=PaymentAttempt.State.PAID)
    for payment in payments.select_related("attempt").order_by("pk").iterator():
        state = payment.attempt and payment.attempt.state
        yield Finding(
            payment.pk, f"payment {payment.trade_no}", f"came by attempt {payment.attempt_id}, which is {state}"
        )


@invariant("accepted_payment_is_what_was_asked_for")
def find_payments_of_other_amounts() -> Iterator[Finding]:
    """A payment that paid its order is of the amount for which its way to pay was opened."""
    accepted = Payment.objects.filter(status=Payment.Status.ACCEPTED, attempt__isnull=False)
    for payment in accepted.filter(differs("amount", F("attempt__amount"))).select_related("attempt").order_by("pk"):
        asked = payment.attempt.amount if payment.attempt else None
        yield Finding(payment.pk, f"payment {payment.trade_no}", f"of {payment.amount} counts, {asked} was asked for")


@atomic_with_retry
def _forget_again(keys: list[int]) -> None:
    forget_payers(Payment.objects.filter(pk__in=keys))


@invariant("erased_payer_is_not_named", fix=_forget_again)
def find_payments_that_name_the_erased() -> Iterator[Finding]:
    """A payment does not name a payer whose data was erased, such as one that came after that."""
    fields = sorted(set().union(*PAYER_FIELDS.values()))
    of_erased = Payment.objects.filter(order__user__deletion__erased_at__isnull=False)
    for payment in of_erased.filter(~Q(buyer="") | Q(notification__has_any_keys=fields)).order_by("pk").iterator():
        yield Finding(payment.pk, f"payment {payment.trade_no}", "names a payer who was erased")


@invariant("odd_amount_is_a_to_do")
def find_odd_amounts_that_nobody_sees() -> Iterator[Finding]:
    """Another amount than was asked for, once a gateway named it, stands in a row that staff see."""
    kept = OddPayment.objects.filter(attempt=OuterRef("pk"), told=OuterRef("odd_amount"))
    attempts = PaymentAttempt.objects.filter(~Exists(kept), odd_amount__isnull=False)
    for attempt in attempts.order_by("pk").iterator():
        detail = f"asked for {attempt.amount}, its gateway said {attempt.odd_amount}, and nobody is told"
        yield Finding(attempt.pk, f"attempt {attempt.number}", detail)


@invariant("odd_payment_waits_for_no_recorded_trade")
def find_odd_payments_that_are_over() -> Iterator[Finding]:
    """A payment of another amount that waits for staff is of a trade whose payment is not recorded."""
    recorded = Payment.objects.filter(channel=OuterRef("channel"), trade_no=OuterRef("trade_no"))
    waiting = OddPayment.objects.filter(Q(Exists(recorded)), state=OddPayment.State.OPEN)
    for odd in waiting.order_by("pk").iterator():
        detail = f"of {odd.told} still waits for staff, and its payment is recorded"
        yield Finding(odd.pk, f"trade {odd.trade_no}", detail)


@invariant("billed_payment_has_its_bill")
def find_payments_of_no_bill() -> Iterator[Finding]:
    """A payment that is marked as listed was found in a bill of that day, which was compared."""
    bills = ReconciliationRun.objects.filter(channel=OuterRef("channel"), day=OuterRef("billed_on"))
    payments = Payment.objects.filter(~Exists(bills), billed_on__isnull=False)
    for payment in payments.order_by("pk").iterator():
        yield Finding(payment.pk, f"payment {payment.trade_no}", f"is in no bill of {payment.billed_on}")


@invariant("billed_refund_has_its_bill")
def find_refunds_of_no_bill() -> Iterator[Finding]:
    """A refund that is marked as listed was found in a bill of that day, which was compared."""
    bills = ReconciliationRun.objects.filter(channel=OuterRef("payment__channel"), day=OuterRef("billed_on"))
    refunds = Refund._base_manager.filter(~Exists(bills), billed_on__isnull=False)
    for refund in refunds.order_by("pk").iterator():
        yield Finding(refund.pk, f"refund {refund.number}", f"is in no bill of {refund.billed_on}")
