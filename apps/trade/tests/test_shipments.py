"""Parcels: what leaves, when an order counts as shipped, and what the buyer sees of it."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.trade.exceptions import IllegalMove, NothingToShip, ParcelKnown
from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import Order, OrderEvent, OrderLine, OrderStatus, Refund, Shipment
from apps.trade.services import fulfilment, refund_decisions, refunds
from apps.trade.services.pieces import unshipped
from apps.trade.services.refund_deadlines import end_overdue_refunds
from apps.trade.services.refund_execution import take_refund_result
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.factories import CarrierFactory, a_paid_order, a_shipment, an_order
from apps.trade.tests.refunding import a_refundable_order
from apps.users.models import UserProfile


def ship(order: Order, pieces: dict[int, int], number: str = "SF100200300") -> Shipment:
    return fulfilment.ship_parcel(order=order, carrier=CarrierFactory(), tracking_number=number, pieces=pieces)


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def ask_back(user: UserProfile, line: OrderLine, pieces: int = 1) -> Refund:
    """Ask for the money of some pieces, as a buyer does."""
    wanted = [Wanted(line_id=line.pk, pieces=pieces)]
    return refunds.apply_for_refund(order=line.order, user=user, kind="refund_only", reason="other", wanted=wanted)


def pay_back(refund: Refund, staff: UserProfile) -> None:
    """Approve it, and let the money arrive."""
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    tell_of(refund, "done")


def tell_of(refund: Refund, state: Any) -> None:
    result = GatewayRefund(state=state, amount=refund.amount, gateway_number="G1", reason="no money")
    take_refund_result(
        channel=Refund.objects.get(pk=refund.pk).payment.channel, refund_number=refund.number, result=result
    )


def test_the_rest_of_an_order_leaves_as_one_parcel(alice: UserProfile, staff: UserProfile) -> None:
    order = a_paid_order(alice, 2, 3)
    shipment = fulfilment.ship_order(
        order=order, carrier=CarrierFactory(), tracking_number="SF100200300", actor_id=staff.pk
    )

    assert list(shipment.lines.values_list("quantity", flat=True)) == [2, 3]
    assert [line.shipped_quantity for line in lines_of(order)] == [2, 3]
    order.refresh_from_db()
    assert (order.status, order.shipped_at is not None) == ("shipped", True)
    event = OrderEvent.objects.get(order=order, to_status="shipped")
    assert (event.actor_id, event.reason) == (staff.pk, "顺丰速运 SF100200300")


def test_an_order_is_shipped_when_its_last_parcel_has_left(alice: UserProfile) -> None:
    order = a_paid_order(alice, 2, 3)
    first, second = lines_of(order)

    ship(order, {first.pk: 2, second.pk: 1}, "SF1")
    assert (state_of(order), unshipped(order)) == ("paid", {second.pk: 2})
    ship(order, {second.pk: 2}, "SF2")
    assert (state_of(order), unshipped(order)) == ("shipped", {})


@pytest.mark.parametrize("pieces", [{}, {"first": 0}, {"first": -1}, {"first": 3}, {"first": 1, "stranger": 1}])
def test_what_is_not_there_to_be_sent_is_refused_whole(alice: UserProfile, pieces: dict[str, int]) -> None:
    order, other = a_paid_order(alice, 2), a_paid_order(alice, 2)
    named = {"first": lines_of(order)[0].pk, "stranger": lines_of(other)[0].pk}

    with pytest.raises(NothingToShip):
        ship(order, {named[name]: count for name, count in pieces.items()})

    assert not Shipment.objects.exists()
    assert set(OrderLine.objects.values_list("shipped_quantity", flat=True)) == {0}
    assert state_of(order) == "paid"


@pytest.mark.parametrize("state", [state for state in OrderStatus if state not in fulfilment.SHIPPABLE])
def test_c23_only_a_paid_order_is_shipped(alice: UserProfile, state: OrderStatus) -> None:
    order = a_paid_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)

    with pytest.raises(IllegalMove) as refusal:
        a_shipment(order)

    assert refusal.value.members == {"state": state}
    assert not Shipment.objects.exists()
    assert lines_of(order)[0].shipped_quantity == 0


def test_a_parcel_is_written_once(alice: UserProfile) -> None:
    order = a_paid_order(alice, 2)
    (line,) = lines_of(order)
    ship(order, {line.pk: 1})

    with pytest.raises(ParcelKnown):
        ship(order, {line.pk: 1})

    assert lines_of(order)[0].shipped_quantity == 1
    assert Shipment.objects.count() == 1


def test_pieces_that_somebody_wants_back_are_not_sent_and_the_order_waits_for_them(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 2), ("10.00", 3))
    first, second = lines_of(order)
    ask_back(alice, first, 2)
    ask_back(alice, second, 1)

    with pytest.raises(NothingToShip):
        ship(order, {second.pk: 3})
    assert unshipped(order) == {second.pk: 2}
    ship(order, {second.pk: 2})

    assert (state_of(order), unshipped(order)) == ("paid", {})
    with pytest.raises(IllegalMove):
        fulfilment.confirm_receipt(order=order, actor_id=alice.pk)


def test_money_back_for_the_last_pieces_ships_the_order(alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("10.00", 1))
    first, second = lines_of(order)
    refund = ask_back(alice, first)
    ship(order, {second.pk: 1})
    assert state_of(order) == "paid"

    pay_back(refund, staff)

    assert state_of(order) == "shipped"
    assert Order.objects.get().shipped_at is not None
    assert OrderEvent.objects.get(order=order, to_status="shipped").reason == refund.number


def refuse(refund: Refund, staff: UserProfile) -> None:
    refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="no")


def withdraw(refund: Refund, staff: UserProfile) -> None:
    refunds.withdraw_refund(refund=refund, user=refund.order.user)


def fail(refund: Refund, staff: UserProfile) -> None:
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    tell_of(refund, "refused")


@pytest.mark.parametrize("come_to_nothing", [refuse, withdraw, fail])
def test_pieces_of_a_refund_that_came_to_nothing_are_sent_and_the_order_ends_only_then(
    alice: UserProfile, staff: UserProfile, come_to_nothing: Callable[[Refund, UserProfile], None]
) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("10.00", 1))
    first, second = lines_of(order)
    refund = ask_back(alice, first)
    ship(order, {second.pk: 1}, "SF1")

    come_to_nothing(refund, staff)

    assert (state_of(order), unshipped(order)) == ("paid", {first.pk: 1})
    assert list(fulfilment.orders_to_ship()) == [order]
    ship(order, {first.pk: 1}, "SF2")
    assert state_of(order) == "shipped"
    fulfilment.confirm_receipt(order=order, actor_id=alice.pk)
    assert state_of(order) == "received"


def test_pieces_of_a_return_that_lapsed_had_left_and_are_not_sent_again(alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 2), until="shipped")
    wanted = [Wanted(line_id=lines_of(order)[0].pk, pieces=1)]
    refund = refunds.apply_for_refund(order=order, user=alice, kind="return_goods", reason="other", wanted=wanted)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    Refund.objects.update(deadline_at="2026-01-01T00:00:00Z")

    assert end_overdue_refunds() == 1

    assert (Refund.objects.get().state, state_of(order), unshipped(order)) == ("lapsed", "shipped", {})


def test_a_piece_that_is_sent_back_does_not_stand_for_one_in_the_house(alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    (line,) = lines_of(order)
    ship(order, {line.pk: 2})
    in_the_house = ask_back(alice, line)
    wanted = [Wanted(line_id=line.pk, pieces=1)]
    sent_back = refunds.apply_for_refund(order=order, user=alice, kind="return_goods", reason="other", wanted=wanted)
    refund_decisions.approve_refund(refund=sent_back, actor_id=staff.pk)
    sent_back.refresh_from_db()
    refund_decisions.confirm_arrival(refund=sent_back, actor_id=staff.pk, restock=True)
    pay_back(sent_back, staff)
    assert (state_of(order), unshipped(order)) == ("paid", {})

    refuse(in_the_house, staff)

    assert unshipped(order) == {line.pk: 1}
    ship(order, {line.pk: 1}, "SF2")
    assert state_of(order) == "shipped"


def test_an_order_that_is_not_refunded_whole_after_all_is_shipped_if_nothing_waits(
    alice: UserProfile, staff: UserProfile
) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("10.00", 1))
    first, second = lines_of(order)
    ship(order, {second.pk: 1})
    in_the_house, with_the_buyer = ask_back(alice, first), ask_back(alice, second)
    for refund in (in_the_house, with_the_buyer):
        refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    tell_of(in_the_house, "done")
    assert state_of(order) == "refunding"

    tell_of(with_the_buyer, "refused")

    assert state_of(order) == "shipped"
    steps = order.events.order_by("-pk").values_list("from_status", "to_status", "reason")[:2]
    assert list(steps) == [("paid", "shipped", fulfilment.ALL_DONE), ("refunding", "paid", with_the_buyer.number)]


def test_money_back_before_the_first_parcel_ships_nothing(alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("10.00", 1))
    pay_back(ask_back(alice, lines_of(order)[0]), staff)
    assert state_of(order) == "paid"


@pytest.mark.parametrize("state", ["shipped", "received", "finished"])
def test_what_counted_as_shipped_too_early_can_still_be_completed(alice: UserProfile, state: str) -> None:
    order = a_refundable_order(alice, ("10.00", 1), until=state)
    order.lines.update(shipped_quantity=0)
    (line,) = lines_of(order)

    ship(order, {line.pk: 1})

    assert (state_of(order), unshipped(order)) == (state, {})


# -- What the buyer sees -----------------------------------------------------------------------------


def test_an_order_names_its_parcels(shopper: APIClient, alice: UserProfile) -> None:
    order = a_paid_order(alice, 2)
    assert shopper.get(f"/orders/{order.pk}/").json()["shipments"] == []
    shipment = a_shipment(order)

    (shown,) = shopper.get(f"/orders/{order.pk}/").json()["shipments"]

    assert shown == {
        "public_id": str(shipment.public_id),
        "carrier": "顺丰速运",
        "tracking_number": "SF100200300",
        "tracking_url": "https://carrier.example/parcels/SF100200300",
        "state": "on_its_way",
        "shipped_at": shown["shipped_at"],
        "delivered_at": None,
        "lines": [{"line": lines_of(order)[0].pk, "quantity": 2}],
    }
    assert shown["shipped_at"].endswith("+08:00")


def test_an_order_with_many_parcels_costs_the_same(shopper: APIClient, alice: UserProfile, at_most_statements) -> None:
    order = a_paid_order(alice, 5)
    (line,) = lines_of(order)
    for number in range(5):
        ship(order, {line.pk: 1}, f"SF{number}")
    with at_most_statements(5):
        assert len(shopper.get(f"/orders/{order.pk}/").json()["shipments"]) == 5


def test_a_parcel_is_its_buyers_alone(
    shopper: APIClient, stranger: APIClient, visitor: APIClient, alice: UserProfile
) -> None:
    shipment = a_shipment(a_paid_order(alice))
    address = f"/shipments/{shipment.public_id}/"

    assert visitor.get(address).status_code == 401
    assert stranger.get(address).status_code == 404
    body = shopper.get(address).json()
    assert (body["order"], body["events"]) == (shipment.order_id, [])
    for odd in ("-" * 36, "1", f"{shipment.public_id}"[:-1] + "x"):
        assert shopper.get(f"/shipments/{odd}/").status_code == 404


# -- Receiving ---------------------------------------------------------------------------------------


def test_a_buyer_says_once_that_the_order_has_arrived(shopper: APIClient, alice: UserProfile) -> None:
    order = a_paid_order(alice)
    a_shipment(order)

    for _click in range(2):
        answer = shopper.post(f"/orders/{order.pk}/receive/")
        assert (answer.status_code, answer.json()["status"]) == (200, "received")

    event = OrderEvent.objects.get(order=order, to_status="received")
    assert event.actor_id == alice.pk
    assert Order.objects.get().received_at is not None


@pytest.mark.parametrize("state", [state for state in OrderStatus if state not in ("shipped", "received")])
def test_c23_what_is_not_shipped_is_not_received(shopper: APIClient, alice: UserProfile, state: OrderStatus) -> None:
    order = an_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)

    answer = shopper.post(f"/orders/{order.pk}/receive/")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mxshop:problem:illegal_move")
    assert answer.json()["state"] == state
    assert state_of(order) == state


def test_a2_nobody_else_receives_an_order(stranger: APIClient, visitor: APIClient, alice: UserProfile) -> None:
    order = a_paid_order(alice)
    a_shipment(order)
    assert stranger.post(f"/orders/{order.pk}/receive/").status_code == 404
    assert visitor.post(f"/orders/{order.pk}/receive/").status_code == 401
    assert state_of(order) == "shipped"


@pytest.mark.parametrize(
    ("state", "move_on"), [("shipped", fulfilment.receive_order), ("received", fulfilment.finish_order)]
)
def test_an_order_with_pieces_left_is_neither_received_nor_finished(
    alice: UserProfile, state: str, move_on: Callable[..., object]
) -> None:
    order = a_refundable_order(alice, until=state)
    order.lines.update(shipped_quantity=2)

    with pytest.raises(IllegalMove) as refusal:
        move_on(order=order)

    assert (refusal.value.members, state_of(order)) == ({"state": state}, state)
