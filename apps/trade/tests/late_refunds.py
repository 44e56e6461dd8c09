"""Refunds that the sandbox refused, and then paid all the same."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import time_machine
from django.core.management import call_command

from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import Order, Payment, ReconciliationRun, Refund, SandboxRefund, SandboxTrade
from apps.trade.services import attempts, reconciliation, refund_decisions, refund_execution, sandbox
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.factories import an_order
from apps.trade.tests.long_bills import DAY, NOON
from apps.trade.tests.refunding import assert_reserves_match, due_now
from apps.users.models import UserProfile

METHODS = {"alipay": "page", "wechat": "native"}


def a_piece_that_failed(user: UserProfile, channel: str) -> Refund:
    """One piece of three, paid by the sandbox, which then refused to pay it back."""
    with time_machine.travel(NOON, tick=False):
        attempt = attempts.open_attempt(order=an_order(user, quantity=3), channel=channel, method=METHODS[channel])
        call_command("sandbox", "pay", attempt.number, "--chaos", "refund_refused", stdout=StringIO())
        return as_failed(give(Order.objects.get(pk=attempt.order_id), pieces=1))


def give(order: Order, *, pieces: int, amount: Decimal | None = None) -> Refund:
    wanted = [Wanted(line_id=order.lines.get().pk, pieces=pieces)]
    return refund_decisions.give_refund(
        order=order, actor_id=None, reason="other", wanted=wanted, amount=amount, restock=True
    )


def as_failed(refund: Refund) -> Refund:
    settle(refund)
    assert state_of(refund) == "failed"
    return refund


def settle(refund: Refund) -> None:
    for _question in range(3):
        due_now()
        refund_execution.settle_refund(refund_id=refund.pk)


def state_of(refund: Refund) -> str:
    refund.refresh_from_db()
    return refund.state


def pay_after_all(refund: Refund) -> None:
    """The gateway moves the money under the very number that it had refused."""
    trade = SandboxTrade.objects.get()
    sandbox.set_chaos(trade=trade, chaos="")
    done = SandboxRefund.objects.filter(out_refund_no=refund.number).update(state="done", done_at=NOON)
    if not done:
        sandbox.refund(trade=trade, number=refund.number, amount=refund.amount)
        SandboxRefund.objects.update(done_at=NOON)


def paid_back_there() -> Decimal:
    return sandbox.refunded(trade=SandboxTrade.objects.get())


def told(refund: Refund) -> GatewayRefund:
    return GatewayRefund(state="done", amount=refund.amount, gateway_number="G1")


def hear(refund: Refund, *, number: str | None = None) -> None:
    """The gateway tells that it has paid, by itself."""
    payment = Payment.objects.get(refunds=refund)
    refund_execution.take_refund_result(
        channel=payment.channel, refund_number=number or refund.number, result=told(refund)
    )


def compare_with_bill(channel: str) -> ReconciliationRun:
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        return reconciliation.reconcile(channel=channel, day=DAY)


def assert_books_are_right(order: Order) -> None:
    call_command("shop_doctor", stdout=StringIO())
    assert_reserves_match(order)
    assert Payment.objects.get().refunded_amount == paid_back_there()
