"""Refunds that a bill lists and the shop does not know: of its own older numbers, or made at the gateway's desk."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from apps.common.exceptions import ShopError
from apps.common.tests.back_office import act, clerk, page
from apps.common.tests.racing import run_together
from apps.goods.models import StockMovement
from apps.trade.models import (
    Discrepancy,
    OddRefund,
    Order,
    Payment,
    PaymentAttempt,
    ReconciliationRun,
    Refund,
    SandboxRefund,
    SandboxTrade,
)
from apps.trade.services import attempts, closing, missing_refunds, questions, refund_decisions, refunds, sandbox
from apps.trade.tests.factories import an_order
from apps.trade.tests.late_refunds import (
    METHODS,
    a_piece_that_failed,
    as_failed,
    assert_books_are_right,
    compare_with_bill,
    pay_after_all,
    settle,
    state_of,
)
from apps.trade.tests.long_bills import NOON
from apps.users.models import UserProfile

DISCREPANCIES = "/xadmin/trade/discrepancy/"


@pytest.fixture(params=sorted(METHODS))
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def paid(alice: UserProfile, channel: str) -> Order:
    """Three pieces of ¥10, paid at noon."""
    return pay(alice, channel)


@pytest.fixture
def office(db: None) -> Client:
    return clerk("trade.change_discrepancy", username="clerk")


def pay(user: UserProfile, channel: str, *, chaos: str = "") -> Order:
    with time_machine.travel(NOON, tick=False):
        order = an_order(user, quantity=3)
        attempt = attempts.open_attempt(order=order, channel=channel, method=METHODS[channel])
        call_command("sandbox", "pay", attempt.number, *(["--chaos", chaos] if chaos else []), stdout=StringIO())
    return Order.objects.get(pk=order.pk)


def pay_back_at_the_desk(amount: str, *, number: str = "desk") -> None:
    SandboxRefund.objects.create(
        trade=SandboxTrade.objects.get(),
        refund_no=f"G-{number}",
        out_refund_no=number,
        amount=amount,
        state="done",
        done_at=NOON,
    )


def found_in_the_bill(channel: str) -> Discrepancy:
    compare_with_bill(channel)
    return Discrepancy.objects.get(subject="refund", kind="missing_here", state="open")


def assert_the_day_agrees(channel: str, order: Order) -> None:
    run = compare_with_bill(channel)
    assert (run.refund_difference, run.is_explained) == (0, True)
    assert not run.discrepancies.filter(seen_in=run.passes).exists()
    assert_books_are_right(order)


# -- Made at the gateway's desk --------------------------------------------------------------------
def test_money_alone_is_booked_by_a_click(paid: Order, channel: str, office: Client) -> None:
    pay_back_at_the_desk("3.00")
    act(office, DISCREPANCIES, "book_here", found_in_the_bill(channel))

    refund = Refund.objects.get()
    assert (refund.number, refund.kind, refund.state, refund.amount) == ("desk", "at_gateway", "succeeded", 3)
    its_number = {"alipay": SandboxTrade.objects.get().trade_no, "wechat": "G-desk"}[channel]
    assert (refund.gateway_number, refund.lines.count()) == (its_number, 0)
    actor = refund.events.get().actor
    assert actor
    assert actor.username == "clerk"
    row = Discrepancy.objects.get()
    assert (row.state, row.actor) == ("resolved", actor)
    assert Order.objects.get().status == "paid"
    assert Payment.objects.get().refunded_amount == Decimal("3.00")
    assert_the_day_agrees(channel, paid)


def test_all_the_money_that_is_left_is_for_all_pieces_that_are_left(paid: Order, channel: str, office: Client) -> None:
    pay_back_at_the_desk("30.00")
    act(office, DISCREPANCIES, "book_here", found_in_the_bill(channel))
    refund, line = Refund.objects.get(), paid.lines.get()
    assert (refund.kind, refund.lines.get().quantity, line.refunded_quantity) == ("refund_only", 3, 3)
    assert Order.objects.get().status == "refunded"
    assert not StockMovement.objects.filter(reason="refunded").exists()
    assert_the_day_agrees(channel, paid)


@pytest.mark.parametrize(
    ("pieces", "kind", "quantity"), [("1x2", "refund_only", 2), ("0x0", "at_gateway", 0)], ids=["two", "none"]
)
def test_staff_say_what_it_was_for(
    paid: Order, channel: str, office: Client, pieces: str, kind: str, quantity: int
) -> None:
    pay_back_at_the_desk("12.00")
    act(office, DISCREPANCIES, "book_here", found_in_the_bill(channel), pieces=pieces)
    assert Refund.objects.get().kind == kind
    assert paid.lines.get().refunded_quantity == quantity
    assert_the_day_agrees(channel, paid)


@pytest.mark.parametrize("pieces", ["2x1", "1x9", "1x1"])
def test_what_cannot_be_meant_books_nothing(paid: Order, channel: str, office: Client, pieces: str) -> None:
    pay_back_at_the_desk("12.00")
    act(office, DISCREPANCIES, "book_here", found_in_the_bill(channel), pieces=pieces)
    assert not Refund.objects.exists()
    assert Discrepancy.objects.get().state == "open"


def test_what_an_open_refund_holds_is_named(paid: Order, channel: str, office: Client, staff: UserProfile) -> None:
    pay_back_at_the_desk("3.00")
    other = refunds.apply_for_refund(order=paid, user=paid.user, kind="refund_only", reason="other")
    row = found_in_the_bill(channel)
    act(office, DISCREPANCIES, "book_here", row)
    assert f"请先了结该订单的这些退款：{other.number}。" in page(office, DISCREPANCIES)
    assert Discrepancy.objects.get().state == "open"
    refund_decisions.refuse_refund(refund=other, actor_id=staff.pk, reason="x")
    act(office, DISCREPANCIES, "book_here", row)
    assert Discrepancy.objects.get().state == "resolved"
    assert_the_day_agrees(channel, paid)


def test_without_its_payment_staff_are_told_what_to_do(alice: UserProfile, channel: str, office: Client) -> None:
    order = pay(alice, channel, chaos="lost")
    pay_back_at_the_desk("3.00")
    compare_with_bill(channel)
    row = Discrepancy.objects.get(subject="refund")
    act(office, DISCREPANCIES, "book_here", row)
    assert "请先处理该支付的差异，再重新对账当日。" in page(office, DISCREPANCIES)

    act(office, DISCREPANCIES, "ask_again", Discrepancy.objects.get(subject="payment"))
    compare_with_bill(channel)
    act(office, DISCREPANCIES, "book_here", row)
    assert set(Discrepancy.objects.values_list("state", flat=True)) == {"resolved"}
    assert_the_day_agrees(channel, order)


def test_what_the_gateway_says_otherwise_stays_open(paid: Order, channel: str, office: Client) -> None:
    pay_back_at_the_desk("3.00")
    row = found_in_the_bill(channel)
    SandboxRefund.objects.update(amount="4.00")
    act(office, DISCREPANCIES, "book_here", row)
    assert "支付平台的答复未能消除差异，请人工核查。" in page(office, DISCREPANCIES)
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="failing")
    act(office, DISCREPANCIES, "book_here", row)
    assert not Refund.objects.exists()
    assert Discrepancy.objects.get().state == "open"


def test_what_the_desk_paid_back_of_a_late_payment_is_its_refund(
    alice: UserProfile, channel: str, office: Client
) -> None:
    order = pay(alice, channel, chaos="lost")
    with time_machine.travel(NOON, tick=False):
        closing.cancel_order(order=order, actor_id=None)
        attempt = PaymentAttempt.objects.get(number=SandboxTrade.objects.get().out_trade_no)
        questions.settle(attempt=attempt, is_wanted=True)
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="refund_refused")
    late = as_failed(Refund.objects.get())
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="")
    SandboxRefund.objects.all().delete()
    pay_back_at_the_desk("30.00")

    act(office, DISCREPANCIES, "book_here", found_in_the_bill(channel))

    assert (state_of(late), late.number, late.kind) == ("succeeded", "desk", "late_payment")
    assert Payment.objects.get().status == "refunded"
    assert_the_day_agrees(channel, late.order)


def test_to_book_takes_the_right(paid: Order, channel: str) -> None:
    pay_back_at_the_desk("3.00")
    row = found_in_the_bill(channel)
    client = clerk("trade.view_discrepancy", "trade.add_refund")
    assert act(client, DISCREPANCIES, "book_here", row).status_code == 403
    assert "book_here" not in page(client, f"{DISCREPANCIES}{row.pk}/detail/")
    offers = page(clerk("trade.change_discrepancy", username="other"), f"{DISCREPANCIES}{row.pk}/detail/")
    assert 'value="book_here"' in offers
    assert 'value="ask_again"' not in offers


@pytest.mark.django_db(transaction=True)
def test_clerks_at_once_book_it_once(alice: UserProfile, staff: UserProfile) -> None:
    order = pay(alice, "wechat")
    pay_back_at_the_desk("3.00")
    row = found_in_the_bill("wechat")

    def book(_number: int) -> bool:
        try:
            missing_refunds.book_missing(discrepancy=Discrepancy.objects.get(pk=row.pk), actor_id=staff.pk)
        except ShopError:
            return False
        return True

    assert sum(run_together(6, book)) == 1
    assert Refund.objects.count() == 1
    assert_the_day_agrees("wechat", order)


# -- Ours, under an older number -------------------------------------------------------------------
def refused_for_good(alice: UserProfile, *, second: str) -> tuple[Refund, str]:
    """WeChat closed its number, and it was sent again under another."""
    refund = a_piece_that_failed(alice, "wechat")
    old = refund.number
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos=second)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        refund_decisions.retry_refund(refund=refund, actor_id=alice.pk)
        settle(refund)
    assert refund.events.filter(old_number=old).exists()
    SandboxRefund.objects.filter(out_refund_no=old).update(state="done", done_at=NOON)
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="")
    return refund, old


def test_what_was_paid_under_an_older_number_is_taken_in_by_a_click(alice: UserProfile, office: Client) -> None:
    refund, old = refused_for_good(alice, second="refund_refused")
    row = found_in_the_bill("wechat")
    assert row.reference == old
    act(office, DISCREPANCIES, "book_here", row)
    assert "请改用“重新查询支付平台”。" in page(office, DISCREPANCIES)

    act(office, DISCREPANCIES, "ask_again", row)

    assert (state_of(refund), refund.number) == ("succeeded", old)
    assert Discrepancy.objects.get().state == "resolved"
    assert_the_day_agrees("wechat", refund.order)


def test_what_was_paid_under_both_numbers_is_booked_twice(alice: UserProfile, office: Client) -> None:
    refund, old = refused_for_good(alice, second="")
    assert state_of(refund) == "succeeded"
    SandboxRefund.objects.update(done_at=NOON)
    row = found_in_the_bill("wechat")
    act(office, DISCREPANCIES, "ask_again", row)
    assert "请到“事后退款”处理。" in page(office, DISCREPANCIES)

    client = clerk("trade.change_oddrefund", username="other")
    act(client, "/xadmin/trade/oddrefund/", "book_odd_refund", OddRefund.objects.get())

    assert Refund.objects.get(number=old).kind == "at_gateway"
    assert Payment.objects.get().refunded_amount == Decimal("20.00")
    assert_the_day_agrees("wechat", refund.order)
    assert Discrepancy.objects.get().state == "gone"


def test_a_day_that_agrees_by_a_late_word_has_nothing_to_book(paid: Order, channel: str) -> None:
    """What fails and is paid all the same stays the refund that it was: a bill that lists it is no desk's."""
    refund = Refund.objects.get(
        pk=refunds.apply_for_refund(order=paid, user=paid.user, kind="refund_only", reason="other").pk
    )
    Refund.objects.filter(pk=refund.pk).update(state="failed")
    pay_after_all(refund)
    compare_with_bill(channel)
    row = Discrepancy.objects.get()
    assert row.kind == "state"
    assert not missing_refunds.can_be_booked(discrepancy=row)
    assert ReconciliationRun.objects.get().is_explained
