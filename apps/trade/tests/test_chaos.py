"""What goes wrong at gateways, chosen at the cashier or by `manage.py sandbox`, ends right by both channels."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.trade.models import (
    OddPayment,
    Order,
    OrderEvent,
    Payment,
    PaymentAttempt,
    Refund,
    SandboxNotice,
    SandboxTrade,
)
from apps.trade.services import attempts, closing, questions, refund_decisions, sandbox_notices
from apps.trade.services.refund_execution import settle_due_refunds
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile

METHODS = {"alipay": "page", "wechat": "native"}


@pytest.fixture(params=sorted(METHODS))
def attempt(alice: UserProfile, request: pytest.FixtureRequest) -> PaymentAttempt:
    """A way to pay an order of two pieces, by each channel in turn."""
    order = an_order(alice, quantity=2)
    return attempts.open_attempt(order=order, channel=request.param, method=METHODS[request.param])


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sandbox", *arguments, stdout=out)
    return out.getvalue()


def pay(attempt: PaymentAttempt, chaos: str) -> str:
    return run("pay", attempt.number, "--chaos", chaos)


def order_of(attempt: PaymentAttempt) -> Order:
    return Order.objects.get(pk=attempt.order_id)


def assert_paid_once(attempt: PaymentAttempt) -> None:
    order = order_of(attempt)
    assert order.status == "paid"
    assert Payment.objects.get().status == "accepted"
    assert OrderEvent.objects.filter(to_status="paid").count() == 1
    assert order.lines.get().goods.sold_count == 2


def assert_unpaid(attempt: PaymentAttempt) -> None:
    assert order_of(attempt).status == "pending_payment"
    assert not Payment.objects.exists()


def ask(attempt: PaymentAttempt) -> str:
    return questions.ask_about(attempt=PaymentAttempt.objects.select_related("order").get(pk=attempt.pk))


# -- Notifications ---------------------------------------------------------------------------------
def test_d3_nothing_goes_wrong(attempt: PaymentAttempt) -> None:
    assert run("pay", attempt.number) == f"{attempt.number}: paid, 1 of 1 notifications taken\n"
    assert_paid_once(attempt)


def test_d6_a_notification_that_comes_three_times(attempt: PaymentAttempt) -> None:
    assert "3 of 3 notifications taken" in pay(attempt, "duplicate")
    assert_paid_once(attempt)


def test_d11_a_notification_that_comes_after_the_order_expired(attempt: PaymentAttempt) -> None:
    assert "0 of 1 notifications taken" in pay(attempt, "late")
    closing.expire_order(order=order_of(attempt))
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sandbox_notices.deliver_due() == 1
    assert order_of(attempt).status == "expired"
    assert Payment.objects.get().status == "refund_due"


def test_d3_a_late_notification_pays_an_order_that_still_waits(
    attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is older than five minutes then: Alipay is asked whether it is true, WeChat signs at the sending."""
    asked: list[str] = []
    settle = questions.settle
    monkeypatch.setattr(
        questions, "settle", lambda *, attempt, **how: asked.append(attempt.channel) or settle(attempt=attempt, **how)
    )
    assert "0 of 1 notifications taken" in pay(attempt, "late")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sandbox_notices.deliver_due() == 1
        assert sandbox_notices.deliver_due() == 0
    assert asked == (["alipay"] if attempt.channel == "alipay" else [])
    assert_paid_once(attempt)


def test_a_late_notification_is_overtaken_by_the_question(attempt: PaymentAttempt) -> None:
    pay(attempt, "late")
    assert ask(attempt) == "paid"
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sandbox_notices.deliver_due() == 1
    assert_paid_once(attempt)


def test_d8_notifications_in_the_wrong_order(attempt: PaymentAttempt) -> None:
    assert "2 of 2 notifications taken" in pay(attempt, "out_of_order")
    assert_paid_once(attempt)


@pytest.mark.parametrize("chaos", ["wrong_amount", "forged"])
def test_d4_d2_a_notification_that_lies_pays_nothing_but_the_question_does(attempt: PaymentAttempt, chaos: str) -> None:
    said = pay(attempt, chaos)
    assert "0 of 1 notifications taken\n  not taken: answered 400" in said
    assert_unpaid(attempt)
    assert ask(attempt) == "paid"
    assert_paid_once(attempt)


def test_d14_a_notification_that_is_lost(attempt: PaymentAttempt) -> None:
    assert "0 of 0 notifications taken" in pay(attempt, "lost")
    assert_unpaid(attempt)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        questions.ask_about_due_attempts()
    assert_paid_once(attempt)


def test_d14_a_lost_notification_is_made_good_when_the_browser_returns(attempt: PaymentAttempt) -> None:
    pay(attempt, "lost")
    questions.ask_first(attempt_id=attempt.pk)
    assert_paid_once(attempt)
    questions.ask_first(attempt_id=attempt.pk)
    assert_paid_once(attempt)


