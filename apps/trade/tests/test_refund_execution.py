"""What is owed is paid back once, whatever the gateway, the network and the process do on the way."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tasks import sweeps
from apps.goods.models import StockMovement
from apps.trade.exceptions import IllegalRefundMove, NotificationRefused, NotRefundable
from apps.trade.gateways.payment import GatewayRefund, RefundNotification
from apps.trade.models import Order, Payment, Refund, RefundEvent, RefundKind, SandboxRefund
from apps.trade.services import attempts, callbacks, refund_decisions, refund_execution, refunds, sandbox, silence
from apps.trade.services.closing import cancel_order
from apps.trade.services.refund_execution import settle_due_refunds, settle_refund, take_refund_result
from apps.trade.services.silence import MOST
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import an_order
from apps.trade.tests.refunding import (
    Bank,
    a_refund,
    a_refundable_order,
    assert_reserves_match,
    due_now,
    open_bank,
    payment_of,
)
from apps.users.models import UserProfile
from conftest import client_of


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    return open_bank(monkeypatch)


@pytest.fixture
def owed(alice: UserProfile, staff: UserProfile) -> Refund:
    """The whole of an order that was not shipped, owed by the gateway."""
    refund = a_refund(alice)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    refund.refresh_from_db()
    return refund


def told(refund: Refund, state: Any = "done", **changes: Any) -> GatewayRefund:
    return GatewayRefund(**{"state": state, "amount": refund.amount, "gateway_number": "G1", **changes})


def state_of(refund: Refund) -> str:
    refund.refresh_from_db()
    return refund.state


def steps(refund: Refund) -> int:
    return RefundEvent.objects.filter(refund=refund).count()


def test_c24_a_settled_refund_is_not_paid_again(owed: Refund, bank: Bank) -> None:
    assert settle_refund(refund_id=owed.pk) is True
    assert settle_refund(refund_id=owed.pk) is False
    assert settle_due_refunds() == (0, 0)
    assert (bank.calls, bank.paid_back) == (["refund"], Decimal("30.00"))
    assert StockMovement.objects.filter(reason="refunded").count() == 1


def test_pending_is_asked_about_until_it_is_done(owed: Refund, bank: Bank) -> None:
    bank.answers = "pending"
    assert settle_due_refunds() == (0, 1)
    assert settle_due_refunds() == (0, 0), "not again at once"
    due_now()
    assert settle_due_refunds() == (0, 1)
    bank.finish()
    due_now()
    assert settle_due_refunds() == (1, 0)
    assert (bank.calls, state_of(owed)) == (["refund", "query", "query"], "succeeded")
    assert steps(owed) == 3


def test_staff_see_what_keeps_a_gateway(owed: Refund) -> None:
    """WeChat's ABNORMAL, for one: somebody has to finish it on WeChat's own site."""
    report = GatewayRefund(state="pending", amount=owed.amount, reason="ABNORMAL")
    take_refund_result(channel=owed.payment.channel, refund_number=owed.number, result=report)
    owed.refresh_from_db()
    assert (owed.state, owed.last_error) == ("processing", "ABNORMAL")


def test_the_pauses_grow_and_never_end(owed: Refund, bank: Bank) -> None:
    bank.answers = "silent"
    pauses = []
    for _ in range(8):
        due_now()
        now = timezone.now()
        assert settle_refund(refund_id=owed.pk) is False
        owed.refresh_from_db()
        pauses.append(round((owed.next_try_at - now).total_seconds()))
    assert pauses == [30, 60, 300, 900, 3600, 14400, 14400, 14400]
    assert (owed.state, owed.last_error) == ("processing", "it did not answer")
    bank.answers = "done"
    due_now()
    assert settle_refund(refund_id=owed.pk) is True


def test_a_gateway_that_hangs_does_not_hold_up_the_clock(
    alice: UserProfile, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked three times in a pass, and the refunds of another one, which are due later, are paid."""
    dead, alive = Bank(answers="silent"), bank
    monkeypatch.setattr(refund_execution, "payment_gateway", {"alipay": dead, "wechat": alive}.__getitem__)
    waiting = [_owed_refund(alice) for _order in range(6)]
    last = _owed_refund(alice)
    Payment.objects.filter(pk=last.payment_id).update(channel="wechat")
    monkeypatch.setattr(silence, "BATCH", 4)
    assert settle_due_refunds() == (1, 6)
    assert (dead.calls, alive.calls, state_of(last)) == (["refund"] * MOST, ["refund"], "succeeded")
    assert Refund.objects.filter(state="processing", attempts=0).count() == len(waiting) - MOST
    assert settle_due_refunds() == (0, 3)


