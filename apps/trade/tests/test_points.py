"""Points: earned when an order is finished, and what refunds do to those earned and those spent."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import Sum

from apps.common.events import publish
from apps.common.exceptions import InvalidInput
from apps.goods.tests.factories import SkuFactory
from apps.trade.events import LinesRefunded
from apps.trade.exceptions import NotEnoughPoints
from apps.trade.models import CouponGrant, GoodsPurchase, Order, OrderLine, OrderStatus, PointsAccount
from apps.trade.services import points
from apps.trade.services.offers import Wishes
from apps.trade.services.order_moves import move
from apps.trade.services.orders import place_order
from apps.trade.tests.factories import RECIPIENT, CouponGrantFactory, a_shipment
from apps.users.models import UserProfile


@pytest.fixture
def account(alice: UserProfile) -> PointsAccount:
    account = PointsAccount.objects.create(user=alice)
    points.adjust_points(account=account, delta=1000, note="生日", actor_id=None)
    return account


def balance(account: PointsAccount) -> int:
    account.refresh_from_db()
    assert account.balance == account.entries.aggregate(sum=Sum("delta"))["sum"]
    return account.balance


def an_order(user: UserProfile, *, spent: int = 0, quantity: int = 3, **more: object) -> Order:
    """Pieces of 20 yuan each of a limited goods."""
    sku = SkuFactory(price=Decimal("20.00"), goods__purchase_limit=9)
    return place_order(user=user, items={sku.pk: quantity}, wishes=Wishes(points=spent, **more), **RECIPIENT)


@transaction.atomic
def go(order: Order, *stations: OrderStatus) -> Order:
    for station in stations:
        move(order=order, to=station, reason="test")
    return order


def finished(order: Order) -> Order:
    return go(order, OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED)


@transaction.atomic
def refunded(order: Order, number: str, pieces: Mapping[int, int] | int, *, is_last: bool = False) -> None:
    if isinstance(pieces, int):
        pieces = {order.lines.get().pk: pieces}
    event = LinesRefunded(
        order_id=order.pk, refund_number=number, pieces=pieces, amount=Decimal("1.00"), is_last=is_last
    )
    publish(event)


def test_a_finished_order_earns_on_what_was_paid(alice: UserProfile, account: PointsAccount) -> None:
    order = an_order(alice, spent=550)
    assert balance(account) == 450
    finished(order)
    assert balance(account) == 450 + 54


def test_a_buyer_without_an_account_gets_one(alice: UserProfile) -> None:
    finished(an_order(alice))
    assert balance(PointsAccount.objects.get(user=alice)) == 60


def test_finished_a_second_time_it_earns_nothing_more(alice: UserProfile, account: PointsAccount) -> None:
    order = finished(an_order(alice))
    go(order, OrderStatus.REFUNDING, OrderStatus.FINISHED)
    assert balance(account) == 1060


def test_pieces_that_went_back_before_earn_nothing(alice: UserProfile, account: PointsAccount) -> None:
    order = go(an_order(alice), OrderStatus.PAID)
    refunded(order, "R1", 1)
    go(order, OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED)
    assert balance(account) == 1040


def test_pieces_bring_back_the_points_they_were_paid_with_to_the_last(
    alice: UserProfile, account: PointsAccount
) -> None:
    order = go(an_order(alice, spent=1000), OrderStatus.PAID)
    seen = []
    for number in range(3):
        refunded(order, f"R{number}", 1)
        seen.append(balance(account))
    assert seen == [333, 666, 1000]


def test_pieces_take_back_what_they_earned(alice: UserProfile, account: PointsAccount) -> None:
    order = finished(an_order(alice))
    refunded(order, "R1", 1)
    assert balance(account) == 1040
    refunded(order, "R2", 2, is_last=True)
    assert balance(account) == 1000


def test_an_account_does_not_go_negative_and_the_next_refund_tries_again(
    alice: UserProfile, account: PointsAccount
) -> None:
    order = finished(an_order(alice))
    points.adjust_points(account=account, delta=-1050, note="兑换", actor_id=None)

    refunded(order, "R1", 1)
    assert balance(account) == 0
    assert account.entries.get(reason="refund_taken").note == "10 积分已被使用"

    points.adjust_points(account=account, delta=100, note="补偿", actor_id=None)
    refunded(order, "R2", 1)
    assert balance(account) == 70


def test_money_without_pieces_moves_no_points(alice: UserProfile, account: PointsAccount) -> None:
    order = finished(an_order(alice, spent=500))
    before = balance(account)
    refunded(order, "R1", {})
    assert balance(account) == before


@pytest.mark.parametrize("shipped", [False, True])
def test_all_of_it_refunded_before_it_was_shipped_is_as_if_never_ordered(
    alice: UserProfile, account: PointsAccount, shipped: bool
) -> None:
    grant = CouponGrantFactory(user=alice)
    order = go(an_order(alice, spent=300, coupon=grant.public_id), OrderStatus.PAID)
    if shipped:
        a_shipment(order)

    refunded(order, "R1", 2)
    assert CouponGrant.objects.get().state == "used", "only a part"
    refunded(order, "R2", 1, is_last=True)

    assert CouponGrant.objects.get().state == ("used" if shipped else "unused")
    assert GoodsPurchase.objects.get().quantity == (3 if shipped else 0)
    assert balance(account) == 1000
    assert OrderLine.objects.get().settled_quantity == 3


def test_the_last_refund_settles_what_no_refund_named(alice: UserProfile, account: PointsAccount) -> None:
    order = finished(an_order(alice, spent=500))
    refunded(order, "R1", {}, is_last=True)
    assert balance(account) == 1000


@pytest.mark.parametrize(
    ("delta", "note", "refusal"), [(0, "x", InvalidInput), (5, " ", InvalidInput), (-1001, "x", NotEnoughPoints)]
)
def test_staff_say_why_and_take_no_more_than_there_is(
    account: PointsAccount, delta: int, note: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        points.adjust_points(account=account, delta=delta, note=note, actor_id=None)
    assert balance(account) == 1000
