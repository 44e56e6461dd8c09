"""Parcels: what leaves, when an order counts as shipped, and what the buyer sees of it."""

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from apps.common.events import publish
from apps.trade.events import LinesRefunded
from apps.trade.exceptions import IllegalMove, NothingToShip, ParcelKnown
from apps.trade.models import Order, OrderEvent, OrderLine, OrderStatus, Shipment
from apps.trade.services import fulfilment
from apps.trade.tests.factories import CarrierFactory, a_paid_order, a_shipment, an_order
from apps.users.models import UserProfile


def ship(order: Order, pieces: dict[int, int], number: str = "SF100200300") -> Shipment:
    return fulfilment.ship_parcel(order=order, carrier=CarrierFactory(), tracking_number=number, pieces=pieces)


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def refund(line: OrderLine, pieces: int) -> None:
    """Promise the money of some pieces, as a refund does."""
    OrderLine.objects.filter(pk=line.pk).update(refunded_quantity=line.refunded_quantity + pieces)


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
    assert (state_of(order), fulfilment.unshipped(order)) == ("paid", {second.pk: 2})
    ship(order, {second.pk: 2}, "SF2")
    assert (state_of(order), fulfilment.unshipped(order)) == ("shipped", {})


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


def test_pieces_that_are_refunded_are_not_sent_and_not_waited_for(alice: UserProfile) -> None:
    order = a_paid_order(alice, 2, 3)
    first, second = lines_of(order)
    refund(first, 2)
    refund(second, 1)

    with pytest.raises(NothingToShip):
        ship(order, {second.pk: 3})
    assert fulfilment.unshipped(order) == {second.pk: 2}
    ship(order, {second.pk: 2})

    assert state_of(order) == "shipped"


def test_a_refund_of_the_last_pieces_leaves_the_order_shipped(alice: UserProfile) -> None:
    order = a_paid_order(alice, 1, 1)
    first, second = lines_of(order)
    ship(order, {first.pk: 1})
    refund(second, 1)

    with transaction.atomic():
        publish(
            LinesRefunded(
                order_id=order.pk, refund_number="R1", pieces={second.pk: 1}, amount=second.amount, is_last=False
            )
        )

    assert state_of(order) == "shipped"
    assert OrderEvent.objects.get(order=order, to_status="shipped").reason == "R1"


def test_a_refund_before_the_first_parcel_ships_nothing(alice: UserProfile) -> None:
    order = a_paid_order(alice)
    (line,) = lines_of(order)
    refund(line, 1)
    with transaction.atomic():
        publish(
            LinesRefunded(order_id=order.pk, refund_number="R1", pieces={line.pk: 1}, amount=line.amount, is_last=True)
        )
    assert state_of(order) == "paid"


def test_pieces_of_a_refused_refund_follow_in_a_parcel_of_their_own(alice: UserProfile) -> None:
    order = a_paid_order(alice, 1, 1)
    second = lines_of(order)[1]
    refund(second, 1)
    a_shipment(order)
    assert state_of(order) == "shipped"
    OrderLine.objects.filter(pk=second.pk).update(refunded_quantity=0)

    ship(order, {second.pk: 1}, "SF2")

    assert fulfilment.unshipped(order) == {}
    assert OrderEvent.objects.filter(order=order, to_status="shipped").count() == 1


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


def test_pieces_that_stayed_behind_leave_also_after_the_buyer_has_the_rest(alice: UserProfile) -> None:
    order = a_paid_order(alice, 1, 1)
    first, second = lines_of(order)
    refund(second, 1)
    ship(order, {first.pk: 1})
    fulfilment.confirm_receipt(order=order, actor_id=alice.pk)
    OrderLine.objects.filter(pk=second.pk).update(refunded_quantity=0)  # staff refused

    ship(order, {second.pk: 1}, "SF2")

    assert state_of(order) == "received"
    assert fulfilment.unshipped(order) == {}
