"""Money of another amount than was asked for pays nothing, is kept for staff, and goes back or is looked into."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient
from xadmin.models import Log

from apps.common.exceptions import GatewayFailed
from apps.common.tests.back_office import act, clerk, page
from apps.trade.exceptions import OddPaymentRemains, ToDoSettled
from apps.trade.models import OddPayment, Order, Payment, PaymentAttempt, Refund, SandboxTrade
from apps.trade.services import (
    attempts,
    closing,
    odd_payment_decisions,
    payments,
    questions,
    reconciliation,
    refund_decisions,
    sandbox,
    sandbox_notices,
    todos,
)
from apps.trade.services.bill_days import day_of
from apps.trade.services.refund_execution import settle_due_refunds
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import an_order
from apps.trade.tests.refunding import due_now
from apps.users.models import UserProfile

ODD = "/xadmin/trade/oddpayment/"
METHODS = {"alipay": "page", "wechat": "native"}
FEN = Decimal("0.01")


@pytest.fixture(params=sorted(METHODS))
def attempt(alice: UserProfile, request: pytest.FixtureRequest) -> PaymentAttempt:
    """A way to pay an order of two pieces, by each channel in turn."""
    order = an_order(alice, quantity=2)
    return attempts.open_attempt(order=order, channel=request.param, method=METHODS[request.param])


def paid_otherwise(attempt: PaymentAttempt, amount: Decimal = FEN, *, chaos: str = "lost") -> SandboxTrade:
    """Money of another amount is at the gateway, whatever it was asked for."""
    call_command("sandbox", "pay", attempt.number, "--chaos", chaos, stdout=StringIO())
    trade = SandboxTrade.objects.get(out_trade_no=attempt.number)
    SandboxTrade.objects.filter(pk=trade.pk).update(total_amount=amount)
    trade.refresh_from_db()
    return trade


def ask(attempt: PaymentAttempt) -> str:
    return questions.ask_about(attempt=PaymentAttempt.objects.select_related("order").get(pk=attempt.pk))


def told(attempt: PaymentAttempt) -> OddPayment:
    """What staff see once the gateway has answered."""
    paid_otherwise(attempt)
    assert ask(attempt) == "open"
    return OddPayment.objects.get()


def assert_unpaid(attempt: PaymentAttempt) -> None:
    assert Order.objects.get(pk=attempt.order_id).status == "pending_payment"
    assert not Payment.objects.exists()


def settle_refunds() -> None:
    for _pass in range(3):
        due_now()
        settle_due_refunds()


def assert_healthy() -> None:
    call_command("shop_doctor", stdout=StringIO())


# -- Kept --------------------------------------------------------------------------------------------
def test_d4_an_answer_of_another_amount_pays_nothing_and_is_kept_once(attempt: PaymentAttempt) -> None:
    trade = paid_otherwise(attempt)
    for _question in range(3):
        assert ask(attempt) == "open"
    row = OddPayment.objects.get()
    assert (row.attempt_id, row.channel, row.trade_no, row.state) == (
        attempt.pk,
        attempt.channel,
        trade.trade_no,
        "open",
    )
    assert (row.asked, row.told, row.told_by) == (Decimal("20.00"), FEN, "answer")
    assert_unpaid(attempt)
    assert_healthy()


def test_d4_a_notification_of_another_amount_is_kept_until_the_gateway_corrects_itself(
    attempt: PaymentAttempt,
) -> None:
    call_command("sandbox", "pay", attempt.number, "--chaos", "wrong_amount", stdout=StringIO())
    row = OddPayment.objects.get()
    assert (row.told, row.told_by, row.state) == (Decimal("20.01"), "notification", "open")
    assert_unpaid(attempt)
    assert_healthy()

    assert questions.ask_about_due_attempts() == 1, "it is asked about at once"

    row.refresh_from_db()
    assert (row.state, Payment.objects.get().status) == ("gone", "accepted")
    assert Order.objects.get().status == "paid"
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert sandbox_notices.deliver_due() == 0, "it is no truer when it comes again"
    assert OddPayment.objects.get().state == "gone", "what is paid is odd no more"
    assert_healthy()


def test_two_amounts_of_one_trade_are_two_rows(attempt: PaymentAttempt) -> None:
    trade = paid_otherwise(attempt)
    ask(attempt)
    SandboxTrade.objects.filter(pk=trade.pk).update(total_amount="3.00")
    ask(attempt)
    assert set(OddPayment.objects.values_list("told", flat=True)) == {FEN, Decimal("3.00")}
    SandboxTrade.objects.filter(pk=trade.pk).update(total_amount="20.00")
    assert ask(attempt) == "paid"
    assert set(OddPayment.objects.values_list("state", flat=True)) == {"gone"}
    assert_healthy()


def test_what_is_unsigned_or_of_no_payment_is_not_kept(visitor: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    unsigned = {**signed(fields_for(order)), "total_amount": "0.01"}
    waiting = signed(fields_for(order, total_amount="0.01", trade_status="WAIT_BUYER_PAY"))
    for fields in (unsigned, waiting):
        assert notify(visitor, fields) == (400, b"fail")
    assert not OddPayment.objects.exists()


def test_a_lost_row_is_found_by_the_doctor(attempt: PaymentAttempt) -> None:
    told(attempt).delete()
    with pytest.raises(Exception, match="1 findings"):
        call_command("shop_doctor", "--only", "odd_amount_is_a_to_do", stdout=StringIO())


def test_an_order_expires_though_another_amount_was_paid(attempt: PaymentAttempt) -> None:
    row = told(attempt)
    assert closing.close_expired_orders(now=timezone.now() + timedelta(days=1)) == 1
    assert Order.objects.get().status == "expired"
    row.refresh_from_db()
    assert row.state == "open", "staff still have to give it back"
    assert_healthy()


# -- Given back --------------------------------------------------------------------------------------
def test_staff_have_it_paid_back_and_the_order_can_be_paid_anew(attempt: PaymentAttempt) -> None:
    row = told(attempt)
    client = clerk("trade.change_oddpayment", "trade.view_oddpayment", username="clerk")

    act(client, ODD, "pay_back", row)

    row.refresh_from_db()
    assert (row.state, row.actor.username, Log.objects.count()) == ("resolved", "clerk", 1)
    payment, refund = Payment.objects.get(), Refund.objects.get()
    assert (payment.amount, payment.status, payment.reason) == (FEN, "refund_due", payments.OTHER_AMOUNT)
    assert (refund.kind, refund.amount, refund.state) == ("late_payment", FEN, "processing")
    assert_healthy()

    if attempt.channel == "wechat":
        SandboxTrade.objects.update(chaos="")
    for _try in range(3):
        Refund.objects.filter(state="processing").update(next_try_at=timezone.now())
        settle_due_refunds()
    payment.refresh_from_db()
    assert (payment.status, Refund.objects.get().state) == ("refunded", "succeeded")

    order = Order.objects.get()
    assert order.status == "pending_payment"
    sandbox.pay_at(url=attempts.payment_url(order=order))
    order.refresh_from_db()
    assert order.status == "paid"
    assert_healthy()
    for channel in METHODS:
        run = reconciliation.reconcile(channel=channel, day=day_of(timezone.now()))
        assert not run.discrepancies.exists()


def test_copies_of_what_goes_back_are_acknowledged_and_change_nothing(visitor: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    attempt = order.attempts.get()
    trade = paid_otherwise(attempt)
    odd = signed(fields_for(order, trade_no=trade.trade_no, total_amount="0.01"))
    assert notify(visitor, odd) == (400, b"fail"), "nothing is recorded yet"
    odd_payment_decisions.pay_back(odd=OddPayment.objects.get(), actor_id=alice.pk)
    assert [notify(visitor, odd) for _copy in range(2)] == [(200, b"success")] * 2
    assert (Payment.objects.count(), Refund.objects.count()) == (1, 1)
    assert OddPayment.objects.get().state == "resolved"
    assert_healthy()


def test_what_turns_out_right_pays_the_order(alice: UserProfile, attempt: PaymentAttempt) -> None:
    row = told(attempt)
    SandboxTrade.objects.update(total_amount="20.00")
    odd_payment_decisions.pay_back(odd=row, actor_id=alice.pk)
    row.refresh_from_db()
    assert (row.state, Payment.objects.get().status, Order.objects.get().status) == ("gone", "accepted", "paid")
    assert_healthy()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"chaos": "failing"}, GatewayFailed),
        ({"state": "closed", "paid_at": None}, OddPaymentRemains),
        ({"trade_no": "1"}, OddPaymentRemains),
    ],
    ids=["no answer", "closed", "another trade"],
)
def test_nothing_goes_back_that_the_gateway_does_not_have(
    alice: UserProfile, attempt: PaymentAttempt, change: dict[str, str | None], error: type[Exception]
) -> None:
    row = told(attempt)
    SandboxTrade.objects.update(**change)
    with pytest.raises(error):
        odd_payment_decisions.pay_back(odd=row, actor_id=alice.pk)
    row.refresh_from_db()
    assert row.state == "open"
    assert not Payment.objects.exists()


# -- Looked into -------------------------------------------------------------------------------------
def test_staff_note_what_they_found_and_it_is_asked_about_no_more(attempt: PaymentAttempt) -> None:
    row = told(attempt)
    act(clerk("trade.change_oddpayment", "trade.view_oddpayment"), ODD, "settle_by_note", row, note="线下处理")
    row.refresh_from_db()
    assert (row.state, row.note) == ("resolved", "线下处理")
    assert ask(attempt) == "open", "its order still waits for money"
    assert OddPayment.objects.get().state == "resolved", "told again, it stays settled"

    closing.cancel_order(order=Order.objects.get(), actor_id=None)
    assert ask(attempt) == "closed"
    assert_healthy()


@pytest.mark.parametrize(
    "decide",
    [
        lambda row, by: odd_payment_decisions.pay_back(odd=row, actor_id=by),
        lambda row, by: todos.settle(todo=row, actor_id=by, note="x"),
    ],
    ids=["pay back", "note"],
)
def test_what_is_settled_is_settled_once(
    alice: UserProfile, attempt: PaymentAttempt, decide: Callable[[OddPayment, int], None]
) -> None:
    row = told(attempt)
    todos.settle(todo=row, actor_id=alice.pk, note="线下处理")
    with pytest.raises(ToDoSettled):
        decide(OddPayment.objects.get(), alice.pk)
    assert not Payment.objects.exists()


def test_who_may_only_look_changes_nothing(attempt: PaymentAttempt) -> None:
    row = told(attempt)
    client = clerk("trade.view_oddpayment")
    shown = page(client, ODD)
    assert row.trade_no in shown
    assert "pay_back" not in shown


def test_what_was_answered_wrongly_goes_back_as_it_was_paid(attempt: PaymentAttempt, staff: UserProfile) -> None:
    call_command("sandbox", "pay", attempt.number, "--chaos", "wrong_answer", stdout=StringIO())
    ask(attempt)
    odd_payment_decisions.pay_back(odd=OddPayment.objects.get(), actor_id=staff.pk)
    settle_refunds()
    refund = Refund.objects.get()
    assert (refund.state, refund.amount) == ("failed", attempt.amount + FEN)

    sandbox.set_chaos(trade=SandboxTrade.objects.get(out_trade_no=attempt.number), chaos="")
    refund_decisions.retry_refund(refund=refund, actor_id=staff.pk)
    settle_refunds()

    refund.refresh_from_db()
    payment = Payment.objects.get()
    assert (refund.state, refund.amount) == ("succeeded", attempt.amount)
    assert (payment.status, payment.amount, payment.refunded_amount) == ("refunded", attempt.amount, attempt.amount)
    assert f"{attempt.amount + FEN} → {attempt.amount}" in refund.events.values_list("note", flat=True)
    assert_healthy()
