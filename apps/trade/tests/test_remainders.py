"""What is left of an order whose pieces are all back: freight, and what staff had held back."""

from decimal import Decimal

import pytest
from django.test import Client

from apps.common.exceptions import InvalidInput
from apps.common.invariants import invariants
from apps.common.tests.back_office import act, clerk, page, send
from apps.notifications.models import Notice
from apps.notifications.services.notices import text_of
from apps.trade.exceptions import IllegalMove, NotRefundable
from apps.trade.models import GoodsPurchase, Order, Refund
from apps.trade.services import refund_decisions, refunds
from apps.trade.services.refund_execution import settle_due_refunds
from apps.trade.services.remainders import give_remainder, remainder_of
from apps.trade.tests.refunding import Bank, a_refundable_order, assert_reserves_match, due_now, open_bank, payment_of
from apps.users.models import UserProfile

ORDERS = "/xadmin/trade/order/"


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    return open_bank(monkeypatch)


@pytest.fixture
def refunded(alice: UserProfile, staff: UserProfile, bank: Bank) -> Order:
    """An order of 30 yuan and 8 of freight of which 25 went back for all pieces."""
    order = a_refundable_order(alice, freight="8.00")
    refund = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other", with_freight=False)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk, amount=Decimal("25.00"))
    settle_due_refunds()
    return Order.objects.get(pk=order.pk)


def give(order: Order, staff: UserProfile, amount: str | None = None) -> Refund:
    wanted = None if amount is None else Decimal(amount)
    return give_remainder(order=order, actor_id=staff.pk, amount=wanted, reason="other")


def assert_the_books_are_right(order: Order) -> None:
    assert [
        finding for one in invariants() if "refund" in one.name or "reserves" in one.name for finding in one.look()
    ] == []
    assert Order.objects.get(pk=order.pk).status == "refunded"


def told(topic: str) -> str:
    return text_of(Notice.objects.filter(topic=topic).latest("pk"))


def test_a_buyer_is_told_how_much_of_the_money_goes_back_and_is_back(refunded: Order) -> None:
    assert refunded.status == "refunded"
    assert told("order.money.refunding") == f"订单 {refunded.number} 共 ¥38.00，其中 ¥25.00 正在退回给您。"
    assert told("order.money.refunded") == f"订单 {refunded.number} 共 ¥38.00，其中 ¥25.00 已退回给您。"


def test_staff_give_back_what_is_left_and_the_order_stays_refunded(
    refunded: Order, staff: UserProfile, bank: Bank
) -> None:
    assert remainder_of(refunded) == 13

    refund = give(refunded, staff)
    settle_due_refunds()

    refund.refresh_from_db()
    assert (refund.state, refund.amount, refund.freight_amount, refund.kind) == ("succeeded", 13, 8, "remainder")
    assert bank.paid_back == payment_of(refunded).amount == 38
    assert remainder_of(refunded) == 0
    assert_the_books_are_right(refunded)
    assert told("refund.succeeded") == f"订单 {refunded.number} 的退款 ¥13.00 已退回。"
    with pytest.raises(NotRefundable):
        give(refunded, staff)


def test_what_is_left_may_be_given_in_parts_and_never_more_than_was_paid(refunded: Order, staff: UserProfile) -> None:
    give(refunded, staff, "9.00")
    for amount in ("4.01", "0.00", "-1.00"):
        with pytest.raises(InvalidInput):
            give(refunded, staff, amount)
    rest = give(refunded, staff, "4.00")

    assert (rest.amount, rest.freight_amount) == (4, 0)
    assert_reserves_of_freight_and_payment(refunded)
    settle_due_refunds()
    assert_the_books_are_right(refunded)


def assert_reserves_of_freight_and_payment(order: Order) -> None:
    order.refresh_from_db()
    assert (order.refunded_freight, payment_of(order).refunded_amount) == (8, 38)


def test_only_a_refunded_order_has_a_remainder(alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, freight="8.00")
    assert remainder_of(order) == 0
    with pytest.raises(NotRefundable):
        give(order, staff)
    Order.objects.update(status="refunded")
    with pytest.raises(IllegalMove):  # of pieces
        refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other")


def test_one_that_the_gateway_refused_is_tried_again_for_the_same_sum(
    refunded: Order, staff: UserProfile, bank: Bank
) -> None:
    bank.answers = "refused"
    refund = give(refunded, staff)
    settle_due_refunds()
    assert (Refund.objects.get(pk=refund.pk).state, remainder_of(refunded)) == ("failed", 13)

    bank.answers = "done"
    refund_decisions.retry_refund(refund=refund, actor_id=staff.pk)
    due_now()
    settle_due_refunds()

    refund.refresh_from_db()
    assert (refund.state, refund.amount, refund.freight_amount) == ("succeeded", 13, 8)
    assert_the_books_are_right(refunded)


def test_one_that_failed_is_not_tried_again_when_another_has_its_money(
    refunded: Order, staff: UserProfile, bank: Bank
) -> None:
    bank.answers = "refused"
    refund = give(refunded, staff)
    settle_due_refunds()
    bank.answers = "done"
    give(refunded, staff, "1.00")

    with pytest.raises(NotRefundable):
        refund_decisions.retry_refund(refund=refund, actor_id=staff.pk)

    assert payment_of(refunded).refunded_amount == 26


def test_money_without_pieces_does_not_end_an_order_twice(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, freight="8.00")
    line = order.lines.get()
    order.lines.update(counts_for_limit=True)
    GoodsPurchase.objects.create(user=alice, goods_id=line.goods_id, quantity=6)
    refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other")
    settle_due_refunds()
    assert GoodsPurchase.objects.get().quantity == 3

    give(order, staff)
    settle_due_refunds()

    assert GoodsPurchase.objects.get().quantity == 3
    assert_reserves_match(order)


def test_staff_pay_back_the_rest_by_a_click_with_the_right_to(refunded: Order) -> None:
    asked = {"action": "give_remainder", "_selected_action": refunded.pk}
    without: Client = clerk("trade.change_order", username="without")
    send(without, ORDERS, asked)
    assert not Refund.objects.filter(kind="remainder").exists()

    client = clerk("trade.change_order", "trade.add_refund", username="clerk")
    assert "退还余款" in page(client, ORDERS)
    assert 'name="amount"' in send(client, ORDERS, asked).text
    act(client, ORDERS, "give_remainder", refunded, amount="8.00", reason="other")

    refund = Refund.objects.get(kind="remainder")
    assert (refund.amount, refund.state, refund.events.get().actor.username) == (8, "processing", "clerk")
