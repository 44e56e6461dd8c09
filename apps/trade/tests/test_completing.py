"""Orders that complete by the clock, and the commands that do the same."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.common.tasks import sweeps
from apps.common.tests.racing import run_together
from apps.trade.models import Order, OrderEvent, OrderLine
from apps.trade.services import completing, fulfilment
from apps.trade.services.refund_sums import Wanted
from apps.trade.services.refunds import apply_for_refund, withdraw_refund
from apps.trade.tests.factories import a_paid_order, a_shipment
from apps.trade.tests.refunding import a_refundable_order
from apps.users.models import UserProfile

DAY = timedelta(days=1)


def shipped(user: UserProfile, *, days_ago: float) -> Order:
    order = a_paid_order(user)
    a_shipment(order)
    Order.objects.filter(pk=order.pk).update(shipped_at=timezone.now() - days_ago * DAY)
    return Order.objects.get(pk=order.pk)


def received(user: UserProfile, *, days_ago: float) -> Order:
    order = shipped(user, days_ago=days_ago + 1)
    fulfilment.receive_order(order=order)
    Order.objects.filter(pk=order.pk).update(received_at=timezone.now() - days_ago * DAY)
    return Order.objects.get(pk=order.pk)


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_an_order_is_received_by_itself_once(alice: UserProfile) -> None:
    late, fresh = shipped(alice, days_ago=10.1), shipped(alice, days_ago=9.9)

    assert completing.receive_orders() == 1
    assert completing.receive_orders() == 0

    assert (state_of(late), state_of(fresh)) == ("received", "shipped")
    event = OrderEvent.objects.get(to_status="received")
    assert (event.order_id, event.actor_id) == (late.pk, None)
    late.refresh_from_db()
    assert timezone.now() - late.received_at < DAY


def test_an_order_is_finished_by_itself_once(alice: UserProfile) -> None:
    late, fresh = received(alice, days_ago=7.1), received(alice, days_ago=6.9)

    assert completing.finish_orders() == 1
    assert completing.finish_orders() == 0

    assert (state_of(late), state_of(fresh)) == ("finished", "received")


def test_the_days_are_those_of_the_settings(alice: UserProfile, settings) -> None:
    settings.AUTO_RECEIVE_AFTER, settings.AUTO_FINISH_AFTER = 3 * DAY, 2 * DAY
    order = shipped(alice, days_ago=0)

    def later(days: float) -> datetime:
        return timezone.now() + days * DAY

    assert completing.receive_orders(now=later(2.9)) == 0
    assert completing.receive_orders(now=later(3.1)) == 1
    assert completing.finish_orders(now=later(1.9)) == 0
    assert completing.finish_orders(now=later(2.1)) == 1
    assert state_of(order) == "finished"


def test_an_order_with_pieces_left_neither_arrives_nor_ends_by_itself(alice: UserProfile) -> None:
    on_its_way, arrived = shipped(alice, days_ago=11), received(alice, days_ago=8)
    OrderLine.objects.update(shipped_quantity=0)

    assert (completing.receive_orders(), completing.finish_orders()) == (0, 0)

    assert (state_of(on_its_way), state_of(arrived)) == ("shipped", "received")


@pytest.mark.parametrize("state", ["refunding", "refunded", "received"])
def test_what_was_moved_since_it_was_read_is_left_alone(
    alice: UserProfile, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = shipped(alice, days_ago=11)
    stale = completing.orders_to_receive()
    assert list(stale) == [order]
    Order.objects.update(status=state)
    monkeypatch.setattr(completing, "_in_batches", lambda orders: iter(stale))

    assert completing.receive_orders() == 0
    assert state_of(order) == state


def test_more_orders_than_one_batch_are_all_received(alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completing, "BATCH", 2)
    for _number in range(5):
        shipped(alice, days_ago=11)
    assert completing.receive_orders() == 5


def test_a_run_that_is_killed_half_way_is_taken_up_by_the_next(alice: UserProfile) -> None:
    for _number in range(3):
        shipped(alice, days_ago=11)

    def die(order: Order) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        completing.receive_orders(on_moved=die)

    assert OrderEvent.objects.filter(to_status="received").count() == 1
    assert completing.receive_orders() == 2
    assert OrderEvent.objects.filter(to_status="received").count() == 3


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_move_each_order_once(alice: UserProfile) -> None:
    for _number in range(4):
        shipped(alice, days_ago=11)

    assert sum(run_together(4, lambda _: completing.receive_orders())) == 4
    assert OrderEvent.objects.filter(to_status="received").count() == 4


def test_the_commands_list_what_they_move(alice: UserProfile) -> None:
    late, old = shipped(alice, days_ago=11), received(alice, days_ago=8)

    assert run("receive_orders", "--dry-run").endswith("\n1 orders are due; nothing was changed\n")
    assert run("finish_orders", "--dry-run").startswith(f"{old.number}  received ")
    assert (state_of(late), state_of(old)) == ("shipped", "received")

    assert run("receive_orders").startswith(f"{late.number}  shipped ")
    assert run("finish_orders").endswith("\n1 orders finished\n")
    assert (run("receive_orders"), run("finish_orders")) == ("0 orders received\n", "0 orders finished\n")
    assert (state_of(late), state_of(old)) == ("received", "finished")


def test_the_clock_completes_orders() -> None:
    jobs = {sweep.name: sweep.every for sweep in sweeps()}
    assert jobs["trade.receive_orders"] == jobs["trade.finish_orders"] == timedelta(minutes=10)
    assert jobs["trade.track_shipments"] == timedelta(minutes=5)


def test_an_order_of_which_money_is_asked_back_is_not_finished(alice: UserProfile) -> None:
    order = a_refundable_order(alice, until="received")
    Order.objects.update(received_at=timezone.now() - 8 * DAY)
    one_piece = [Wanted(line_id=order.lines.get().pk, pieces=1)]
    refund = apply_for_refund(order=order, user=alice, kind="refund_only", reason="damaged", wanted=one_piece)

    assert completing.finish_orders() == 0

    withdraw_refund(refund=refund, user=alice)
    assert completing.finish_orders() == 1
