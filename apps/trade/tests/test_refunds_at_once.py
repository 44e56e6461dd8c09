"""Refunds at the same moment: pieces and money are promised once, paid back once, and the order ends in one state."""

from collections import Counter
from contextlib import suppress
from decimal import Decimal

import pytest

from apps.common.exceptions import ShopError
from apps.common.tests.racing import run_together
from apps.goods.models import StockMovement
from apps.trade.exceptions import ToDoSettled
from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import OddRefund, Order, Refund, RefundEvent
from apps.trade.services import odd_refund_decisions, refund_decisions, refund_execution, refunds
from apps.trade.services.refund_deadlines import end_overdue_refunds
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.refunding import (
    a_refund,
    a_refundable_order,
    assert_reserves_match,
    due_now,
    lines_of,
    open_bank,
    payment_of,
)
from apps.users.models import UserProfile
from conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_task_hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tests themselves choose when the gateway is asked."""
    monkeypatch.setattr("apps.trade.services.refund_moves.enqueue", lambda name, row_id: None)


def test_c24_eight_applications_for_the_same_pieces_are_one(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3), freight="8.00")
    body = {"order": order.pk, "kind": "refund_only", "reason": "other"}

    answers = run_together(8, lambda _: client_of(alice).post("/refunds/", body).status_code)

    assert Counter(answers) == {201: 1, 409: 7}
    assert payment_of(order).refunded_amount == Decimal("38.00")
    assert_reserves_match(order)


def test_c24_refunds_of_single_pieces_never_pass_what_was_paid(alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, ("3.33", 5), ("0.01", 3), discounts=("0.02",), until="shipped")
    one, other = lines_of(order)

    def act(number: int) -> bool:
        wanted = [Wanted(line_id=(one, other)[number % 2].pk, pieces=1)]
        try:
            if number % 3:
                refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other", wanted=wanted)
            else:
                refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other", wanted=wanted)
        except ShopError:
            return False
        return True

    assert sum(run_together(16, act)) == 8
    assert payment_of(order).refunded_amount == order.total
    assert_reserves_match(order)


def test_of_all_answers_at_once_one_counts(alice: UserProfile, staff: UserProfile) -> None:
    pending = [a_refund(alice) for _ in range(4)]

    def act(number: int) -> bool:
        refund, answer = Refund.objects.get(pk=pending[number // 4].pk), number % 4
        try:
            match answer:
                case 0:
                    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk, amount=Decimal("7.00"))
                case 1:
                    refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="x")
                case 2:
                    refunds.withdraw_refund(refund=refund, user=alice)
                case 3:
                    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
        except ShopError:
            return False
        return True

    answers = run_together(16, act)

    assert [sum(answers[number * 4 : number * 4 + 4]) for number in range(4)] == [1] * 4
    for refund in pending:
        assert RefundEvent.objects.filter(refund=refund).count() == 2
        assert_reserves_match(refund.order)
        refund.refresh_from_db()
        order = Order.objects.get(pk=refund.order_id)
        assert order.status == ("refunding" if refund.state == "processing" else "paid")


def test_two_halves_of_an_order_meet_in_one_state(
    alice: UserProfile, staff: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_refundable_order(alice, ("10.00", 4))
    line = lines_of(order)[0].pk
    quarters = [
        refunds.apply_for_refund(
            order=order, user=alice, kind="refund_only", reason="other", wanted=[Wanted(line_id=line, pieces=1)]
        )
        for _ in range(4)
    ]
    run_together(4, lambda n: refund_decisions.approve_refund(refund=quarters[n], actor_id=staff.pk))
    assert Order.objects.get().status == "refunding"

    bank = open_bank(monkeypatch)
    run_together(4, lambda n: refund_execution.settle_refund(refund_id=quarters[n].pk))
    due_now()
    refund_execution.settle_due_refunds()

    assert Order.objects.get().status == "refunded"
    assert bank.paid_back == order.total
    assert StockMovement.objects.filter(reason="refunded").count() == 4
    assert lines_of(order)[0].sku.stock == 100


def test_c24_sweeps_tasks_and_notifications_at_once_are_one_refund(
    alice: UserProfile, staff: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = open_bank(monkeypatch)
    refund = a_refund(alice)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    told = bank.refund(
        number="", trade_no="", refund_number=refund.number, amount=refund.amount, total=refund.amount, reason=""
    )

    def act(number: int) -> object:
        match number % 3:
            case 0:
                return refund_execution.settle_due_refunds()
            case 1:
                return refund_execution.settle_refund(refund_id=refund.pk)
            case _:
                return refund_execution.take_refund_result(
                    channel="alipay", refund_number=refund.number, result=told
                ).state

    run_together(9, act)

    assert Refund.objects.get().state == "succeeded"
    assert RefundEvent.objects.filter(to_state="succeeded").count() == 1
    assert StockMovement.objects.filter(reason="refunded").count() == 1
    assert bank.calls.count("refund") <= 2, "ours, and the first of the shop's"
    assert len(bank.books) == 1


def test_sweeps_at_once_grant_each_request_once(alice: UserProfile) -> None:
    for _ in range(3):
        a_refund(alice)
    Refund.objects.update(deadline_at="2026-01-01T00:00:00Z")

    assert sum(run_together(4, lambda _: end_overdue_refunds())) == 3
    assert RefundEvent.objects.filter(to_state="processing").count() == 3


def test_a_late_success_told_by_many_while_staff_close_it_is_booked_once(
    alice: UserProfile, staff: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the clerk or the gateway comes first: the money left the shop, and ends in the books."""
    bank = open_bank(monkeypatch, answers="refused")
    order = a_refundable_order(alice)
    refund = refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other", restock=True)
    refund_execution.settle_refund(refund_id=refund.pk)
    told = GatewayRefund(state="done", amount=refund.amount, gateway_number="G1")
    bank.books[refund.number] = told

    def act(number: int) -> None:
        if number % 2:
            refund_execution.take_refund_result(channel="alipay", refund_number=refund.number, result=told)
            return
        with suppress(ShopError):
            refund_decisions.refuse_refund(refund=Refund.objects.get(), actor_id=staff.pk, reason="x")

    run_together(8, act)

    order.refresh_from_db()
    assert (Refund.objects.get().state, order.status) == ("succeeded", "refunded")
    assert StockMovement.objects.filter(reason="refunded").count() == 1
    assert_reserves_match(order)


