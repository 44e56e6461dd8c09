"""Bills against the shop's books: each difference is made on purpose, found once, and settled by a click."""

import gzip
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from xadmin.models import Log

from apps.common.tests.back_office import act, clerk, listed, page
from apps.trade.gateways.payment import BillRow, GatewayUnavailable, NoBill
from apps.trade.models import (
    Discrepancy,
    Order,
    OrderEvent,
    Payment,
    PaymentAttempt,
    ReconciliationRun,
    Refund,
    SandboxRefund,
    SandboxTrade,
)
from apps.trade.services import (
    attempts,
    past_days,
    questions,
    reconciliation,
    refund_decisions,
    refund_execution,
    sandbox_bills,
)
from apps.trade.tests.factories import an_order
from apps.trade.tests.long_bills import DAY, NOON, a_long_bill, paid_as_billed, peak_of_reconciling
from apps.users.models import UserProfile

NEXT_DAY = NOON + timedelta(days=1)
METHODS = {"alipay": "page", "wechat": "native"}
DISCREPANCIES = "/xadmin/trade/discrepancy/"
RUNS = "/xadmin/trade/reconciliationrun/"
ONE_OF_TEN = "1 payments of 10.00 (here 1 of 10.00), 0 refunds of 0.00 (here 0 of 0.00); 0 differences\n"


@pytest.fixture(params=sorted(METHODS))
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def pay(user: UserProfile, channel: str, *, chaos: str = "") -> PaymentAttempt:
    """A buyer pays an order of ¥10 at noon."""
    with time_machine.travel(NOON, tick=False):
        attempt = attempts.open_attempt(order=an_order(user), channel=channel, method=METHODS[channel])
        call_command("sandbox", "pay", attempt.number, *(["--chaos", chaos] if chaos else []), stdout=StringIO())
    return attempt


def pay_back(attempt: PaymentAttempt) -> Refund:
    """The whole order goes back an hour later, and both sides say that it is done."""
    with time_machine.travel(NOON + timedelta(hours=1), tick=False) as clock:
        refund = refund_decisions.give_refund(
            order=Order.objects.get(pk=attempt.order_id), actor_id=None, wanted=None, reason="other"
        )
        for _question in range(3):
            clock.shift(timedelta(minutes=10))
            refund_execution.settle_refund(refund_id=refund.pk)
    refund.refresh_from_db()
    assert refund.state == "succeeded"
    return refund


def compare(channel: str, day: date = DAY) -> ReconciliationRun:
    """Compare a day; whatever differs, both sides' sums differ by just that."""
    with time_machine.travel(NEXT_DAY, tick=False):
        run = reconciliation.reconcile(channel=channel, day=day)
    assert (run.payments_unexplained, run.refunds_unexplained) == (0, 0)
    return run


def found() -> list[tuple[Any, ...]]:
    rows = Discrepancy.objects.order_by("pk")
    return list(rows.values_list("subject", "kind", "reference", "ours", "theirs", "state"))


def trade_no(attempt: PaymentAttempt) -> str:
    return SandboxTrade.objects.get(out_trade_no=attempt.number).trade_no


class NoAnswer:
    def bill(self, *, day: date) -> Iterator[BillRow]:
        raise GatewayUnavailable(f"the bill of {day} is being drawn up")
        yield


def without_bill(_channel: str) -> NoAnswer:
    return NoAnswer()


class Empty:
    def bill(self, *, day: date) -> Iterator[BillRow]:
        raise NoBill("isp.bill_not_exist")
        yield


def has_none(_channel: str) -> Empty:
    return Empty()


