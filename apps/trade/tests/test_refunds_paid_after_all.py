"""A refund that failed here and that its gateway paid all the same is paid once, and ends in the books."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from apps.common.exceptions import GatewayFailed
from apps.common.invariants import invariants
from apps.common.tests.back_office import act, clerk, page
from apps.goods.models import Sku, StockMovement
from apps.notifications.models import Notice
from apps.trade.exceptions import IllegalRefundMove, NotRefundable
from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import Discrepancy, Order, Payment, Refund, RefundEvent, SandboxTrade
from apps.trade.services import refund_decisions, refund_execution, refund_revival, refunds, sandbox
from apps.trade.services.fulfilment import ship_order
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.factories import CarrierFactory
from apps.trade.tests.late_refunds import (
    METHODS,
    a_piece_that_failed,
    as_failed,
    assert_books_are_right,
    compare_with_bill,
    give,
    hear,
    paid_back_there,
    pay_after_all,
    settle,
    state_of,
    told,
)
from apps.trade.tests.refunding import Bank, a_refundable_order, assert_reserves_match, lines_of, open_bank
from apps.users.models import UserProfile

DISCREPANCIES = "/xadmin/trade/discrepancy/"
ONLY = "--only"
TEN = Decimal("10.00")


@pytest.fixture(params=sorted(METHODS))
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def failed(alice: UserProfile, channel: str) -> Refund:
    return a_piece_that_failed(alice, channel)


# -- Over the sandbox, both channels ----------------------------------------------------------------
def test_a_retry_finds_the_money_gone_and_sends_nothing(failed: Refund) -> None:
    pay_after_all(failed)
    number = failed.number
    refund_decisions.retry_refund(refund=failed, actor_id=failed.order.user_id)
    settle(failed)
    assert (state_of(failed), failed.number, failed.last_error) == ("succeeded", number, "")
    assert paid_back_there() == TEN
    assert Order.objects.get().status == "paid"
    assert StockMovement.objects.filter(reason="refunded").count() == 1
    assert_books_are_right(failed.order)


def test_what_the_gateway_tells_late_is_written_down_once(failed: Refund, channel: str) -> None:
    pay_after_all(failed)
    for _copy in range(2):
        refund_execution.take_refund_result(channel=channel, refund_number=failed.number, result=told(failed))
    steps = RefundEvent.objects.filter(refund=failed).order_by("pk").values_list("to_state", flat=True)
    assert list(steps) == ["processing", "failed", "succeeded"]
    with pytest.raises(IllegalRefundMove):
        refund_decisions.retry_refund(refund=failed, actor_id=failed.order.user_id)
    assert_books_are_right(failed.order)


@pytest.mark.parametrize("way", ["told", "tried again"])
def test_pieces_that_left_while_it_had_failed_are_not_sold_again(failed: Refund, way: str) -> None:
    ship_order(order=failed.order, carrier=CarrierFactory(), tracking_number="SF1")
    before = Sku.objects.get().stock
    if way == "told":
        pay_after_all(failed)
        hear(failed)
    else:
        sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="")
        refund_decisions.retry_refund(refund=failed, actor_id=failed.order.user_id)
        settle(failed)
    assert (state_of(failed), failed.restock) == ("succeeded", False)
    assert Sku.objects.get().stock == before
    assert_books_are_right(failed.order)


def test_the_bills_difference_is_settled_by_a_click(failed: Refund, channel: str) -> None:
    pay_after_all(failed)
    compare_with_bill(channel)
    row = Discrepancy.objects.get()
    assert (row.subject, row.kind, row.reference) == ("refund", "state", failed.number)
    act(clerk("trade.change_discrepancy"), DISCREPANCIES, "ask_again", row)
    row.refresh_from_db()
    assert (row.state, state_of(failed)) == ("resolved", "succeeded")
    assert_books_are_right(failed.order)


def test_a_retry_of_what_did_not_move_pays_once(failed: Refund, channel: str) -> None:
    number = failed.number
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="")
    refund_decisions.retry_refund(refund=failed, actor_id=failed.order.user_id)
    settle(failed)
    # WeChat has closed the number for good; Alipay never took it, and takes it now.
    assert (state_of(failed), failed.number == number) == ("succeeded", channel == "alipay")
    assert paid_back_there() == TEN
    assert_books_are_right(failed.order)


def test_the_last_pieces_that_come_back_late_end_the_order(failed: Refund) -> None:
    order = failed.order
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="")
    rest = give(Order.objects.get(), pieces=2)
    settle(rest)
    pay_after_all(failed)
    refund_decisions.retry_refund(refund=failed, actor_id=order.user_id)
    order.refresh_from_db()
    assert (state_of(rest), state_of(failed), order.status) == ("succeeded", "succeeded", "refunded")
    assert paid_back_there() == order.total
    assert_books_are_right(order)


def test_pieces_that_others_have_by_now_are_for_staff_to_clear(failed: Refund, channel: str) -> None:
    order, buyer = failed.order, failed.order.user
    pay_after_all(failed)
    other = refunds.apply_for_refund(order=Order.objects.get(), user=buyer, kind="refund_only", reason="other")
    with pytest.raises(NotRefundable):
        refund_decisions.retry_refund(refund=failed, actor_id=buyer.pk)
    assert (state_of(failed), state_of(other), paid_back_there()) == ("failed", "requested", TEN)

    refund_decisions.refuse_refund(refund=other, actor_id=buyer.pk, reason="已退一件")
    refund_decisions.retry_refund(refund=failed, actor_id=buyer.pk)
    assert state_of(failed) == "succeeded"
    assert_books_are_right(order)


def test_without_an_answer_nothing_is_tried_again(failed: Refund) -> None:
    sandbox.set_chaos(trade=SandboxTrade.objects.get(), chaos="failing")
    with pytest.raises(GatewayFailed):
        refund_decisions.retry_refund(refund=failed, actor_id=failed.order.user_id)
    assert state_of(failed) == "failed"


def test_a_bill_that_lists_a_dead_number_is_told_and_not_an_error(failed: Refund, channel: str) -> None:
    pay_after_all(failed)
    compare_with_bill(channel)
    Refund.objects.update(number="R2")
    client = clerk("trade.change_discrepancy")
    act(client, DISCREPANCIES, "ask_again", Discrepancy.objects.get())
    assert "支付平台的答复未能消除差异，请人工核查。" in page(client, DISCREPANCIES)
    assert Discrepancy.objects.get().state == "open"


# -- Closed by staff, and paid all the same ---------------------------------------------------------
@pytest.fixture
def closed(failed: Refund, staff: UserProfile) -> Refund:
    """What failed, and of which staff then told the buyer that it does not go back."""
    refund_decisions.refuse_refund(refund=failed, actor_id=staff.pk, reason="已线下解决")
    pay_after_all(failed)
    return failed


def test_what_staff_closed_is_taken_in_once_and_told(closed: Refund, channel: str) -> None:
    for _copy in range(2):
        hear(closed)

    assert state_of(closed) == "succeeded"
    last = RefundEvent.objects.filter(refund=closed).latest("pk")
    assert (last.from_state, last.actor_id, last.note) == ("refused", None, refund_revival.AFTER_ALL)
    assert StockMovement.objects.filter(reason="refunded").count() == 1
    notices = Notice.objects.of(closed.order.user_id).filter(topic__startswith="refund.").order_by("pk")
    assert list(notices.values_list("topic", flat=True))[-2:] == ["refund.refused", "refund.after_all"]
    assert_books_are_right(closed.order)


def test_what_staff_closed_is_taken_in_from_the_bill_by_a_click(closed: Refund, channel: str) -> None:
    compare_with_bill(channel)
    act(clerk("trade.change_discrepancy"), DISCREPANCIES, "ask_again", Discrepancy.objects.get())
    assert (Discrepancy.objects.get().state, state_of(closed)) == ("resolved", "succeeded")
    assert_books_are_right(closed.order)


def test_the_last_pieces_that_staff_had_closed_end_the_order(closed: Refund, channel: str) -> None:
    settle(give(Order.objects.get(), pieces=2))
    hear(closed)
    assert (state_of(closed), Order.objects.get().status) == ("succeeded", "refunded")
    assert_books_are_right(closed.order)


def test_what_no_gateway_was_sent_stays_refused(alice: UserProfile, staff: UserProfile, channel: str) -> None:
    order = a_refundable_order(alice)
    Payment.objects.update(channel=channel)
    refund = refunds.apply_for_refund(order=order, user=alice, kind="refund_only", reason="other")
    refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="x")
    hear(refund)
    assert state_of(refund) == "refused"
    assert_reserves_match(order)


# -- Amounts and numbers ----------------------------------------------------------------------------
@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    return open_bank(monkeypatch)


def a_piece_that_bank_refused(order: Order, bank: Bank) -> Refund:
    bank.answers = "refused"
    wanted = [Wanted(line_id=lines_of(order)[0].pk, pieces=1)]
    refund = refund_decisions.give_refund(order=order, actor_id=None, reason="other", wanted=wanted)
    return as_failed(refund)


def test_what_is_on_its_way_after_all_keeps_number_and_sum(alice: UserProfile, bank: Bank) -> None:
    """Others have had their shares since, so a new sum would be a fen more; the gateway pays the old one."""
    order = a_refundable_order(alice, ("10.00", 3), discounts=("20.00",))  # three pieces for ten yuan
    refund = a_piece_that_bank_refused(order, bank)
    bank.answers = "done"
    wanted = [Wanted(line_id=lines_of(order)[0].pk, pieces=2)]
    settle(refund_decisions.give_refund(order=order, actor_id=None, reason="other", wanted=wanted))
    number = refund.number
    bank.books[number] = GatewayRefund(state="pending", amount=refund.amount)

    refund_decisions.retry_refund(refund=refund, actor_id=alice.pk)

    assert (state_of(refund), refund.number, refund.amount) == ("processing", number, Decimal("3.33"))
    bank.finish()
    settle(refund)
    part = refund.lines.get()
    assert (state_of(refund), part.amount, part.share) == ("succeeded", Decimal("3.33"), Decimal("3.34"))
    # All that it says of refunds: the order's discount was made up.
    only = [
        option for one in invariants() if "refund" in one.name or "shared" in one.name for option in (ONLY, one.name)
    ]
    call_command("shop_doctor", *only, stdout=StringIO())


def test_a_number_that_was_sent_before_is_asked_about_before_it_is_sent_again(alice: UserProfile, bank: Bank) -> None:
    refund = a_piece_that_bank_refused(a_refundable_order(alice), bank)
    del bank.books[refund.number]
    refund_decisions.retry_refund(refund=refund, actor_id=alice.pk)
    bank.answers = "done"
    bank.calls.clear()
    settle(refund)
    assert (bank.calls, state_of(refund)) == (["query", "refund"], "succeeded")
