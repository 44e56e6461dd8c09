"""Money that a gateway paid back after all, and that the books cannot take as it was: it waits for staff."""

from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from apps.common.tests.back_office import act, clerk, page
from apps.trade.exceptions import IllegalRefundMove, NotRefundable, ToDoSettled
from apps.trade.models import OddRefund, Order, Payment, Refund, RefundEvent
from apps.trade.services import odd_refund_decisions, refund_decisions, refund_execution, refunds, todos
from apps.trade.tests.late_refunds import (
    METHODS,
    a_piece_that_failed,
    as_failed,
    assert_books_are_right,
    give,
    hear,
    paid_back_there,
    pay_after_all,
    settle,
    state_of,
    told,
)
from apps.trade.tests.refunding import Bank, a_refundable_order, assert_reserves_match, open_bank, payment_of
from apps.users.models import UserProfile

ODD = "/xadmin/trade/oddrefund/"
TEN = Decimal("10.00")


@pytest.fixture(params=sorted(METHODS))
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def failed(alice: UserProfile, channel: str) -> Refund:
    return a_piece_that_failed(alice, channel)


@pytest.fixture
def office(db: None) -> Client:
    return clerk("trade.change_oddrefund", "trade.view_oddrefund", username="clerk")


def ask_for_all(order: Order) -> Refund:
    return refunds.apply_for_refund(order=order, user=order.user, kind="refund_only", reason="other")


def the_doctor_names_it() -> bool:
    out = StringIO()
    try:
        call_command("shop_doctor", stdout=out, stderr=out)
    except CommandError:
        return "money_paid_back_is_booked" in out.getvalue()
    return False


# -- Kept ------------------------------------------------------------------------------------------
def test_what_others_have_by_now_is_kept_once_and_the_doctor_names_it(failed: Refund) -> None:
    pay_after_all(failed)
    other = ask_for_all(Order.objects.get())
    for _copy in range(2):
        hear(failed)
    odd = OddRefund.objects.get()
    assert (odd.refund, odd.number, odd.amount, odd.state) == (failed, failed.number, TEN, "open")
    assert (state_of(failed), state_of(other)) == ("failed", "requested")
    assert_reserves_match(failed.order)
    assert the_doctor_names_it()


def test_what_staff_settled_stays_so_when_it_is_told_again(failed: Refund, office: Client) -> None:
    ask_for_all(Order.objects.get())
    hear(failed)
    act(office, ODD, "settle_by_note", OddRefund.objects.get(), note="已追回")
    hear(failed)
    odd = OddRefund.objects.get()
    assert (odd.state, odd.note, odd.actor and odd.actor.username) == ("resolved", "已追回", "clerk")
    assert not the_doctor_names_it()


def test_it_is_gone_when_the_books_can_take_it(failed: Refund, staff: UserProfile) -> None:
    pay_after_all(failed)
    other = ask_for_all(Order.objects.get())
    hear(failed)
    refund_decisions.refuse_refund(refund=other, actor_id=staff.pk, reason="已退一件")
    hear(failed)
    assert (state_of(failed), OddRefund.objects.get().state) == ("succeeded", "gone")
    assert_books_are_right(failed.order)
    with pytest.raises(ToDoSettled):
        odd_refund_decisions.book(odd=OddRefund.objects.get(), actor_id=staff.pk)


# -- Booked by a click -----------------------------------------------------------------------------
@pytest.mark.parametrize("closed", [False, True])
def test_it_is_booked_as_it_was_once_its_pieces_are_free(
    failed: Refund, staff: UserProfile, office: Client, closed: bool
) -> None:
    pay_after_all(failed)
    other = ask_for_all(Order.objects.get())
    hear(failed)
    if closed:
        refund_decisions.refuse_refund(refund=failed, actor_id=staff.pk, reason="x")

    act(office, ODD, "book_odd_refund", OddRefund.objects.get())
    assert f"请先了结该订单的这些退款：{other.number}。" in page(office, ODD)
    assert (OddRefund.objects.get().state, state_of(other)) == ("open", "requested")

    refund_decisions.refuse_refund(refund=other, actor_id=staff.pk, reason="已退一件")
    act(office, ODD, "book_odd_refund", OddRefund.objects.get())
    assert (state_of(failed), failed.kind, failed.lines.count()) == ("succeeded", "refund_only", 1)
    event = failed.events.latest("pk")
    assert event.actor
    assert event.actor.username == "clerk"
    assert OddRefund.objects.get().state == "resolved"
    assert_books_are_right(failed.order)


def test_pieces_that_were_paid_twice_are_booked_as_money_alone(
    failed: Refund, staff: UserProfile, office: Client, shopper: APIClient
) -> None:
    order = failed.order
    pay_after_all(failed)
    other = give(Order.objects.get(), pieces=3, amount=Decimal("15.00"))
    settle(other)
    hear(failed)
    assert (state_of(other), state_of(failed)) == ("succeeded", "failed")

    act(office, ODD, "book_odd_refund", OddRefund.objects.get())

    assert (state_of(failed), failed.kind, failed.amount, failed.restock) == ("succeeded", "at_gateway", TEN, False)
    assert not failed.lines.exists()
    assert (Payment.objects.get().refunded_amount, paid_back_there()) == (Decimal("25.00"), Decimal("25.00"))
    assert_books_are_right(order)
    mine = shopper.get(f"/refunds/{failed.public_id}/").json()
    assert (mine["kind"], mine["amount"], mine["items"]) == ("at_gateway", "10.00", [])


