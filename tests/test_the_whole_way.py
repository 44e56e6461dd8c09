"""From a coupon to the day's bill: what a buyer does over HTTP and staff in xadmin, and nothing else."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from apps.common.clock import BEIJING
from apps.common.tasks import sweeps
from apps.common.tests.back_office import act, clerk
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Order, Refund
from apps.trade.tests.factories import CarrierFactory, CouponFactory
from tests.buyers import ORDER

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=BEIJING)
ORDERS, REFUNDS = "/xadmin/trade/order/", "/xadmin/trade/refund/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def let_pass(clock: time_machine.Traveller, **time: int) -> None:
    """Let time pass, and the shop do what is due by then."""
    clock.shift(timedelta(**time))
    for sweep in sweeps():
        sweep.run()


def test_two_goods_with_a_coupon_are_paid_shipped_partly_returned_and_billed(
    shopper: APIClient, client: Client, clock: time_machine.Traveller
) -> None:
    office = clerk("trade.change_order", "trade.change_refund")
    lamp, bulb = SkuFactory(price="40.00", stock=10), SkuFactory(price="10.00", stock=10)
    coupon = CouponFactory(value="9.00")

    order = order_with(shopper, str(coupon.public_id), lamp, bulb)
    assert order.total == Decimal("41.00")
    pay_by_code(shopper, client, order)
    let_pass(clock, minutes=1)
    assert state_of(shopper, order) == "paid"

    parcel = {"carrier": CarrierFactory().pk, "tracking_number": "SF123456"}
    act(office, ORDERS, "ship_order", order, **parcel, **{f"line_{line.pk}": 1 for line in order.lines.all()})
    (shipment,) = shopper.get(f"/orders/{order.pk}/").json()["shipments"]
    assert shipment["tracking_number"] == "SF123456"
    assert shopper.post(f"/orders/{order.pk}/receive/").status_code == 200

    refund = return_one_line(shopper, office, order, lamp)
    for _ in range(3):  # WeChat takes its time
        let_pass(clock, minutes=10)
    shown = shopper.get(f"/refunds/{refund.public_id}/").json()
    # Of the 9 yuan off, the lamp had 7.20.
    assert (shown["state"], shown["amount"]) == ("succeeded", "32.80")
    assert state_of(shopper, order) == "received"
    assert [Sku.objects.get(pk=sku.pk).stock for sku in (lamp, bulb)] == [10, 9]

    clock.shift(timedelta(days=1))
    assert bill_of(NOON) == {
        "payments": both_sides(1, "41.00"),
        "refunds": both_sides(1, "32.80"),
        "differences": [],
    }
    call_command("shop_doctor", stdout=StringIO())


def order_with(shopper: APIClient, coupon: str, *skus: Sku) -> Order:
    """Claim the coupon, fill the cart, ask for the price and order at it."""
    grant = shopper.post(f"/coupons/{coupon}/claim/").json()
    for sku in skus:
        assert shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 1}).status_code == 201
    wishes = {"coupon": grant["public_id"], "address": ORDER["address"]}
    quote = shopper.post("/quotes/", wishes, format="json").json()
    answer = shopper.post("/orders/", {**ORDER, **wishes, "quote": quote["quote"]}, format="json")
    assert answer.status_code == 201, answer.content
    assert answer.json()["order_mount"] == quote["total"]
    return Order.objects.get(pk=answer.json()["id"])


def pay_by_code(shopper: APIClient, client: Client, order: Order) -> None:
    """Open WeChat Pay's code, scan it and pay there."""
    way = shopper.post(f"/orders/{order.pk}/payments/", {"channel": "wechat", "method": "native"}).json()
    page = way["code_url"].removeprefix("http://127.0.0.1:8000")
    assert "<svg" in client.get(page).content.decode()
    assert client.post(page).status_code == 200


def state_of(shopper: APIClient, order: Order) -> str:
    return str(shopper.get(f"/orders/{order.pk}/").json()["status"])


def return_one_line(shopper: APIClient, office: Client, order: Order, sku: Sku) -> Refund:
    """The buyer asks and sends the goods back; staff agree, take them in and let the money go."""
    items = [{"line": order.lines.get(sku=sku).pk, "nums": 1}]
    wanted = {"order": order.pk, "kind": "return_goods", "reason": "damaged", "items": items}
    refund = Refund.objects.get(public_id=shopper.post("/refunds/", wanted, format="json").json()["public_id"])
    act(office, REFUNDS, "approve_refund", refund)
    parcel = {"carrier": "顺丰速运", "tracking_number": "SF654321"}
    assert shopper.post(f"/refunds/{refund.public_id}/shipment/", parcel).status_code == 200
    act(office, REFUNDS, "goods_arrived", refund, restock="on")
    act(office, REFUNDS, "approve_refund", refund)
    return refund


def both_sides(count: int, total: str) -> dict[str, object]:
    """A bill and our rows, which say the same."""
    nothing = {"difference": "0.00", "unexplained": "0.00"}
    return {"count": count, "sum": total, "count_here": count, "sum_here": total, **nothing}


def bill_of(day: datetime) -> dict[str, object]:
    """What WeChat Pay's bill of the day says, compared with our rows; the command fails where they differ."""
    printed = StringIO()
    call_command("reconcile", channel="wechat", date=day.date(), json=True, stdout=printed)
    (run,) = json.loads(printed.getvalue())
    return {name: run[name] for name in ("payments", "refunds", "differences")}