# -- Finding ---------------------------------------------------------------------------------------
def test_a_day_that_agrees_has_no_differences(alice: UserProfile, channel: str) -> None:
    pay(alice, channel)
    refund = pay_back(pay(alice, channel))
    run = compare(channel)
    assert found() == []
    assert (run.payment_count, run.payment_sum) == (2, Decimal("20.00"))
    assert (run.refund_count, run.refund_sum) == (1, Decimal("10.00"))
    assert run.finished_at == NEXT_DAY
    assert set(Payment.objects.values_list("billed_on", flat=True)) == {DAY}
    assert Refund.objects.get(pk=refund.pk).billed_on == DAY


def test_a_day_without_trade_is_compared_too(db: None, channel: str) -> None:
    assert compare(channel).finished_at
    assert found() == []


def test_money_that_nobody_told_of_is_found_and_taken_in_by_a_click(alice: UserProfile, channel: str) -> None:
    attempt = pay(alice, channel, chaos="lost")
    compare(channel)
    assert found() == [("payment", "missing_here", trade_no(attempt), None, Decimal("10.00"), "open")]

    client = clerk("trade.change_discrepancy", username="clerk")
    act(client, DISCREPANCIES, "ask_again", Discrepancy.objects.get())

    row = Discrepancy.objects.get()
    assert (row.state, row.actor.username) == ("resolved", "clerk")
    payment = Payment.objects.get()
    assert (payment.order_id, payment.trade_no, payment.status) == (attempt.order_id, trade_no(attempt), "accepted")
    assert OrderEvent.objects.filter(order=attempt.order_id, to_status="paid").count() == 1
    assert Log.objects.count() == 1
    compare(channel)
    assert Discrepancy.objects.get().state == "resolved"


def test_a_day_is_compared_anew_by_a_click_and_what_agrees_is_found_no_more(alice: UserProfile, channel: str) -> None:
    attempt = pay(alice, channel, chaos="lost")
    run = compare(channel)
    questions.settle(attempt=attempt, is_wanted=True)  # the shop heard of it late
    client = clerk("trade.change_discrepancy")

    act(client, DISCREPANCIES, "compare_anew", Discrepancy.objects.get())

    run.refresh_from_db()
    assert run.finished_at is None, "the clock does it, if nothing else does"
    with time_machine.travel(NEXT_DAY, tick=False):
        past_days.compare_day(run_id=run.pk)
        past_days.compare_day(run_id=run.pk)
    run.refresh_from_db()
    assert (run.finished_at, run.passes) == (NEXT_DAY, 2)
    assert Discrepancy.objects.get().state == "gone"

    act(clerk("trade.change_discrepancy", "trade.view_reconciliationrun", username="other"), RUNS, "compare_anew", run)
    run.refresh_from_db()
    assert run.finished_at is None


def test_money_for_nothing_of_ours_stays_until_somebody_looks(alice: UserProfile, channel: str) -> None:
    attempt = pay(alice, channel)
    SandboxTrade.objects.create(
        channel=channel,
        trade_no="T1",
        out_trade_no="unknown",
        total_amount="5.00",
        subject="x",
        notify_url="x",
        state="paid",
        paid_at=NOON,
    )
    compare(channel)
    assert found() == [("payment", "missing_here", "T1", None, Decimal("5.00"), "open")]
    client = clerk("trade.change_discrepancy")
    act(client, DISCREPANCIES, "ask_again", Discrepancy.objects.get())
    assert "支付平台的答复未能消除差异，请人工核查。" in page(client, DISCREPANCIES)
    assert Discrepancy.objects.get().state == "open"
    assert list(Payment.objects.values_list("attempt", flat=True)) == [attempt.pk]
    act(client, DISCREPANCIES, "settle_by_note", Discrepancy.objects.get(), note="线下收款")
    row = Discrepancy.objects.get()
    assert (row.state, row.note) == ("resolved", "线下收款")


def test_money_that_the_bill_does_not_list(alice: UserProfile, channel: str) -> None:
    refund = pay_back(pay(alice, channel))
    payment = Payment.objects.get()
    SandboxTrade.objects.filter(trade_no=payment.trade_no).update(paid_at=NEXT_DAY)
    SandboxRefund.objects.update(done_at=NEXT_DAY)
    compare(channel)
    assert found() == [
        ("payment", "missing_there", payment.trade_no, Decimal("10.00"), None, "open"),
        ("refund", "missing_there", refund.number, Decimal("10.00"), None, "open"),
    ]


