"""Refunds that failed and are tried again take what is left: in any order of all, just what was paid goes back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.common.exceptions import ShopError
from apps.common.money import ZERO
from apps.trade.exceptions import NotificationRefused, NotRefundable
from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import Order, Refund, RefundState
from apps.trade.services import refund_decisions, refund_execution, refunds
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.refunding import a_refundable_order, assert_reserves_match, lines_of, open_bank
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

State = RefundState
ASKED = {"kind": "refund_only", "reason": "other"}


@pytest.fixture(autouse=True)
def _a_bank_that_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    open_bank(monkeypatch)


def ask(order: Order, place: int, pieces: int, **more: Any) -> Refund:
    order.refresh_from_db()
    wanted = [Wanted(line_id=lines_of(order)[place].pk, pieces=pieces)]
    return refunds.apply_for_refund(order=order, user=order.user, wanted=wanted, **ASKED, **more)


def grant(refund: Refund, *, less: Decimal = ZERO) -> None:
    amount = refund.amount - less if less else None
    refund_decisions.approve_refund(refund=refund, actor_id=None, amount=amount)
    refund.refresh_from_db()


def end(refund: Refund, state: str) -> None:
    """The gateway pays a refund back, or refuses it; what moves no money never gets there."""
    if refund.payment is None:
        refund_execution.settle_refund(refund_id=refund.pk)
    else:
        answer = GatewayRefund(state=state, amount=refund.amount, gateway_number="G")
        refund_execution.take_refund_result(channel=refund.payment.channel, refund_number=refund.number, result=answer)
    refund.refresh_from_db()


def retry(refund: Refund) -> None:
    refund_decisions.retry_refund(refund=refund, actor_id=refund.order.user_id)
    refund.refresh_from_db()


def paid_back(order: Order) -> Decimal:
    done = Refund.objects.filter(order=order, state=State.SUCCEEDED)
    return sum(done.values_list("amount", flat=True), ZERO)


def failed(order: Order, place: int, pieces: int, **more: Any) -> Refund:
    refund = ask(order, place, pieces, **more)
    grant(refund)
    end(refund, "refused")
    assert refund.state == State.FAILED
    return refund


def succeeded(order: Order, place: int, pieces: int) -> Refund:
    refund = ask(order, place, pieces)
    grant(refund)
    end(refund, "done")
    return refund


def test_a_retry_takes_the_cent_that_others_left(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3), discounts=("20.00",))  # three pieces for ten yuan
    first = failed(order, 0, 1)
    assert first.amount == Decimal("3.33")
    assert succeeded(order, 0, 2).amount == Decimal("6.66")

    retry(first)
    end(first, "done")

    assert (first.amount, first.lines.get().share) == (Decimal("3.34"), Decimal("3.34"))
    assert paid_back(order) == order.total == Decimal("10.00")
    assert_reserves_match(order)


def test_a_retry_leaves_the_cent_that_others_have(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3), discounts=("20.00",))
    asked = [ask(order, 0, 1) for _piece in range(3)]
    for refund in asked:
        grant(refund)
        end(refund, "refused")
    assert [refund.amount for refund in asked] == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
    for refund in reversed(asked):
        retry(refund)
        end(refund, "done")
    assert [refund.amount for refund in asked] == [Decimal("3.34"), Decimal("3.33"), Decimal("3.33")]
    assert paid_back(order) == order.total


def test_what_staff_kept_back_stays_kept_back_at_a_retry(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3), discounts=("20.00",))
    refund = ask(order, 0, 1)
    grant(refund, less=Decimal("1.00"))
    end(refund, "refused")
    succeeded(order, 0, 2)
    retry(refund)
    part = refund.lines.get()
    assert (refund.amount, part.amount, part.share) == (Decimal("2.33"), Decimal("2.33"), Decimal("3.34"))
    assert_reserves_match(order)


def test_freight_that_another_refund_has_does_not_keep_a_retry_back(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 2), freight="8.00", until="shipped")
    whole = failed(order, 0, 2, with_freight=True)
    assert whole.amount == Decimal("28.00")
    refund_decisions.give_refund(order=order, actor_id=None, reason="other", wanted=[], with_freight=True)

    retry(whole)

    assert (whole.amount, whole.freight_amount) == (Decimal("20.00"), Decimal("0.00"))
    assert_reserves_match(order)


def test_a_retry_for_which_nothing_is_left_is_refused_and_changes_nothing(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 2), freight="8.00", until="shipped")
    freight = {"order": order, "actor_id": None, "reason": "other", "wanted": [], "with_freight": True}
    first = refund_decisions.give_refund(**freight)
    end(first, "refused")
    refund_decisions.give_refund(**freight)
    with pytest.raises(NotRefundable), transaction.atomic():
        retry(first)
    first.refresh_from_db()
    assert (first.state, first.amount) == (State.FAILED, Decimal("8.00"))
    assert_reserves_match(order)


def test_a_share_that_is_nothing_by_now_moves_no_money(alice: UserProfile) -> None:
    """Three pieces for two fen: the first is worth nothing, the others a fen each."""
    order = a_refundable_order(alice, ("1.00", 3), discounts=("2.98",))
    free = ask(order, 0, 1)
    assert (free.amount, free.payment) == (Decimal("0.00"), None)
    second = failed(order, 0, 1)
    assert second.amount == Decimal("0.01")
    refunds.withdraw_refund(refund=free, user=alice)
    retry(second)
    assert (second.amount, second.payment) == (Decimal("0.00"), None)
    assert refund_execution.settle_refund(refund_id=second.pk)
    assert succeeded(order, 0, 2).amount == Decimal("0.02")
    order.refresh_from_db()
    assert (order.status, paid_back(order)) == ("refunded", order.total)


# -- Any order of failures and retries ---------------------------------------------------------------

PRICES = st.decimals(min_value="0.01", max_value="29.99", places=2)
ACTS = ("ask", "grant", "less", "done", "refused", "retry", "after_all", "withdraw")
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.integers(1, 3)), max_size=16)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(st.tuples(PRICES, st.integers(1, 5), st.floats(0, 1)), min_size=1, max_size=2),
    freight=st.decimals(min_value="0.00", max_value="9.99", places=2),
    steps=STEPS,
)
@example(
    lines=[(Decimal("10.00"), 3, 0.6667)],
    freight=ZERO,
    steps=[("ask", 0, 1), ("grant", 0, 1), ("refused", 0, 1), ("ask", 0, 2), ("grant", 0, 1), ("done", 0, 1)],
)
@pytest.mark.django_db
def test_c24_partial_refunds_failures_and_retries_sum_to_the_payment(
    lines: list[tuple[Decimal, int, float]], freight: Decimal, steps: list[tuple[str, int, int]]
) -> None:
    with transaction.atomic():
        order = _an_order(lines, freight)
        is_less = True in [_take_step(order, *step) for step in steps]
        _bring_to_its_end(order)
        left = order.freight - order.refunded_freight
        if not is_less:
            assert paid_back(order) == order.total - left, "all pieces went back, and the freight that was asked for"
        transaction.set_rollback(True)


def _an_order(lines: list[tuple[Decimal, int, float]], freight: Decimal) -> Order:
    bought = [(str(price), pieces) for price, pieces, _off in lines]
    off = tuple(f"{price * pieces * Decimal(str(part)):.2f}" for price, pieces, part in lines)
    # A fen of freight at least, or the whole order could be free, which is another story.
    return a_refundable_order(
        UserFactory(), *bought, until="shipped", freight=str(freight + Decimal("0.01")), discounts=off
    )


def _take_step(order: Order, act: str, place: int, pieces: int) -> bool:
    """Do something to the order, if it can be done; tell whether money was kept back, by staff or by an old sum."""
    acts: dict[str, tuple[tuple[State, ...], Callable[[Refund], None]]] = {
        "grant": ((State.REQUESTED,), grant),
        "less": ((State.REQUESTED,), lambda refund: grant(refund, less=Decimal("0.01"))),
        "done": ((State.PROCESSING,), lambda refund: end(refund, "done")),
        "refused": ((State.PROCESSING,), lambda refund: end(refund, "refused")),
        "retry": ((State.FAILED,), retry),
        "after_all": ((State.FAILED,), lambda refund: end(refund, "done")),
        "withdraw": ((State.REQUESTED,), lambda refund: refunds.withdraw_refund(refund=refund, user=order.user)),
    }
    did = False
    try:
        with transaction.atomic():
            if act == "ask":
                ask(order, place % order.lines.count(), pieces)
            else:
                states, do = acts[act]
                fitting = list(order.refunds.filter(state__in=states).order_by("pk"))
                if fitting and not (act == "less" and fitting[place % len(fitting)].amount <= Decimal("0.01")):
                    do(fitting[place % len(fitting)])
                    did = True
    except (ShopError, NotificationRefused):
        pass  # others have the pieces, or all are gone
    assert_reserves_match(order)
    assert paid_back(order) <= order.total
    return did and act in ("less", "after_all")


def _bring_to_its_end(order: Order) -> None:
    """Grant and pay what is open, try again what failed, or close it, and give back the rest with the freight."""
    for refund in order.refunds.filter(state=State.REQUESTED):
        grant(refund)
    for refund in order.refunds.filter(state=State.PROCESSING):
        end(refund, "done")
    for refund in order.refunds.filter(state=State.FAILED).order_by("-pk"):
        try:
            with transaction.atomic():
                retry(refund)
        except NotRefundable:
            refund_decisions.refuse_refund(refund=refund, actor_id=order.user_id, reason="另行退款")
        else:
            end(refund, "done")
    order.refresh_from_db()
    if any(line.refunded_quantity < line.quantity for line in lines_of(order)):
        rest = refunds.apply_for_refund(order=order, user=order.user, with_freight=True, **ASKED)
        grant(rest)
        end(rest, "done")
    assert_reserves_match(order)
    assert order.status == "refunded"
