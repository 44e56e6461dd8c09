"""What a buyer is told at each step of an order."""

import pytest
from django.db import transaction

from apps.notifications.models import Notice
from apps.trade.models import Order, OrderStatus
from apps.trade.services import closing, fulfilment
from apps.trade.services.order_moves import LEGAL_MOVES, move
from apps.trade.services.order_notices import MONEY, MOVES
from apps.trade.tests.factories import CarrierFactory, a_paid_order, a_shipment, an_order
from apps.users.models import UserProfile


def topics(user: UserProfile) -> list[str]:
    return list(Notice.objects.of(user.pk).order_by("pk").values_list("topic", flat=True))


def test_a_buyer_is_told_of_each_step(alice: UserProfile) -> None:
    order = a_paid_order(alice)
    shipment = a_shipment(order)
    fulfilment.receive_order(order=order)
    fulfilment.finish_order(order=order)

    assert topics(alice) == ["order.paid", "order.parcel", "order.received", "order.finished"]
    notice = Notice.objects.get(topic="order.parcel")
    assert notice.params == {"order": order.number, "carrier": "顺丰速运", "number": shipment.tracking_number}
    assert set(Notice.objects.values_list("reference", flat=True)) == {order.number}


def test_a_buyer_is_told_of_each_parcel(alice: UserProfile) -> None:
    order = a_paid_order(alice, 2)
    (line,) = order.lines.all()
    for number in ("SF1", "SF2"):
        fulfilment.ship_parcel(order=order, carrier=CarrierFactory(), tracking_number=number, pieces={line.pk: 1})
    assert topics(alice) == ["order.paid", "order.parcel", "order.parcel"]


def test_placing_an_order_tells_nothing_and_cancelling_it_does(alice: UserProfile) -> None:
    order = an_order(alice)
    assert topics(alice) == []
    closing.cancel_order(order=order, actor_id=alice.pk)
    assert topics(alice) == ["order.cancelled"]


@pytest.mark.parametrize(("before", "after"), sorted(LEGAL_MOVES))
def test_every_legal_move_has_its_words(alice: UserProfile, before: OrderStatus, after: OrderStatus) -> None:
    order = an_order(alice)
    Order.objects.update(status=before)
    order.refresh_from_db()

    with transaction.atomic():
        move(order=order, to=after, reason="test")

    failed = before == OrderStatus.REFUNDING and after != OrderStatus.REFUNDED
    told = "back" if failed else f"money.{after}" if after in MONEY else after.value
    assert topics(alice) == ([f"order.{told}"] if failed or after in {**MOVES, **MONEY} else [])


def test_what_did_not_happen_is_not_told(alice: UserProfile) -> None:
    order = an_order(alice)
    with transaction.atomic():
        closing.cancel_order(order=order, actor_id=alice.pk)
        transaction.set_rollback(True)
    assert topics(alice) == []
