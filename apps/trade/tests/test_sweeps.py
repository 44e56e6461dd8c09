"""A sweep does its work for every row that can be done: one that is broken is logged, and holds up no other."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.trade.models import Order, OrderStatus, Refund, RefundState
from apps.trade.services import closing, completing, refund_deadlines, refunds, shipments
from apps.trade.tests.factories import a_paid_order, a_shipment, an_order
from apps.trade.tests.refunding import a_refundable_order
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def break_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[object, str], None]:
    """Have a function of a module fail the first time it is called."""

    def arrange(module: object, name: str) -> None:
        errors = [ValueError("the first row is broken")]
        work = getattr(module, name)

        def once(*args: object, **kwargs: object) -> object:
            if errors:
                raise errors.pop()
            return work(*args, **kwargs)

        monkeypatch.setattr(module, name, once)

    return arrange


def test_orders_after_a_broken_one_expire(alice: UserProfile, break_once, caplog: pytest.LogCaptureFixture) -> None:
    first, second = an_order(alice), an_order(alice)
    break_once(closing, "give_back_everything")

    assert closing.close_expired_orders(now=timezone.now() + timedelta(days=1)) == 1

    states = [Order.objects.get(pk=order.pk).status for order in (first, second)]
    assert states == [OrderStatus.PENDING_PAYMENT, OrderStatus.EXPIRED]
    assert f"a sweep failed on {first.number}" in caplog.text
    assert "the first row is broken" in caplog.text


@pytest.mark.parametrize(
    ("since", "sweep", "work", "state"),
    [
        (OrderStatus.SHIPPED, completing.receive_orders, "receive_order", OrderStatus.RECEIVED),
        (OrderStatus.RECEIVED, completing.finish_orders, "finish_order", OrderStatus.FINISHED),
    ],
    ids=["receive", "finish"],
)
def test_orders_after_a_broken_one_complete(
    alice: UserProfile, break_once, since: OrderStatus, sweep, work: str, state: OrderStatus
) -> None:
    long_ago = timezone.now() - timedelta(days=100)
    for _number in range(2):
        order = a_refundable_order(alice, until=since)
        order.lines.update(shipped_quantity=3)
    Order.objects.update(shipped_at=long_ago, received_at=long_ago)
    break_once(completing.fulfilment, work)

    assert sweep() == 1

    assert list(Order.objects.order_by("pk").values_list("status", flat=True)) == [since, state]


def test_refunds_after_a_broken_one_end(alice: UserProfile, break_once) -> None:
    for _number in range(2):
        refunds.apply_for_refund(order=a_refundable_order(alice), user=alice, kind="refund_only", reason="other")
    Refund.objects.update(deadline_at=timezone.now() - timedelta(minutes=1))
    break_once(refund_deadlines, "approve_refund")

    assert refund_deadlines.end_overdue_refunds() == 1

    states = list(Refund.objects.order_by("pk").values_list("state", flat=True))
    assert states[0] == RefundState.REQUESTED != states[1]


def test_parcels_after_a_broken_one_are_asked_about(alice: UserProfile, break_once) -> None:
    for number in ("SF1", "SF2"):
        a_shipment(a_paid_order(alice), tracking_number=number)
    break_once(shipments, "record_course")

    assert shipments.track_due() == (1, 0)
