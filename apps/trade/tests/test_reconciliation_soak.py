"""A bill of a hundred thousand rows."""

import pytest

from apps.trade.models import Discrepancy
from apps.trade.tests.factories import an_order
from apps.trade.tests.long_bills import paid_as_billed, peak_of_reconciling
from apps.users.models import UserProfile

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

ROWS = 100_000
# One batch and what the interpreter keeps; the rows' numbers alone would be more than twice this.
MEMORY = 8 * 1024 * 1024


def test_a_bill_of_100_000_rows_takes_the_memory_of_a_batch(alice: UserProfile) -> None:
    missing = 3
    paid_as_billed(an_order(alice), ROWS - missing)
    peak = peak_of_reconciling(ROWS)
    assert list(Discrepancy.objects.order_by("pk").values_list("kind", "reference")) == [
        ("missing_here", f"long-{n:08}") for n in range(ROWS - missing, ROWS)
    ]
    assert peak < MEMORY
