"""A day that is compared by several at the same moment: each difference is told once, and each mark is set."""

from collections import Counter

import pytest
from django.utils import timezone

from apps.common.tests.racing import run_together
from apps.trade.models import Discrepancy, Payment, ReconciliationRun
from apps.trade.services import reconciliation
from apps.trade.tests.factories import an_order
from apps.trade.tests.long_bills import DAY, NOON, a_long_bill, paid_as_billed
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db(transaction=True)

BILLED, PAID, OTHER_PRICE = 2500, 2400, 30
PASSES = 4


@pytest.fixture
def differing(alice: UserProfile) -> dict[str, int]:
    """Books and a bill of three batches that differ in each way; returns how often in which."""
    order = an_order(alice)
    paid_as_billed(order, PAID)
    Payment.objects.filter(trade_no__lt=f"long-{OTHER_PRICE:08}").update(amount="2.00")
    Payment.objects.bulk_create(
        Payment(order=order, channel="alipay", trade_no=f"ours-{n}", amount="1.00", status="accepted", paid_at=NOON)
        for n in range(20)
    )
    return {"missing_here": BILLED - PAID, "amount": OTHER_PRICE, "missing_there": 20}


def compare_together(*lengths: int) -> list[ReconciliationRun]:
    files = [a_long_bill(length) for length in lengths]
    return run_together(len(files), lambda n: reconciliation.reconcile(channel="alipay", day=DAY, file=files[n]))


def test_passes_at_once_tell_each_difference_once(differing: dict[str, int]) -> None:
    compare_together(*[BILLED] * PASSES)

    run = ReconciliationRun.objects.get()
    assert (run.passes, run.payment_count) == (PASSES, BILLED)
    assert run.finished_at is not None
    assert Counter(Discrepancy.objects.values_list("kind", flat=True)) == differing
    assert set(Discrepancy.objects.values_list("state", flat=True)) == {"open"}
    assert Payment.objects.filter(billed_on=DAY).count() == PAID
    assert Payment.objects.filter(billed_on=None).count() == differing["missing_there"]


def test_what_staff_settled_stays_so_when_passes_at_once_find_it_again(differing: dict[str, int]) -> None:
    compare_together(BILLED)
    Discrepancy.objects.filter(kind="amount").update(state="resolved", resolved_at=timezone.now(), note="已核对")

    compare_together(BILLED, BILLED)

    settled = Discrepancy.objects.filter(state="resolved", note="已核对")
    assert settled.count() == Discrepancy.objects.filter(kind="amount").count() == differing["amount"]
    assert Discrepancy.objects.filter(state="open").count() == sum(differing.values()) - differing["amount"]