def test_clerks_who_book_while_the_gateway_tells_again_book_once(
    alice: UserProfile, staff: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = open_bank(monkeypatch, answers="refused")
    order = a_refundable_order(alice)
    refund = refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other", restock=True)
    refund_execution.settle_refund(refund_id=refund.pk)
    told = GatewayRefund(state="done", amount=refund.amount, gateway_number="G1")
    bank.books[refund.number] = told
    other = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other")

    def hear() -> None:
        refund_execution.take_refund_result(channel="alipay", refund_number=refund.number, result=told)

    run_together(4, lambda _number: hear())
    refund_decisions.refuse_refund(refund=other, actor_id=staff.pk, reason="x")

    def act(number: int) -> None:
        if number % 2:
            hear()
            return
        with suppress(ToDoSettled):
            odd_refund_decisions.book(odd=OddRefund.objects.get(), actor_id=staff.pk)

    run_together(8, act)

    order.refresh_from_db()
    assert (Refund.objects.get(pk=refund.pk).state, order.status) == ("succeeded", "refunded")
    assert RefundEvent.objects.filter(refund=refund, to_state="succeeded").count() == 1
    assert StockMovement.objects.filter(reason="refunded").count() == 1
    assert OddRefund.objects.get().state in ("resolved", "gone")
    assert_reserves_match(order)
