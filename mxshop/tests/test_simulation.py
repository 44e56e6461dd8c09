"""A small shop lives through thirty days of bad luck, and every fen is explained; whatever is not is named."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from apps.common.tasks import Sweep
from apps.goods.models import Sku
from apps.trade.models import Order, Payment, ReconciliationRun, Refund, RefundState, SandboxTrade
from apps.trade.services import reconciliation
from apps.users.models import UserProfile
from mxshop.simulation import life as days
from mxshop.simulation.life import Life

# The days are those of the seed where the rows have the numbers of an empty database.
pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

FEN = Decimal("0.01")


def test_thirty_days_end_with_every_fen_explained() -> None:
    accounts = Life(seed=2).live(days=30, orders_per_day=5)

    assert accounts.unexplained == []
    for sides in (*accounts.paid.values(), *accounts.returned.values()):
        assert len({(money.count, money.sum) for money in sides.values()}) == 1
        assert all(money.count > 5 for money in sides.values())
    paid = sum((sides["buyers"].sum for sides in accounts.paid.values()), Decimal(0))
    returned = sum((sides["bills"].sum for sides in accounts.returned.values()), Decimal(0))
    assert accounts.kept == paid - returned > 0
    came = accounts.pieces["delivered"] - accounts.pieces["taken by orders"] + accounts.pieces["came back"]
    assert accounts.pieces["on the shelves"] == came
    # It was not a quiet month: everything that can go wrong did, and bills and shop differed for a while.
    for chaos in filter(None, SandboxTrade.Chaos.values):
        assert accounts.happened[f"went wrong: {chaos}"], chaos
    assert accounts.happened["orders cancelled"]
    assert accounts.happened["prices of orders changed"]
    assert accounts.happened["refunds approved"]
    assert accounts.happened["tasks lost"]
    assert accounts.orders["expired"]
    assert accounts.orders["finished"]
    assert accounts.orders["refunded"]
    assert sum(accounts.differences.values()) > 0


@pytest.fixture
def three_days() -> Life:
    """Days that have ended well, with some money that went back."""
    life = Life(seed=3)
    assert life.live(days=3, orders_per_day=8).unexplained == []
    return life


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def lose_payment() -> str:
    payment = Payment.objects.filter(refunds=None).earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM trade_payment WHERE id = %s", [payment.pk])
    return (
        f"payment {payment.channel} {payment.trade_no}: buyer {payment.amount}, gateway {payment.amount}, shop nothing"
    )


def alter_payment() -> str:
    payment = Payment.objects.earliest("pk")
    Payment.objects.filter(pk=payment.pk).update(amount=F("amount") + FEN)
    return (
        f"payment {payment.channel} {payment.trade_no}: buyer {payment.amount}, gateway {payment.amount}, "
        f"shop {payment.amount + FEN}"
    )


def alter_trade() -> str:
    """The gateway took a fen more than the buyer paid, and told the shop so."""
    payment = Payment.objects.earliest("pk")
    SandboxTrade.objects.filter(trade_no=payment.trade_no).update(total_amount=F("total_amount") + FEN)
    Payment.objects.filter(pk=payment.pk).update(amount=F("amount") + FEN)
    more = payment.amount + FEN
    return f"payment {payment.channel} {payment.trade_no}: buyer {payment.amount}, gateway {more}, shop {more}"


def alter_refund() -> str:
    refund = Refund.objects.filter(state=RefundState.SUCCEEDED).select_related("payment").earliest("pk")
    Refund.objects.filter(pk=refund.pk).update(amount=F("amount") - FEN)
    return f"refund {refund.payment.channel} {refund.number}: gateway {refund.amount}, shop {refund.amount - FEN}"


def alter_bill() -> str:
    run = ReconciliationRun.objects.exclude(payment_count=0).earliest("pk")
    ReconciliationRun.objects.filter(pk=run.pk).update(payment_sum=F("payment_sum") + FEN)
    listed = f"{run.payment_count} of {run.payment_sum + FEN}"
    ours = f"{run.payment_count} of {run.payment_sum}"
    return f"payments in the {run.channel} bill of {run.day}: it lists {listed}, the shop marked {ours}"


def unmark_payment() -> str:
    payment = Payment.objects.earliest("pk")
    Payment.objects.filter(pk=payment.pk).update(billed_on=None)
    return f"payment {payment.trade_no} of {payment.amount} is in no bill"


def alter_order() -> str:
    """An order costs a fen less than its buyer paid for it."""
    payment = Payment.objects.filter(status="accepted", refunds=None).select_related("order").earliest("pk")
    Order.objects.filter(pk=payment.order_id).update(total=F("total") - FEN, discount=F("discount") + FEN)
    return f"buyer {payment.order.user_id} is poorer by "


def take_a_piece() -> str:
    sku = Sku.objects.filter(stock__gt=0).earliest("pk")
    Sku.objects.filter(pk=sku.pk).update(stock=F("stock") - 1)
    return f"SKU {sku.pk}: {sku.stock - 1} pieces stand there, it ought to be {sku.stock}"


def forget_refund() -> str:
    refund = Refund.objects.filter(state=RefundState.SUCCEEDED).earliest("pk")
    Refund.objects.filter(pk=refund.pk).update(state=RefundState.PROCESSING)
    return f"refund {refund.number} of {refund.amount} is still processing"


BREAKINGS: tuple[Callable[[], str], ...] = (
    lose_payment,
    alter_payment,
    alter_trade,
    alter_refund,
    alter_bill,
    unmark_payment,
    alter_order,
    take_a_piece,
    forget_refund,
)


def test_whatever_is_altered_by_a_fen_is_named(three_days: Life) -> None:
    for breaking in BREAKINGS:
        with undone():
            named = breaking()
            unexplained = three_days.draw_up().unexplained
        assert any(sentence.startswith(named) for sentence in unexplained), (breaking.__name__, named, unexplained)
    assert three_days.draw_up().unexplained == []


def test_what_bills_doctor_and_log_say_is_named(three_days: Life) -> None:
    payment = Payment.objects.exclude(billed_on=None).earliest("pk")
    Payment.objects.filter(pk=payment.pk).update(amount=F("amount") + FEN)
    order = Order.objects.filter(status="shipped").earliest("pk")
    Order.objects.filter(pk=order.pk).update(status="received")
    with three_days.apart():
        run = reconciliation.reconcile(channel=payment.channel, day=payment.billed_on)
        logging.getLogger("apps.trade").error("order %s is lost", 7)
        logging.getLogger("apps.trade").warning("bad luck")
    unexplained = three_days.draw_up().unexplained

    assert unexplained[0] == "the shop logged: order 7 is lost"
    amounts = f"here {payment.amount + FEN}, there {payment.amount}"
    assert f"{run}: payment amount {payment.trade_no}: {amounts}" in unexplained
    doctor = f"order_state_is_its_last_move: order {order.number} is received, its last move led to 'shipped'"
    assert doctor in unexplained
    assert not any("bad luck" in sentence for sentence in unexplained)


def test_a_refund_that_never_ends_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the sweep and the task that pay back, the shop would close with money owed."""
    monkeypatch.setattr(days, "MOST_CLOSING_DAYS", 2)
    monkeypatch.setattr("apps.trade.tasks.refund_execution.settle_refund", lambda **_row: False)
    usual = days.sweeps()
    idle = [one for one in usual if one.name != "trade.settle_refunds"]
    monkeypatch.setattr(days, "sweeps", lambda: [*idle, Sweep("idle", lambda: None, every=usual[0].every)])

    unexplained = Life(seed=3).live(days=3, orders_per_day=8).unexplained

    assert any(sentence.startswith("refund ") and "is still processing" in sentence for sentence in unexplained)


def test_the_same_seed_brings_the_same_days() -> None:
    once = Life(seed=5).live(days=1, orders_per_day=6)
    call_command("flush", interactive=False, verbosity=0)
    again = Life(seed=5).live(days=1, orders_per_day=6)

    assert again == once
    assert once.happened["orders placed"] > 0


def test_it_opens_in_no_shop(alice: UserProfile) -> None:
    with pytest.raises(ValueError, match="there is a shop in this database"):
        Life(seed=1).live(days=1, orders_per_day=1)
    assert UserProfile.objects.get() == alice