def test_more_than_was_ever_paid_stays_a_finding(failed: Refund, office: Client) -> None:
    pay_after_all(failed)
    Refund.objects.filter(pk=failed.pk).update(amount="25.00")
    failed.refresh_from_db()
    failed.lines.update(amount="25.00", share="25.00")
    settle(give(Order.objects.get(), pieces=2))
    hear(failed)

    act(office, ODD, "book_odd_refund", OddRefund.objects.get())

    assert "该笔支付的可退余额不足。" in page(office, ODD)
    assert (OddRefund.objects.get().state, state_of(failed)) == ("open", "failed")
    assert the_doctor_names_it()


def test_to_book_takes_the_right(failed: Refund) -> None:
    ask_for_all(Order.objects.get())
    hear(failed)
    client = clerk("trade.view_oddrefund", "trade.change_refund")
    for action in ("book_odd_refund", "settle_by_note"):
        assert act(client, ODD, action, OddRefund.objects.get(), note="x").status_code == 403
    assert "book_odd_refund" not in page(client, f"{ODD}{OddRefund.objects.get().pk}/detail/")


# -- Older numbers ---------------------------------------------------------------------------------
@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    return open_bank(monkeypatch, answers="refused")


@pytest.fixture
def renumbered(alice: UserProfile, bank: Bank) -> Callable[[str], tuple[Refund, str]]:
    """A refund whose number the gateway refused for good, and that was sent under a new one; returns the old one."""

    def renumber(answer: str) -> tuple[Refund, str]:
        wanted = give(a_refundable_order(alice), pieces=1)
        old = as_failed(wanted).number
        bank.answers = answer
        refund_decisions.retry_refund(refund=wanted, actor_id=alice.pk, note="再试")
        settle(wanted)
        wanted.refresh_from_db()
        assert wanted.number != old
        return wanted, old

    return renumber


def test_the_step_keeps_the_number_that_it_replaced(renumbered: Callable[[str], tuple[Refund, str]]) -> None:
    refund, old = renumbered("pending")
    step = refund.events.get(from_state="failed")
    assert (step.old_number, step.note) == (old, "再试")
    assert refund_execution.refund_with_number(channel="alipay", number=old) == refund
    assert refund_execution.refund_with_number(channel="wechat", number=old) is None


def test_what_failed_again_is_taken_in_under_its_old_number(renumbered: Callable[[str], tuple[Refund, str]]) -> None:
    refund, old = renumbered("refused")
    newer = refund.number
    for _copy in range(2):
        hear(refund, number=old)
    assert (state_of(refund), refund.number) == ("succeeded", old)
    assert refund.events.latest("pk").old_number == newer
    assert not OddRefund.objects.exists()
    assert_reserves_match(refund.order)


def test_what_is_under_way_under_a_newer_number_waits_for_that(
    renumbered: Callable[[str], tuple[Refund, str]], staff: UserProfile, bank: Bank
) -> None:
    refund, old = renumbered("pending")
    hear(refund, number=old)
    with pytest.raises(NotRefundable, match=refund.number):
        odd_refund_decisions.book(odd=OddRefund.objects.get(), actor_id=staff.pk)
    bank.finish()
    settle(refund)
    odd_refund_decisions.book(odd=OddRefund.objects.get(), actor_id=staff.pk)

    twice = Refund.objects.get(number=old)
    assert (twice.kind, twice.state, twice.amount, twice.gateway_number) == ("at_gateway", "succeeded", TEN, "G1")
    assert (state_of(refund), payment_of(refund.order).refunded_amount) == ("succeeded", Decimal("20.00"))
    assert twice.events.get().actor == staff
    assert_reserves_match(refund.order)
    with pytest.raises(IllegalRefundMove):
        refund_decisions.retry_refund(refund=twice, actor_id=staff.pk)


def test_a_word_of_an_old_number_that_is_no_payment_changes_nothing(
    renumbered: Callable[[str], tuple[Refund, str]],
) -> None:
    refund, old = renumbered("pending")
    for state in ("refused", "pending"):
        result = told(refund).__class__(state=state, amount=refund.amount)  # type: ignore[arg-type]
        refund_execution.take_refund_result(channel="alipay", refund_number=old, result=result)
    assert state_of(refund) == "processing"
    assert not OddRefund.objects.exists()


def test_numbers_in_older_notes_become_columns(renumbered: Callable[[str], tuple[Refund, str]]) -> None:
    refund, old = renumbered("pending")
    steps = RefundEvent.objects.filter(refund=refund, from_state="failed")
    steps.update(old_number="", note=f"{old} 再试")
    migration = import_module("apps.trade.migrations.0057_refunds_paid_after_all")
    migration.take_numbers_out_of_notes(apps, None)
    assert (steps.get().old_number, steps.get().note) == (old, "再试")
    migration.put_numbers_back(apps, None)
    assert steps.get().note == f"{old} 再试"


def test_what_is_settled_is_settled_once(failed: Refund, staff: UserProfile) -> None:
    ask_for_all(Order.objects.get())
    hear(failed)
    odd = OddRefund.objects.get()
    todos.settle(todo=odd, actor_id=staff.pk, note="x")
    with pytest.raises(ToDoSettled):
        odd_refund_decisions.book(odd=odd, actor_id=staff.pk)
    assert state_of(failed) == "failed"