def test_another_amount(alice: UserProfile, channel: str) -> None:
    refund = pay_back(pay(alice, channel))
    SandboxTrade.objects.update(total_amount="10.01")
    SandboxRefund.objects.update(amount="9.99")
    compare(channel)
    assert found() == [
        ("payment", "amount", Payment.objects.get().trade_no, Decimal("10.00"), Decimal("10.01"), "open"),
        ("refund", "amount", refund.number, Decimal("10.00"), Decimal("9.99"), "open"),
    ]


def test_what_the_gateway_confirms_is_settled_by_a_click(alice: UserProfile, channel: str) -> None:
    pay_back(pay(alice, channel))
    paid_at, done_at = SandboxTrade.objects.get().paid_at, SandboxRefund.objects.get().done_at
    SandboxTrade.objects.update(paid_at=NEXT_DAY)
    SandboxRefund.objects.update(done_at=NEXT_DAY)
    compare(channel)
    SandboxTrade.objects.update(paid_at=paid_at)
    SandboxRefund.objects.update(done_at=done_at)

    act(clerk("trade.change_discrepancy"), DISCREPANCIES, "ask_again", *Discrepancy.objects.all())

    told = set(Discrepancy.objects.values_list("kind", "state", "note"))
    assert told == {("missing_there", "resolved", "支付服务所说与账上一致。")}


def test_what_the_gateway_denies_stays_open(alice: UserProfile, channel: str) -> None:
    pay_back(pay(alice, channel))
    SandboxTrade.objects.update(total_amount="10.01")
    SandboxRefund.objects.update(amount="9.99")
    compare(channel)

    act(clerk("trade.change_discrepancy"), DISCREPANCIES, "ask_again", *Discrepancy.objects.all())

    assert set(Discrepancy.objects.values_list("kind", "state", "note")) == {("amount", "open", "")}
    assert (Payment.objects.get().amount, Refund.objects.get().amount) == (Decimal("10.00"), Decimal("10.00"))


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_trade_that_stands_twice_in_a_bill(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, channel: str, batch: int
) -> None:
    """In one batch or in two; the sums of the bill are then more than the shop's."""
    pay(alice, channel)
    attempt = pay(alice, channel)
    trade = SandboxTrade.objects.get(out_trade_no=attempt.number)
    listed = sandbox_bills.payments_of
    monkeypatch.setattr(
        sandbox_bills, "payments_of", lambda **of: [*listed(**of), *(one for one in listed(**of) if one == trade)]
    )
    monkeypatch.setattr(reconciliation, "BATCH", batch)
    assert compare(channel).payment_count == 3
    assert found() == [("payment", "twice", trade.trade_no, Decimal("10.00"), Decimal("10.00"), "open")]
    assert Discrepancy.objects.get().payment == Payment.objects.get(trade_no=trade.trade_no)
    monkeypatch.setattr(sandbox_bills, "payments_of", listed)
    compare(channel)
    assert found()[0][-1] == "gone"


def test_a_trade_that_stands_in_the_bills_of_two_days(alice: UserProfile, channel: str) -> None:
    attempt = pay(alice, channel)
    compare(channel)
    SandboxTrade.objects.update(paid_at=NEXT_DAY)
    with time_machine.travel(NEXT_DAY + timedelta(days=1), tick=False):
        reconciliation.reconcile(channel=channel, day=DAY + timedelta(days=1))
    assert found() == [("payment", "twice", trade_no(attempt), Decimal("10.00"), Decimal("10.00"), "open")]


