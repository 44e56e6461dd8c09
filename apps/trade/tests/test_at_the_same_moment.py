"""What happens at the same moment has one outcome. Threads here; servers with workers in `tests/concurrency`."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import Sum
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.exceptions import Busy, ShopError
from apps.common.tests.racing import run_together
from apps.common.transactions import DEADLOCK
from apps.goods.models import Sku, StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.trade.exceptions import IllegalMove
from apps.trade.models import CartLine, IdempotencyKey, Order, OrderEvent, OrderStatus, Payment, Shipment
from apps.trade.services import closing, fulfilment, orders
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import RECIPIENT, CarrierFactory, CartLineFactory, a_paid_order, a_shipment, an_order
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


def assert_ledger_equals_stock() -> None:
    for sku in Sku.objects.all():
        assert sku.movements.aggregate(sum=Sum("delta"))["sum"] == sku.stock >= 0


def test_c7_eight_equal_submits_are_one_order(alice: UserProfile) -> None:
    CartLineFactory(user=alice, sku__stock=100, quantity=2)

    answers = run_together(8, lambda _: client_of(alice).post("/orders/", BODY).status_code)

    assert Counter(answers)[201] == 1
    assert set(answers) <= {201, 400, 409}
    assert Order.objects.count() == 1
    assert Sku.objects.get().stock == 98
    assert_ledger_equals_stock()


def test_c8_eight_submits_with_one_key_are_one_order(alice: UserProfile) -> None:
    CartLineFactory(user=alice, quantity=2)
    key = {"Idempotency-Key": "k-1"}

    answers = run_together(8, lambda _: client_of(alice).post("/orders/", BODY, headers=key))
    again = client_of(alice).post("/orders/", BODY, headers=key)

    assert_one_answer(answers, again)
    assert Order.objects.count() == IdempotencyKey.objects.count() == 1


def test_c13_never_more_is_sold_than_there_is() -> None:
    sku = SkuFactory(stock=5)
    buyers = [CartLineFactory(user=UserFactory(), sku=sku).user for _ in range(12)]

    def buy(number: int) -> bool:
        try:
            orders.place_order(user=buyers[number], **RECIPIENT)
        except ShopError:
            return False
        return True

    assert sum(run_together(12, buy)) == 5
    sku.refresh_from_db()
    assert sku.stock == 0
    assert CartLine.objects.count() == 7, "who got nothing keeps the cart"
    assert_ledger_equals_stock()


def test_c14_sixteen_adds_count_sixteen(alice: UserProfile) -> None:
    sku = SkuFactory(stock=100)

    answers = run_together(
        16, lambda _: client_of(alice).post("/shopcarts/", {"goods": sku.goods_id, "nums": 1}).status_code
    )

    assert answers == [201] * 16
    assert CartLine.objects.get().quantity == 16


def test_adds_do_not_pass_the_stock_together(alice: UserProfile) -> None:
    sku = SkuFactory(stock=5)

    answers = run_together(
        8, lambda _: client_of(alice).post("/shopcarts/", {"goods": sku.goods_id, "nums": 1}).status_code
    )

    assert Counter(answers) == {201: 5, 409: 3}
    assert CartLine.objects.get().quantity == 5


def test_an_add_during_the_order_is_ordered_or_kept(alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, sku__stock=100, quantity=1)
    client = client_of(alice)

    def act(number: int) -> int:
        if number % 2:
            return int(client_of(alice).post("/orders/", BODY).status_code)
        return int(client_of(alice).post("/shopcarts/", {"goods": line.sku.goods_id, "nums": 1}).status_code)

    run_together(8, act)

    ordered = 100 - Sku.objects.get().stock
    in_cart = sum(line["nums"] for line in client.get("/shopcarts/").json())
    assert ordered + in_cart == 5


def test_c15_an_order_cancelled_at_once_returns_its_stock_once(alice: UserProfile) -> None:
    order = an_order(alice, quantity=3)
    read = [Order.objects.get(pk=order.pk) for _ in range(6)]

    def cancel(number: int) -> bool:
        try:
            closing.cancel_order(order=read[number], actor_id=alice.pk)
        except IllegalMove:
            return False
        return True

    assert sum(run_together(6, cancel)) == 1
    assert Sku.objects.get().stock == 10
    assert_ledger_equals_stock()


def test_c15_simultaneous_deletes_return_the_stock_once(alice: UserProfile) -> None:
    order = an_order(alice, quantity=3)

    answers = run_together(6, lambda _: client_of(alice).delete(f"/orders/{order.pk}/").status_code)

    assert set(answers) <= {204, 404, 409}
    assert Sku.objects.get().stock == 10
    assert_ledger_equals_stock()


def test_c18_payment_against_expiry_ends_in_one_state(alice: UserProfile) -> None:
    placed = [an_order(alice, quantity=3) for _ in range(4)]
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    forms = [signed(fields_for(order)) for order in placed]

    def act(number: int) -> object:
        if number < 2:
            return closing.close_expired_orders()
        return notify(APIClient(), forms[number - 2])

    answers = run_together(6, act)

    assert answers[2:] == [(200, b"success")] * 4
    for order in Order.objects.all():
        payment = Payment.objects.get(order=order)
        assert (order.status, payment.status) in {("paid", "accepted"), ("expired", "refund_due")}
        assert OrderEvent.objects.filter(order=order).count() == 2
        line = order.lines.get()
        assert (line.sku.stock, line.goods.sold_count) == ((7, 3) if order.status == "paid" else (10, 0))
    assert_ledger_equals_stock()


def test_c18_sweeps_at_once_close_each_order_once(alice: UserProfile) -> None:
    for _ in range(5):
        an_order(alice, quantity=3)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert sum(run_together(4, lambda _: closing.close_expired_orders())) == 5
    assert StockMovement.objects.filter(reason="expired").count() == 5
    assert_ledger_equals_stock()


def test_d6_twenty_copies_of_a_notification_are_one_payment(alice: UserProfile) -> None:
    order = an_order(alice, quantity=2)
    form = signed(fields_for(order))

    answers = run_together(20, lambda _: notify(APIClient(), form))

    assert answers == [(200, b"success")] * 20
    assert Payment.objects.get().status == "accepted"
    assert order.lines.get().goods.sold_count == 2
    assert OrderEvent.objects.filter(to_status="paid").count() == 1


def test_d7_two_trades_for_one_order_at_once(alice: UserProfile) -> None:
    order = an_order(alice, quantity=2)
    forms = [signed(fields_for(order, trade_no=f"trade-{number}")) for number in range(4)]

    answers = run_together(4, lambda number: notify(APIClient(), forms[number]))

    assert answers == [(200, b"success")] * 4
    assert Counter(Payment.objects.values_list("status", flat=True)) == {"accepted": 1, "refund_due": 3}
    assert order.lines.get().goods.sold_count == 2


def test_c19_two_goods_in_opposite_order(alice: UserProfile) -> None:
    one, other = SkuFactory(stock=1000), SkuFactory(stock=1000)
    buyers = []
    for number in range(8):
        user = UserFactory()
        for sku in (one, other) if number % 2 else (other, one):
            CartLineFactory(user=user, sku=sku)
        buyers.append(user)

    answers = run_together(8, lambda number: client_of(buyers[number]).post("/orders/", BODY).status_code)

    assert answers == [201] * 8
    assert set(Sku.objects.values_list("stock", flat=True)) == {992}
    assert_ledger_equals_stock()


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k-1"}], ids=["without a key", "with a key"])
def test_c20_a_deadlock_at_commit_is_run_again_and_makes_one_order(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    CartLineFactory(user=alice)
    losses = [OperationalError(DEADLOCK, "Deadlock found when trying to get lock")] * 2
    commit = connection.commit
    monkeypatch.setattr(connection, "commit", lambda: _raise(losses.pop()) if losses else commit())

    answer = client_of(alice).post("/orders/", BODY, headers=headers)

    assert answer.status_code == 201
    assert Order.objects.get().number == answer.json()["order_sn"]
    assert Sku.objects.get().stock == 9
    assert OrderEvent.objects.count() == 1
    assert_ledger_equals_stock()


def test_who_cannot_get_the_lock_in_time_is_told_when_to_come_back(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    CartLineFactory(user=alice)
    monkeypatch.setattr(connection, "commit", lambda: _raise(OperationalError(DEADLOCK, "Deadlock")))

    answer = client_of(alice).post("/orders/", BODY)

    monkeypatch.undo()
    assert (answer.status_code, answer.headers["Retry-After"]) == (Busy.status, "1")
    assert not Order.objects.exists()
    assert Sku.objects.get().stock == 10
    assert Order.objects.filter(status=OrderStatus.PAID).count() == 0


def assert_one_answer(answers: Sequence[Any], again: Any) -> None:
    """One request had the effect, the others were told to wait or got its answer, as everybody does afterwards."""
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (201, "true")
    told = Counter((answer.status_code, answer.headers.get("Idempotent-Replay")) for answer in answers)
    assert told[201, None] == 1
    assert set(told) <= {(201, None), (201, "true"), (409, None)}
    for answer in answers:
        if answer.status_code == 201:
            assert answer.json() == again.json()
        else:
            assert (answer.json()["type"], answer.headers["Retry-After"]) == ("urn:mxshop:problem:in_flight", "1")


def _raise(error: Exception) -> None:
    raise error


def test_two_clerks_send_the_same_pieces_once(alice: UserProfile) -> None:
    order, carrier = a_paid_order(alice, 3, 2), CarrierFactory()
    pieces = dict(order.lines.values_list("pk", "quantity"))

    def ship(number: int) -> bool:
        mine = Order.objects.get(pk=order.pk)
        try:
            fulfilment.ship_parcel(order=mine, carrier=carrier, tracking_number=f"SF{number}", pieces=pieces)
        except ShopError:
            return False
        return True

    assert sum(run_together(6, ship)) == 1
    assert Shipment.objects.count() == 1
    assert dict(order.lines.values_list("pk", "shipped_quantity")) == pieces
    assert OrderEvent.objects.filter(order=order, to_status="shipped").count() == 1


def test_the_last_of_several_parcels_at_once_ships_the_order(alice: UserProfile) -> None:
    order, carrier = a_paid_order(alice, 1, 1, 1, 1), CarrierFactory()
    lines = list(order.lines.values_list("pk", flat=True))

    def ship(number: int) -> None:
        mine = Order.objects.get(pk=order.pk)
        fulfilment.ship_parcel(order=mine, carrier=carrier, tracking_number=f"SF{number}", pieces={lines[number]: 1})

    run_together(4, ship)

    assert Order.objects.get().status == OrderStatus.SHIPPED
    assert OrderEvent.objects.filter(order=order, to_status="shipped").count() == 1


def test_a_click_and_the_clock_receive_an_order_once(alice: UserProfile) -> None:
    order = a_paid_order(alice)
    a_shipment(order)

    run_together(6, lambda _: fulfilment.confirm_receipt(order=Order.objects.get(pk=order.pk), actor_id=alice.pk))

    assert OrderEvent.objects.filter(order=order, to_status="received").count() == 1
