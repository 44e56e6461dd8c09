"""The life of an order: legal moves, illegal ones, and what comes back."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import Sum
from django.utils import timezone
from rest_framework.test import APIClient

from apps.goods.models import StockMovement
from apps.trade.exceptions import IllegalMove
from apps.trade.models import Order, OrderEvent, OrderStatus
from apps.trade.services import closing, fulfilment
from apps.trade.services.order_moves import LEGAL_MOVES, move, try_move
from apps.trade.tests.factories import a_paid_order, a_shipment, an_order
from apps.users.models import UserProfile


def overdue(order: Order) -> Order:
    order.expires_at = timezone.now() - timedelta(seconds=1)
    order.save(update_fields=["expires_at"])
    return order


def stock_of(order: Order) -> int:
    sku = order.lines.get().sku
    assert sku.movements.aggregate(sum=Sum("delta"))["sum"] == sku.stock
    return sku.stock


@pytest.mark.parametrize("to", OrderStatus)
@pytest.mark.parametrize("state", OrderStatus)
def test_c23_only_moves_of_the_table_happen(alice: UserProfile, state: OrderStatus, to: OrderStatus) -> None:
    order = an_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)
    order.refresh_from_db()

    if (state, to) in LEGAL_MOVES:
        move(order=order, to=to, actor_id=alice.pk, reason="test")
        event = OrderEvent.objects.last()
        assert (event.from_status, event.to_status, event.actor_id, event.reason) == (state, to, alice.pk, "test")
    else:
        with pytest.raises(IllegalMove) as refusal:
            move(order=order, to=to, reason="test")
        assert refusal.value.members == {"state": state}
        assert OrderEvent.objects.count() == 1
    order.refresh_from_db()
    assert order.status == (to if (state, to) in LEGAL_MOVES else state)


def test_every_state_can_be_reached_from_an_order_that_waits_for_its_payment() -> None:
    reached = {OrderStatus.PENDING_PAYMENT}
    for _ in OrderStatus:
        reached |= {to for before, to in LEGAL_MOVES if before in reached}
    assert reached == set(OrderStatus)


def test_of_two_that_read_the_same_state_one_moves(alice: UserProfile) -> None:
    order = an_order(alice)
    mine, theirs = Order.objects.get(pk=order.pk), Order.objects.get(pk=order.pk)

    assert try_move(order=theirs, to=OrderStatus.PAID, reason="test")
    with pytest.raises(IllegalMove) as refusal:
        closing.cancel_order(order=mine, actor_id=alice.pk)

    assert refusal.value.members == {"state": "paid"}
    assert stock_of(order) == 9


def test_a_cancelled_order_gives_its_stock_back_once(alice: UserProfile, staff: UserProfile) -> None:
    order = an_order(alice, quantity=4)
    assert stock_of(order) == 6
    mine, theirs = Order.objects.get(pk=order.pk), Order.objects.get(pk=order.pk)

    closing.cancel_order(order=theirs, actor_id=staff.pk, reason="买家来电")
    with pytest.raises(IllegalMove):
        closing.cancel_order(order=mine, actor_id=alice.pk)

    assert stock_of(order) == 10
    assert OrderEvent.objects.get(to_status="cancelled").reason == "买家来电"


def test_removing_an_order_that_is_over_hides_it_and_keeps_it(alice: UserProfile) -> None:
    order = an_order(alice)
    closing.remove_order(order=order, user=alice)
    closing.remove_order(order=Order.objects.get(pk=order.pk), user=alice)

    assert stock_of(order) == 10
    assert not Order.objects.of(alice).exists()
    assert Order.objects.get().status == OrderStatus.CANCELLED


@pytest.mark.parametrize("state", ["paid", "shipped", "received", "refunding"])
def test_an_order_under_way_cannot_be_removed(alice: UserProfile, state: str) -> None:
    order = an_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)
    order.refresh_from_db()

    with pytest.raises(IllegalMove) as refusal:
        closing.remove_order(order=order, user=alice)

    assert refusal.value.members == {"state": state}
    assert Order.objects.of(alice).get().status == state


def test_c18_an_unpaid_order_expires_once_and_its_stock_comes_back(alice: UserProfile) -> None:
    late, fresh = overdue(an_order(alice, quantity=2)), an_order(alice)
    closed: list[str] = []

    assert closing.close_expired_orders(on_closed=lambda order: closed.append(order.number)) == 1
    assert closing.close_expired_orders() == 0

    assert closed == [late.number]
    assert (stock_of(late), stock_of(fresh)) == (10, 9)
    late.refresh_from_db()
    assert late.status == OrderStatus.EXPIRED
    assert StockMovement.objects.filter(reason="expired", reference=late.number).count() == 1
    assert OrderEvent.objects.filter(order=late, to_status="expired", actor=None).count() == 1


def test_orders_live_as_long_as_the_setting_says(alice: UserProfile, settings) -> None:
    settings.ORDER_PAYMENT_WINDOW = timedelta(minutes=7)
    order = an_order(alice)

    assert not closing.close_expired_orders(now=order.created_at + timedelta(minutes=6))
    assert closing.close_expired_orders(now=order.created_at + timedelta(minutes=8)) == 1


def test_more_orders_than_one_batch_are_all_closed(alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "BATCH", 2)
    for _ in range(5):
        overdue(an_order(alice))

    assert closing.close_expired_orders() == 5


def test_c18_a_payment_between_reading_and_closing_wins(alice: UserProfile) -> None:
    order = overdue(an_order(alice))
    stale = Order.objects.get(pk=order.pk)
    try_move(order=order, to=OrderStatus.PAID, reason="test")

    assert closing.expire_order(order=stale) is False
    assert stock_of(order) == 9


def test_every_move_says_why(shopper: APIClient, alice: UserProfile) -> None:
    """Also where nobody was asked for a reason."""
    shopper.delete(f"/orders/{an_order(alice).pk}/")
    closing.expire_order(order=an_order(alice))
    an_order(alice, price="0.00")
    for receive in (fulfilment.receive_order, partial(fulfilment.confirm_receipt, actor_id=alice.pk)):
        order = a_paid_order(alice)
        a_shipment(order)
        receive(order=order)
        fulfilment.finish_order(order=order)

    silent = OrderEvent.objects.filter(reason="").values_list("from_status", "to_status")
    assert list(silent) == []
    assert OrderEvent.objects.get(to_status="cancelled").reason == closing.BY_BUYER