def test_a_refund_that_we_do_not_know_to_be_done_is_asked_about_by_a_click(alice: UserProfile, channel: str) -> None:
    refund = pay_back(pay(alice, channel))
    Refund.objects.update(state="processing")
    compare(channel)
    assert found() == [("refund", "state", refund.number, Decimal("10.00"), Decimal("10.00"), "open")]
    act(clerk("trade.change_discrepancy"), DISCREPANCIES, "ask_again", Discrepancy.objects.get())
    assert Discrepancy.objects.get().state == "resolved"
    assert Refund.objects.get().state == "succeeded"


def test_a_refund_that_was_made_at_the_gateways_own_desk(alice: UserProfile, channel: str) -> None:
    attempt = pay(alice, channel)
    trade = SandboxTrade.objects.get(out_trade_no=attempt.number)
    SandboxRefund.objects.create(
        trade=trade, refund_no="G1", out_refund_no="desk", amount="3.00", state="done", done_at=NOON
    )
    compare(channel)
    assert found() == [("refund", "missing_here", "desk", None, Decimal("3.00"), "open")]


def test_a_refund_that_we_heard_of_after_midnight_is_in_the_bill_before(alice: UserProfile, channel: str) -> None:
    pay_back(pay(alice, channel))
    compare(channel)
    Refund.objects.get().events.filter(to_state="succeeded").update(created_at=NEXT_DAY)
    with time_machine.travel(NEXT_DAY + timedelta(days=1)):
        reconciliation.reconcile(channel=channel, day=DAY + timedelta(days=1))
    assert found() == []


@pytest.mark.parametrize(("moment", "day"), [("2026-11-23T15:59:59Z", 23), ("2026-11-23T16:00:00Z", 24)])
def test_days_are_chinas(alice: UserProfile, channel: str, moment: str, day: int) -> None:
    pay(alice, channel)
    Payment.objects.update(paid_at=moment)
    SandboxTrade.objects.update(paid_at=None)
    for number in (22, 23, 24, 25):
        compare(channel, date(2026, 11, number))
    assert Discrepancy.objects.get().run.day == date(2026, 11, day)


# -- Sums of both sides ----------------------------------------------------------------------------
def test_every_difference_explains_its_part_of_the_sums(alice: UserProfile, channel: str) -> None:
    """All at once: nobody told of one payment, the bill lacks one, others have other sums, one refund is not done."""
    pay(alice, channel, chaos="lost")
    absent, other, dearer = pay(alice, channel), pay(alice, channel), pay(alice, channel)
    undone, cheaper = pay_back(pay(alice, channel)), pay_back(pay(alice, channel))
    pay_back(dearer)
    SandboxTrade.objects.filter(out_trade_no=absent.number).update(paid_at=NEXT_DAY)
    SandboxTrade.objects.filter(out_trade_no=other.number).update(total_amount="10.01")
    SandboxRefund.objects.filter(out_refund_no__in=(undone.number, cheaper.number)).update(amount="9.98")
    Refund.objects.filter(pk=undone.pk).update(state="processing")
    Payment.objects.filter(trade_no=trade_no(dearer)).update(amount="17.00")
    run = compare(channel)
    assert (run.payment_count, run.payment_sum) == (5, Decimal("50.01"))
    assert (run.our_payment_count, run.our_payment_sum) == (5, Decimal("57.00"))
    assert run.payment_difference == Decimal("-6.99")
    assert (run.refund_count, run.refund_sum) == (3, Decimal("29.96"))
    assert (run.our_refund_count, run.our_refund_sum) == (2, Decimal("20.00"))
    assert run.refund_difference == Decimal("9.96")
    kinds = Discrepancy.objects.order_by("subject", "kind").values_list("subject", "kind")
    assert list(kinds) == [
        ("payment", "amount"),
        ("payment", "amount"),
        ("payment", "missing_here"),
        ("payment", "missing_there"),
        ("refund", "amount"),
        ("refund", "amount"),
        ("refund", "state"),
    ]


