"""Notifications, questions, cancels and expiry of one order at the same moment: one state, and no money lost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.trade.exceptions import IllegalMove
from apps.trade.gateways import payment_gateway
from apps.trade.models import Order, OrderEvent, Payment, PaymentAttempt, SandboxRefund, SandboxTrade
from apps.trade.services import attempts, closing, questions, sandbox
from apps.trade.tests.factories import an_order
from apps.trade.tests.test_alipay_gateway import YUAN, paid_trade, pay_back
from apps.trade.tests.wechat import content_for, send, signed
from apps.users.models import UserProfile
from conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


def paid_by_wechat(alice: UserProfile) -> PaymentAttempt:
    """Money is at WeChat, and the shop has not heard of it."""
    attempt = attempts.open_attempt(order=an_order(alice, quantity=3), channel="wechat", method="native")
    attempts.start(public_id=attempt.public_id)
    sandbox.pay(trade=SandboxTrade.objects.get(out_trade_no=attempt.number), chaos="lost")
    return PaymentAttempt.objects.select_related("order").get(pk=attempt.pk)


def notice_of(attempt: PaymentAttempt) -> tuple[dict[str, str], bytes]:
    trade_no = SandboxTrade.objects.get(out_trade_no=attempt.number).trade_no
    return signed(content_for(attempt, transaction_id=trade_no))


def assert_paid_once(order: Order) -> None:
    order.refresh_from_db()
    payment = Payment.objects.get(order=order)
    assert (order.status, payment.status) == ("paid", "accepted")
    assert OrderEvent.objects.filter(order=order, to_status="paid").count() == 1
    line = order.lines.get()
    assert (line.goods.sold_count, line.sku.stock) == (3, 7)


def test_d6_twenty_copies_of_wechats_notification_are_one_payment(alice: UserProfile) -> None:
    attempt = paid_by_wechat(alice)
    headers, body = notice_of(attempt)
    assert run_together(20, lambda _: send(APIClient(), headers, body)) == [204] * 20
    assert_paid_once(attempt.order)


def test_d6_d14_notification_and_question_at_once_are_one_payment(alice: UserProfile) -> None:
    attempt = paid_by_wechat(alice)
    headers, body = notice_of(attempt)

    def act(number: int) -> object:
        return send(APIClient(), headers, body) if number % 2 else questions.ask_about(attempt=attempt)

    answers = run_together(8, act)

    assert answers[1::2] == [204] * 4
    assert set(answers[::2]) <= {"paid", "open"}
    assert_paid_once(attempt.order)


def test_c18_expiry_never_wins_against_money_that_the_gateway_has(alice: UserProfile) -> None:
    attempt = paid_by_wechat(alice)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sum(run_together(4, lambda _: closing.close_expired_orders())) == 0
    assert_paid_once(attempt.order)


@pytest.mark.parametrize("round_", range(4))
def test_d11_cancel_against_notification_against_question(alice: UserProfile, round_: int) -> None:
    attempt = paid_by_wechat(alice)
    headers, body = notice_of(attempt)

    def cancel() -> str:
        try:
            closing.cancel_order(order=Order.objects.get(), actor_id=None)
        except IllegalMove:
            return "refused"
        return "cancelled"

    acts = [cancel, lambda: send(APIClient(), headers, body), lambda: questions.ask_about(attempt=attempt)]
    answers = run_together(3, lambda number: acts[number]())

    order, payment = Order.objects.get(), Payment.objects.get()
    expected = {"refused": ("paid", "accepted"), "cancelled": ("cancelled", "refund_due")}[answers[0]]
    assert (order.status, payment.status) == expected
    assert OrderEvent.objects.filter(order=order).count() == 2


def test_two_clicks_open_one_further_way(alice: UserProfile) -> None:
    order = an_order(alice)
    body = {"channel": "wechat", "method": "native"}
    answers = run_together(6, lambda _: client_of(alice).post(f"/orders/{order.pk}/payments/", body))
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.json()["code_url"] for answer in answers}) == 1
    assert order.attempts.count() == 2
    assert SandboxTrade.objects.count() == 1


def test_of_questions_at_once_one_is_asked(alice: UserProfile) -> None:
    an_order(alice)
    PaymentAttempt.objects.update(next_query_at=timezone.now() - timedelta(seconds=1))
    run_together(4, lambda _: questions.ask_about_due_attempts())
    assert PaymentAttempt.objects.get().queries == 1


def test_c24_refunds_at_once_never_pass_what_was_paid() -> None:
    paid_trade()
    states = run_together(6, lambda number: pay_back(payment_gateway(), f"R{number}", "80.00").state)
    assert sorted(states) == ["done"] * 2 + ["refused"] * 4
    assert sum(refund.amount for refund in SandboxRefund.objects.all()) <= YUAN
