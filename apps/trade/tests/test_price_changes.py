"""The price of an unpaid order, changed by staff."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.common import events
from apps.common.exceptions import InvalidInput
from apps.common.tests.back_office import act, clerk
from apps.goods.tests.factories import SkuFactory
from apps.notifications.models import Notice
from apps.trade.events import OrderRepriced
from apps.trade.exceptions import IllegalMove
from apps.trade.models import Order, OrderPriceChange, OrderStatus, Payment
from apps.trade.services.closing import cancel_order
from apps.trade.services.orders import place_order
from apps.trade.services.price_changes import change_price
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import RECIPIENT, FullReductionFactory
from apps.users.models import UserProfile


@pytest.fixture
def order(alice: UserProfile) -> Order:
    """30 yuan of goods, 3 off: lines of 10 and 20."""
    FullReductionFactory(tiers={"30": "3"})
    items = {SkuFactory(price=Decimal(price)).pk: 1 for price in (10, 20)}
    return place_order(user=alice, items=items, **RECIPIENT)


def sums(order: Order) -> list[Decimal]:
    order.refresh_from_db()
    return [order.goods_total, order.discount, order.freight, order.total]


def test_goods_and_freight_get_a_new_price_that_lines_share(order: Order, staff: UserProfile) -> None:
    change = change_price(order=order, goods=Decimal("20.00"), freight=Decimal(8), reason="老顾客", actor_id=staff.pk)

    assert sums(order) == [30, 10, 8, 28]
    assert [line.discount for line in order.lines.order_by("pk")] == [Decimal("3.33"), Decimal("6.67")]
    assert list(order.discounts.values_list("kind", "amount")) == [("reduction", 3), ("price_change", 7)]
    assert (change.old_goods, change.new_goods, change.old_freight, change.new_freight) == (27, 20, 0, 8)
    assert (change.actor, change.reason) == (staff, "老顾客")


def test_a_price_may_go_up_again_as_far_as_without_discount(order: Order) -> None:
    change_price(order=order, goods=Decimal("30.00"), reason="更正", actor_id=None)
    assert sums(order) == [30, 0, 0, 30]
    assert [one.amount for one in order.discounts.all()] == [3, -3]


def test_payments_are_told(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[OrderRepriced] = []
    monkeypatch.setitem(events._subscribers, OrderRepriced, [heard.append])
    change_price(order=order, freight=Decimal("5.00"), reason="偏远", actor_id=None)
    assert heard == [OrderRepriced(order_id=order.pk, old_total=Decimal("27.00"), new_total=Decimal("32.00"))]


def test_an_order_made_free_is_paid(order: Order) -> None:
    change_price(order=order, goods=Decimal(0), reason="赠送", actor_id=None)
    order.refresh_from_db()
    assert (order.status, order.total) == (OrderStatus.PAID, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"goods": Decimal("30.01")}, "goods"),
        ({"goods": Decimal("-0.01")}, "goods"),
        ({"freight": Decimal(-1)}, "freight"),
        ({"goods": Decimal("27.00")}, "goods"),
        ({}, "goods"),
        ({"goods": Decimal("20.00"), "reason": " "}, "reason"),
    ],
)
def test_what_is_no_price_is_refused(order: Order, change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change_price(order=order, actor_id=None, **{"reason": "x", **change})
    assert set(refusal.value.fields) == {field}
    assert sums(order) == [30, 3, 0, 27]
    assert not OrderPriceChange.objects.exists()


@pytest.mark.parametrize("status", [OrderStatus.PAID, OrderStatus.CANCELLED])
def test_once_paid_or_over_the_price_stays(order: Order, alice: UserProfile, status: OrderStatus) -> None:
    seen = Order.objects.get(pk=order.pk)
    if status == OrderStatus.CANCELLED:
        cancel_order(order=order, actor_id=alice.pk)
    else:
        Order.objects.update(status=status)
    with pytest.raises(IllegalMove) as refusal:
        change_price(order=seen, goods=Decimal("20.00"), reason="x", actor_id=None)
    assert refusal.value.members == {"state": status}
    assert sums(order) == [30, 3, 0, 27]


def test_staff_change_prices_with_the_right_to(order: Order) -> None:
    answers = {"goods": "25.00", "freight": "", "reason": "老顾客"}
    mover = clerk("trade.change_order")
    assert act(mover, "/xadmin/trade/order/", "change_price", order, **answers).status_code == 403
    assert sums(order)[3] == 27

    pricer = clerk("trade.view_order", "trade.add_orderpricechange", username="pricer")
    act(pricer, "/xadmin/trade/order/", "change_price", order, **answers)
    assert sums(order)[3] == 25
    assert OrderPriceChange.objects.get().actor.username == "pricer"


def test_d6_a_copy_pays_no_order_whose_money_is_on_its_way_back(order: Order, visitor: APIClient) -> None:
    """The price was changed, paid at the old one, and changed back."""
    old = signed(fields_for(order))
    change_price(order=order, goods=Decimal("20.00"), reason="老顾客", actor_id=None)
    assert notify(visitor, old) == (200, b"success")
    change_price(order=order, goods=Decimal("27.00"), reason="更正", actor_id=None)

    assert notify(visitor, old) == (200, b"success")

    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT
    assert Payment.objects.get().status == Payment.Status.REFUND_DUE


def test_the_buyer_is_told_what_the_order_costs_now(order: Order) -> None:
    change_price(order=order, freight=Decimal("5.00"), reason="偏远", actor_id=None)
    notice = Notice.objects.get(topic="order.repriced")
    assert notice.user_id == order.user_id
    assert notice.params == {"order": order.number, "old": "27.00", "new": "32.00"}