@pytest.mark.parametrize("batch", [1, 1000])
def test_a_refund_that_stands_twice_in_a_bill(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, channel: str, batch: int
) -> None:
    refund = pay_back(pay(alice, channel))
    listed = sandbox_bills.refunds_of
    monkeypatch.setattr(sandbox_bills, "refunds_of", lambda **of: [*listed(**of), *listed(**of)])
    monkeypatch.setattr(reconciliation, "BATCH", batch)
    assert compare(channel).refund_difference == Decimal("10.00")
    assert found() == [("refund", "twice", refund.number, Decimal("10.00"), Decimal("10.00"), "open")]


def test_a_refund_that_stands_in_the_bills_of_two_days(alice: UserProfile, channel: str) -> None:
    refund = pay_back(pay(alice, channel))
    compare(channel)
    SandboxRefund.objects.update(done_at=NEXT_DAY)
    with time_machine.travel(NEXT_DAY + timedelta(days=1), tick=False):
        run = reconciliation.reconcile(channel=channel, day=DAY + timedelta(days=1))
    assert found() == [("refund", "twice", refund.number, Decimal("10.00"), Decimal("10.00"), "open")]
    assert run.is_explained


def test_what_no_difference_explains_stands_out(alice: UserProfile, channel: str) -> None:
    """A payment that the bill listed once, and lists no more: its mark keeps it from being called missing."""
    pay(alice, channel)
    compare(channel)
    SandboxTrade.objects.update(paid_at=NEXT_DAY)
    out = StringIO()
    with time_machine.travel(NEXT_DAY, tick=False), pytest.raises(CommandError) as failure:
        call_command("reconcile", "--channel", channel, "--date", DAY.isoformat(), stdout=out)
    assert failure.value.returncode == 1
    assert "of payments -10.00, of refunds 0.00 that nothing explains" in out.getvalue()
    shown = page(clerk("trade.view_reconciliationrun"), RUNS)
    assert "-10.00 / 0.00" in shown


def test_a_difference_at_other_sums_is_told_anew(alice: UserProfile, channel: str) -> None:
    pay(alice, channel)
    SandboxTrade.objects.update(total_amount="11.00")
    compare(channel)
    Discrepancy.objects.update(state="resolved")
    compare(channel)
    assert found()[0][-1] == "resolved"
    SandboxTrade.objects.update(total_amount="12.00")
    compare(channel)
    assert found()[0][3:] == (Decimal("10.00"), Decimal("12.00"), "open")


# -- Again -----------------------------------------------------------------------------------------
def test_a_second_run_changes_nothing(alice: UserProfile, channel: str) -> None:
    pay(alice, channel, chaos="lost")
    pay(alice, channel)
    SandboxTrade.objects.filter(trade_no=Payment.objects.get().trade_no).update(total_amount="11.00")
    compare(channel)
    before = list(Discrepancy.objects.order_by("pk").values(*KEPT)), list(Payment.objects.values())
    compare(channel)
    assert (list(Discrepancy.objects.order_by("pk").values(*KEPT)), list(Payment.objects.values())) == before
    assert len(before[0]) == 2
    assert ReconciliationRun.objects.get().passes == 2


KEPT = [field.attname for field in Discrepancy._meta.concrete_fields if field.name != "seen_in"]


def test_what_is_found_no_more_is_gone_and_open_when_it_comes_back(alice: UserProfile, channel: str) -> None:
    pay(alice, channel)
    SandboxTrade.objects.update(total_amount="11.00")
    compare(channel)
    for theirs, state in (("10.00", "gone"), ("11.00", "open")):
        SandboxTrade.objects.update(total_amount=theirs)
        compare(channel)
        assert Discrepancy.objects.get().state == state


def test_without_a_whole_bill_nothing_is_called_missing(alice: UserProfile, channel: str) -> None:
    pay(alice, channel)
    compare(channel)
    Payment.objects.update(billed_on=None)
    with pytest.raises(GatewayUnavailable):
        reconciliation.reconcile(channel=channel, day=DAY, file=BytesIO(gzip.compress(b"x")))
    assert found() == []