def test_one_pass_asks_about_a_batch(alice: UserProfile, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    for _order in range(3):
        _owed_refund(alice)
    monkeypatch.setattr(silence, "BATCH", 2)
    assert [settle_due_refunds(), settle_due_refunds()] == [(2, 1), (1, 0)]


def _owed_refund(user: UserProfile) -> Refund:
    return refund_decisions.give_refund(order=a_refundable_order(user), actor_id=None, reason="other")


def test_an_answer_that_was_lost_is_asked_for(owed: Refund, bank: Bank) -> None:
    bank.answers = "deaf"
    assert settle_due_refunds() == (0, 1)
    due_now()
    assert settle_due_refunds() == (1, 0)
    assert (bank.calls, len(bank.books), state_of(owed)) == (["refund", "query"], 1, "succeeded")


def test_a_crash_after_the_gateways_yes_is_repaired(owed: Refund, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(refund_execution, "take_refund_result", _die)
        with pytest.raises(KeyboardInterrupt):
            settle_refund(refund_id=owed.pk)
    assert (state_of(owed), bank.paid_back) == ("processing", Decimal("30.00"))
    assert settle_due_refunds() == (0, 0), "the lease of the dead"
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert settle_due_refunds() == (1, 0)
    assert (state_of(owed), bank.paid_back) == ("succeeded", Decimal("30.00"))
    assert StockMovement.objects.filter(reason="refunded").count() == 1


def test_a_crash_before_the_gateway_heard_of_it_is_repaired(owed: Refund, bank: Bank) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bank, "refund", _die)
        with pytest.raises(KeyboardInterrupt):
            settle_refund(refund_id=owed.pk)
    due_now()
    assert settle_due_refunds() == (1, 0)
    assert bank.calls == ["query", "refund"]


def _die(*args: object, **kwargs: object) -> None:
    raise KeyboardInterrupt


def test_what_the_gateway_refuses_puts_the_order_back(owed: Refund, bank: Bank, staff: UserProfile) -> None:
    order = owed.order
    assert Order.objects.get().status == "refunding"
    bank.answers = "refused"
    assert settle_due_refunds() == (1, 0)
    assert (state_of(owed), owed.last_error) == ("failed", "no money")
    assert Order.objects.get().status == "paid"
    assert payment_of(order).refunded_amount == 0
    assert not StockMovement.objects.filter(reason="refunded").exists()

    dead = owed.number
    bank.answers = "done"
    refund_decisions.retry_refund(refund=owed, actor_id=staff.pk, note="已充值")
    assert (state_of(owed), Order.objects.get().status) == ("processing", "refunding")
    assert owed.number != dead
    assert settle_due_refunds() == (1, 0)
    assert (state_of(owed), bank.paid_back, Order.objects.get().status) == ("succeeded", Decimal("30.00"), "refunded")
    assert_reserves_match(order)
    with pytest.raises(IllegalRefundMove):
        refund_decisions.retry_refund(refund=owed, actor_id=staff.pk)


def test_what_failed_is_not_tried_again_for_money_that_others_have(
    owed: Refund, bank: Bank, alice: UserProfile, staff: UserProfile
) -> None:
    bank.answers = "refused"
    settle_due_refunds()
    refunds.apply_for_refund(order=owed.order, user=alice, kind="refund_only", reason="other")
    with pytest.raises(NotRefundable):
        refund_decisions.retry_refund(refund=owed, actor_id=staff.pk)
    assert state_of(owed) == "failed"
    assert_reserves_match(owed.order)
    # It gave back what it had reserved when it failed, and does not do so again.
    refund_decisions.refuse_refund(refund=owed, actor_id=staff.pk, reason="已另行退款")
    assert state_of(owed) == "refused"
    assert_reserves_match(owed.order)


@pytest.mark.parametrize("first", ["notify", "query"])
def test_notification_and_answer_are_one_refund(owed: Refund, bank: Bank, first: str) -> None:
    if first == "query":
        settle_due_refunds()
    for _copy in range(2):
        take_refund_result(channel="alipay", refund_number=owed.number, result=told(owed))
    settle_due_refunds()
    assert (state_of(owed), steps(owed)) == ("succeeded", 3)
    assert StockMovement.objects.filter(reason="refunded").count() == 1


def test_a_refusal_that_comes_after_the_money_changes_nothing(owed: Refund, bank: Bank) -> None:
    settle_due_refunds()
    take_refund_result(channel="alipay", refund_number=owed.number, result=told(owed, "refused"))
    assert (state_of(owed), Order.objects.get().status) == ("succeeded", "refunded")


@pytest.mark.parametrize(
    "change", [{"refund_number": "R1"}, {"channel": "wechat"}, {"result": {"amount": Decimal("29.99")}}], ids=str
)
def test_what_does_not_fit_is_not_believed(owed: Refund, change: dict[str, Any]) -> None:
    result = told(owed, **change.pop("result", {}))
    with pytest.raises(NotificationRefused):
        take_refund_result(**{"channel": "alipay", "refund_number": owed.number, "result": result, **change})
    assert (state_of(owed), steps(owed)) == ("processing", 2)


def test_the_gateways_own_notification_ends_the_refund(owed: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    said = RefundNotification(channel="alipay", number=owed.order.number, refund_number=owed.number, refund=told(owed))

    class Gateway:
        def read_notification(self, **wire: object) -> RefundNotification:
            return said

    monkeypatch.setattr(callbacks, "payment_gateway", lambda channel: Gateway())
    callbacks.receive_notification(channel="alipay", headers={}, body=b"")
    assert state_of(owed) == "succeeded"


def test_the_command_and_the_clock_keep_every_promise(owed: Refund, bank: Bank) -> None:
    out = StringIO()
    call_command("settle_refunds", stdout=out)
    assert out.getvalue() == "0 refunds ended by their deadline\n1 refunds settled, 0 still to be asked about\n"
    jobs = {sweep.name: sweep.every for sweep in sweeps()}
    assert jobs["trade.settle_refunds"] == jobs["trade.end_overdue_refunds"] == timedelta(seconds=30)


# -- Through the sandbox, as through Alipay ----------------------------------------------------------


def test_money_goes_back_through_the_sandbox(alice: UserProfile, staff: UserProfile) -> None:
    order = _paid_at_the_sandbox(alice)
    refund = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other")
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    assert settle_refund(refund_id=refund.pk) is True
    assert state_of(refund) == "succeeded"
    there = SandboxRefund.objects.get()
    assert (there.out_refund_no, there.amount, there.state) == (refund.number, Decimal("20.00"), "done")


def test_the_sandbox_refuses_and_the_order_stays_paid(alice: UserProfile, staff: UserProfile) -> None:
    order = _paid_at_the_sandbox(alice, chaos="refund_refused")
    refund = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other")
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    assert settle_refund(refund_id=refund.pk) is True
    order.refresh_from_db()
    assert (state_of(refund), order.status) == ("failed", "paid")
    assert not SandboxRefund.objects.exists()


@pytest.mark.parametrize("chaos", ["slow", "failing"])
def test_a_sandbox_that_gives_no_answer_is_asked_again(alice: UserProfile, staff: UserProfile, chaos: str) -> None:
    order = _paid_at_the_sandbox(alice)
    trade = sandbox.find_trade(channel="alipay", number=order.number)
    sandbox.set_chaos(trade=trade, chaos=chaos)
    refund = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other")
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    assert settle_refund(refund_id=refund.pk) is False
    assert state_of(refund) == "processing"
    sandbox.set_chaos(trade=trade, chaos="")
    due_now()
    assert settle_refund(refund_id=refund.pk) is True
    assert SandboxRefund.objects.count() == 1


def _paid_at_the_sandbox(user: UserProfile, *, chaos: str | None = None) -> Order:
    order = an_order(user, quantity=2)
    sandbox.pay_at(url=attempts.payment_url(order=order), chaos=chaos)
    order.refresh_from_db()
    assert order.status == "paid"
    return order


# -- Payments that came too late ---------------------------------------------------------------------


def test_d11_a_payment_of_a_closed_order_goes_back_by_itself(alice: UserProfile) -> None:
    order = an_order(alice, quantity=2)
    cashier = attempts.payment_url(order=order)
    cancel_order(order=order, actor_id=alice.pk)
    sandbox.pay_at(url=cashier)

    payment, refund = Payment.objects.get(), Refund.objects.get()
    assert (payment.status, payment.refunded_amount) == ("refund_due", Decimal("20.00"))
    assert (refund.kind, refund.state, refund.amount) == (RefundKind.LATE_PAYMENT, "processing", Decimal("20.00"))
    assert settle_due_refunds() == (1, 0)
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, state_of(refund), order.status) == ("refunded", "succeeded", "cancelled")
    assert SandboxRefund.objects.get().amount == Decimal("20.00")
    assert order.lines.get().sku.stock == 10


def test_d6_copies_of_a_late_notification_are_one_refund(visitor: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    cancel_order(order=order, actor_id=alice.pk)
    form = urlencode(signed(fields_for(order)))
    assert [notify(visitor, form) for _ in range(3)] == [(200, b"success")] * 3
    assert Refund.objects.count() == 1


def test_a_late_payment_that_cannot_go_back_stays_due_and_is_tried_again(
    alice: UserProfile, staff: UserProfile, bank: Bank, visitor: APIClient
) -> None:
    order = a_refundable_order(alice)
    notify(visitor, signed(fields_for(order, trade_no="second")))
    refund, late = Refund.objects.get(), Payment.objects.get(trade_no="second")
    bank.answers = "refused"
    settle_due_refunds()
    late.refresh_from_db()
    order.refresh_from_db()
    assert (state_of(refund), late.status, late.refunded_amount, order.status) == ("failed", "refund_due", 0, "paid")
    with pytest.raises(IllegalRefundMove):
        refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="不退")
    assert state_of(refund) == "failed"
    bank.answers = "done"
    refund_decisions.retry_refund(refund=refund, actor_id=staff.pk)
    settle_due_refunds()
    late.refresh_from_db()
    assert (late.status, late.refunded_amount) == ("refunded", Decimal("30.00"))


def test_the_buyer_does_not_read_how_the_shop_stands_with_its_payment_service(owed: Refund, staff: UserProfile) -> None:
    refusal = GatewayRefund(state="refused", amount=owed.amount, reason="NOT_ENOUGH 基本账户余额不足")
    take_refund_result(channel=owed.payment.channel, refund_number=owed.number, result=refusal)
    owed.refresh_from_db()
    assert owed.last_error == "NOT_ENOUGH 基本账户余额不足"
    refund_decisions.retry_refund(refund=owed, actor_id=staff.pk, note="已充值")

    shown = client_of(owed.order.user).get(f"/refunds/{owed.public_id}/").json()

    assert [step["note"] for step in shown["events"]][-2:] == ["支付渠道未能退款，商家正在处理。", ""]