@pytest.mark.parametrize("chaos", ["slow", "failing"])
def test_a_gateway_without_answers_is_asked_again(attempt: PaymentAttempt, chaos: str) -> None:
    pay(attempt, "lost")
    run("chaos", attempt.number, chaos)
    assert ask(attempt) == "open"
    assert_unpaid(attempt)
    run("chaos", attempt.number, "none")
    assert ask(attempt) == "paid"
    assert_paid_once(attempt)


@pytest.mark.parametrize("is_by_hand", [True, False], ids=["command", "cashier"])
def test_d4_an_answer_that_lies_pays_nothing_and_is_kept_for_staff(
    attempt: PaymentAttempt, client: Client, is_by_hand: bool
) -> None:
    if is_by_hand:
        assert "0 of 0 notifications taken" in pay(attempt, "wrong_answer")
    else:
        way = attempts.start(public_id=attempt.public_id).instructions or {}
        client.post(way["redirect_url"] or way["code_url"], {"chaos": "wrong_answer"})

    assert ask(attempt) == "open"

    assert_unpaid(attempt)
    odd = OddPayment.objects.get()
    assert (odd.told, odd.asked, odd.told_by, odd.state) == (Decimal("20.01"), Decimal("20.00"), "answer", "open")
    run("chaos", attempt.number, "none")
    assert ask(attempt) == "paid"
    assert_paid_once(attempt)
    odd.refresh_from_db()
    assert odd.state == "gone"


def test_a_refund_of_which_the_answer_lies_is_not_taken_for_done(attempt: PaymentAttempt) -> None:
    """The gateway pays back what it was asked for, and says otherwise when the shop asks what became of it."""
    run("pay", attempt.number)
    refund = refund_decisions.give_refund(order=order_of(attempt), actor_id=None, reason="other")
    run("chaos", attempt.number, "slow")
    settle_due_refunds()
    run("chaos", attempt.number, "wrong_answer")
    Refund.objects.update(next_try_at=timezone.now())

    assert settle_due_refunds() == (0, 1)

    refund.refresh_from_db()
    assert (refund.state, "not 20.01" in refund.last_error) == ("processing", True)
    run("chaos", attempt.number, "none")
    Refund.objects.update(next_try_at=timezone.now())
    assert settle_due_refunds() == (1, 0)
    refund.refresh_from_db()
    assert (refund.state, refund.amount) == ("succeeded", Decimal("20.00"))


# -- The cashier and the command -------------------------------------------------------------------
def test_chaos_is_chosen_at_the_cashier(client: Client, alice: UserProfile) -> None:
    url = attempts.payment_url(order=an_order(alice))
    page = client.get(url, headers={"Accept-Language": "en"}).content.decode()
    assert all(f'<option value="{value}"' in page for value in SandboxTrade.Chaos.values)

    assert client.post(url, {"chaos": "lost"}).status_code == 302

    assert SandboxTrade.objects.get().chaos == "lost"
    assert not SandboxNotice.objects.exists()


def test_a_choice_that_does_not_exist_is_none(client: Client, alice: UserProfile) -> None:
    client.post(attempts.payment_url(order=an_order(alice)), {"chaos": "fire"})
    assert (SandboxTrade.objects.get().chaos, SandboxTrade.objects.get().state) == ("", "paid")


def test_the_books_are_listed(attempt: PaymentAttempt) -> None:
    assert run("list") == "0 notifications are still to be sent\n"
    pay(attempt, "late")
    assert run("list") == (
        f"{attempt.number}  {attempt.channel}  20.00  paid  late\n1 notifications are still to be sent\n"
    )


def test_what_is_owed_is_sent_at_once(attempt: PaymentAttempt) -> None:
    pay(attempt, "late")
    assert run("notify") == "1 notifications were taken\n"
    assert_paid_once(attempt)


def test_a_paid_trade_is_notified_once_more(attempt: PaymentAttempt) -> None:
    with pytest.raises(CommandError, match="is not paid"):
        run("notify", attempt.number)
    pay(attempt, "lost")
    assert "not taken: answered 400" in run("notify", attempt.number, "--flaw", "forged")
    assert_unpaid(attempt)
    assert "1 of 2 notifications taken" in run("notify", attempt.number)
    assert_paid_once(attempt)


def test_unknown_numbers_and_closed_trades_are_named(attempt: PaymentAttempt) -> None:
    with pytest.raises(CommandError, match="0815"):
        run("pay", "0815")
    run("chaos", attempt.number, "none")
    SandboxTrade.objects.update(state="closed")
    with pytest.raises(CommandError, match="TRADE_HAS_CLOSE"):
        run("pay", attempt.number)


def test_where_money_is_real_there_is_no_sandbox(settings, db: None) -> None:
    settings.PAYMENT_MODE = "alipay"
    with pytest.raises(CommandError, match="real money"):
        run("list")