def test_the_clock_compares_yesterday_once(alice: UserProfile, channel: str) -> None:
    pay(alice, channel)
    with time_machine.travel(NEXT_DAY.replace(hour=10)):
        past_days.reconcile_past_days()
    assert not ReconciliationRun.objects.exists()
    with time_machine.travel(NEXT_DAY):
        for _hour in range(2):
            past_days.reconcile_past_days()
    assert list(ReconciliationRun.objects.values_list("channel", "day", "passes")) == [
        ("alipay", DAY, 1),
        ("wechat", DAY, 1),
    ]


def test_the_clock_makes_up_for_days_on_which_it_stood_still(alice: UserProfile, channel: str) -> None:
    pay(alice, channel)
    with time_machine.travel(NOON + timedelta(days=3)):
        past_days.reconcile_past_days()
    days = ReconciliationRun.objects.filter(channel=channel).order_by("day").values_list("day", flat=True)
    assert list(days) == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    assert Payment.objects.get().billed_on == DAY


def test_the_clock_asks_again_for_a_bill_that_was_not_there(
    alice: UserProfile, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that has no bill for a whole day delays it, and no other day."""
    pay(alice, channel)
    with monkeypatch.context() as broken, time_machine.travel(NEXT_DAY):
        broken.setattr(reconciliation, "payment_gateway", without_bill)
        past_days.reconcile_past_days()
    with time_machine.travel(NEXT_DAY + timedelta(days=1)):
        past_days.reconcile_past_days()
    runs = ReconciliationRun.objects.filter(channel=channel).order_by("day")
    assert [(run.day, run.passes, run.finished_at is not None) for run in runs] == [
        (DAY, 2, True),
        (DAY + timedelta(days=1), 1, True),
    ]


def test_no_bill_is_an_empty_day_when_it_is_due_and_nobody_paid(
    alice: UserProfile, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(alice, channel)
    monkeypatch.setattr(reconciliation, "payment_gateway", has_none)
    day_before = DAY - timedelta(days=1)
    assert compare(channel, day_before).finished_at
    with time_machine.travel(NOON.replace(hour=10, minute=29)), pytest.raises(GatewayUnavailable):
        reconciliation.reconcile(channel=channel, day=day_before)
    assert found() == []


@pytest.mark.parametrize("is_paid_back", [False, True])
def test_no_bill_of_a_day_on_which_money_moved_is_asked_for_until_it_is_there(
    alice: UserProfile, channel: str, monkeypatch: pytest.MonkeyPatch, is_paid_back: bool
) -> None:
    attempt = pay(alice, channel)
    if is_paid_back:
        pay_back(attempt)
        Payment.objects.update(paid_at=NOON - timedelta(days=9))
        SandboxTrade.objects.update(paid_at=NOON - timedelta(days=9))
    with monkeypatch.context() as early, time_machine.travel(NEXT_DAY):
        early.setattr(reconciliation, "payment_gateway", has_none)
        past_days.reconcile_past_days()
    assert ReconciliationRun.objects.get(channel=channel).finished_at is None
    with time_machine.travel(NEXT_DAY):
        past_days.reconcile_past_days()
    run = ReconciliationRun.objects.get(channel=channel)
    assert run.finished_at
    assert (run.payment_count, run.refund_count) == ((0, 1) if is_paid_back else (1, 0))
    assert found() == []


def test_the_sandbox_has_a_bill_of_a_day_under_way_and_the_clock_another_when_it_is_over(
    alice: UserProfile, channel: str
) -> None:
    pay(alice, channel)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        out = StringIO()
        call_command("reconcile", "--channel", channel, "--date", DAY.isoformat(), stdout=out)
    assert out.getvalue() == f"{channel} {DAY}: {ONE_OF_TEN}"
    assert ReconciliationRun.objects.get().finished_at is None
    pay(alice, channel, chaos="lost")
    with time_machine.travel(NEXT_DAY):
        past_days.reconcile_past_days()
    run = ReconciliationRun.objects.get(channel=channel)
    assert (run.payment_count, run.passes) == (2, 2)
    assert run.finished_at
    assert [(kind, state) for _subject, kind, *_rest, state in found()] == [("missing_here", "open")]


def test_the_clock_does_not_look_back_for_ever(alice: UserProfile, channel: str) -> None:
    with time_machine.travel(NEXT_DAY):
        past_days.reconcile_past_days()
    assert not ReconciliationRun.objects.exists()
    pay(alice, channel)
    with time_machine.travel(NOON + timedelta(days=100)):
        past_days.reconcile_past_days()
    days = ReconciliationRun.objects.filter(channel=channel).order_by("day").values_list("day", flat=True)
    assert (len(days), days.first()) == (31, DAY + timedelta(days=69))


# -- Length ----------------------------------------------------------------------------------------
def test_a_bill_takes_the_memory_of_a_batch_however_long(alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = 200
    monkeypatch.setattr(reconciliation, "BATCH", batch)
    short, long = 2 * batch, 20 * batch
    paid_as_billed(an_order(alice), long, billed_on=DAY)
    peaks = {}
    for rows in (short, short, long):  # first comes what is made once, for good
        peaks[rows] = peak_of_reconciling(rows)
    assert peaks[long] < peaks[short] * 2, "ten times as long"


def test_a_batch_costs_two_statements(
    alice: UserProfile, at_most_statements: Callable[[int], AbstractContextManager[None]]
) -> None:
    rows = 3 * reconciliation.BATCH
    paid_as_billed(an_order(alice), rows)
    file = a_long_bill(rows)
    # Besides: the run is looked for, written, counted and read; what is not billed, twice; three sums; and the end.
    with at_most_statements(3 * 2 + 12):
        reconciliation.reconcile(channel="alipay", day=DAY, file=file)


# -- The command -----------------------------------------------------------------------------------
def run_command(*arguments: str) -> str:
    out = StringIO()
    with time_machine.travel(NEXT_DAY, tick=False):
        call_command("reconcile", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_takes_yesterday_and_every_channel(alice: UserProfile) -> None:
    pay(alice, "wechat")
    assert run_command() == (
        "alipay 2026-11-23: 0 payments of 0.00 (here 0 of 0.00), 0 refunds of 0.00 (here 0 of 0.00); 0 differences\n"
        f"wechat 2026-11-23: {ONE_OF_TEN}"
    )


def test_the_command_fails_while_differences_are_open(alice: UserProfile) -> None:
    attempt = pay(alice, "alipay", chaos="lost")
    out = StringIO()
    with time_machine.travel(NEXT_DAY, tick=False), pytest.raises(CommandError) as failure:
        call_command("reconcile", "--channel=alipay", "--date=2026-11-23", "--json", stdout=out)
    assert failure.value.returncode == 1
    assert json.loads(out.getvalue()) == [
        {
            "channel": "alipay",
            "date": "2026-11-23",
            "payments": {
                "count": 1,
                "sum": "10.00",
                "count_here": 0,
                "sum_here": "0.00",
                "difference": "10.00",
                "unexplained": "0.00",
            },
            "refunds": {
                "count": 0,
                "sum": "0.00",
                "count_here": 0,
                "sum_here": "0.00",
                "difference": "0.00",
                "unexplained": "0.00",
            },
            "differences": [
                {
                    "about": "payment",
                    "kind": "missing_here",
                    "reference": trade_no(attempt),
                    "number": attempt.number,
                    "here": None,
                    "there": "10.00",
                }
            ],
        }
    ]
    Discrepancy.objects.update(state="resolved")
    assert run_command("--channel=alipay")


def test_a_downloaded_bill_is_read_and_must_be_of_its_day(alice: UserProfile, tmp_path: Path) -> None:
    path = tmp_path / "bill.zip"
    path.write_bytes(a_long_bill(2).read())
    paid_as_billed(an_order(alice), 2)
    with pytest.raises(CommandError, match="is not of 2026-11-22") as failure:
        run_command("--channel=alipay", "--date=2026-11-22", f"--file={path}")
    assert failure.value.returncode == 2
    assert "2 payments of 2.00" in run_command("--channel=alipay", "--date=2026-11-23", f"--file={path}")
    with pytest.raises(CommandError, match="needs --channel"):
        run_command(f"--file={path}")
    unpacked = tmp_path / "bill.csv"
    with zipfile.ZipFile(path) as archive:
        unpacked.write_bytes(archive.read(archive.namelist()[0]))
    assert "2 payments of 2.00" in run_command("--channel=alipay", "--date=2026-11-23", f"--file={unpacked}")


def test_the_command_takes_days_that_have_bills(alice: UserProfile, settings: Any) -> None:
    with pytest.raises(CommandError, match="not over yet"):
        run_command("--date=2026-11-25")
    with time_machine.travel(NEXT_DAY.replace(hour=10), tick=False):
        out = StringIO()
        call_command("reconcile", "--channel=alipay", stdout=out)
    assert out.getvalue().startswith("alipay 2026-11-22: "), "yesterday's may still be drawn up"
    settings.PAYMENT_MODE = "alipay"
    with pytest.raises(CommandError, match="not over yet"):
        run_command("--date=2026-11-24")


# -- The page --------------------------------------------------------------------------------------
@pytest.mark.parametrize("action", ["ask_again", "compare_anew", "settle_by_note"])
def test_fixes_need_the_right(alice: UserProfile, action: str) -> None:
    pay(alice, "alipay", chaos="lost")
    compare("alipay")
    row = Discrepancy.objects.get()
    client = clerk("trade.view_discrepancy", "trade.change_payment", "trade.change_reconciliationrun")
    assert act(client, DISCREPANCIES, action, row, note="x").status_code == 403
    assert action not in page(client, f"{DISCREPANCIES}{row.pk}/detail/")
    assert found()[0][-1] == "open"
    assert not Payment.objects.exists()
    assert not Log.objects.exists()


def test_a_difference_offers_what_fits_and_is_settled_once(alice: UserProfile) -> None:
    pay(alice, "alipay", chaos="lost")
    compare("alipay")
    row = Discrepancy.objects.get()
    client = clerk("trade.change_discrepancy")
    assert listed(client, DISCREPANCIES, "_p_state__exact=open") == [str(row.pk)]

    def offered() -> list[str]:
        shown = page(client, f"{DISCREPANCIES}{row.pk}/detail/")
        return [name for name in ("ask_again", "compare_anew", "settle_by_note") if f'value="{name}"' in shown]

    assert offered() == ["ask_again", "compare_anew", "settle_by_note"]
    Discrepancy.objects.update(kind="amount")
    assert offered() == ["compare_anew", "settle_by_note"]
    for note in ("已核对", "again"):
        act(client, DISCREPANCIES, "settle_by_note", row, note=note)
    assert Discrepancy.objects.get().note == "已核对"
    assert offered() == []
    assert Log.objects.count() == 1


def test_the_list_costs_the_same_however_long(
    db: None, at_most_statements: Callable[[int], AbstractContextManager[None]]
) -> None:
    run = ReconciliationRun.objects.create(channel="alipay", day=DAY)
    Discrepancy.objects.bulk_create(
        Discrepancy(run=run, subject="payment", kind="amount", reference=str(n), number=str(n), seen_in=1)
        for n in range(20)
    )
    client = clerk("trade.view_discrepancy")
    with at_most_statements(14):
        assert page(client, DISCREPANCIES).count('class="grid-item') == 20
