"""Refunds: what may be asked for, each step, what the order does meanwhile, and that no fen too much goes back."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common import events
from apps.common.exceptions import InvalidInput, ShopError
from apps.goods.models import StockMovement
from apps.trade.events import LinesRefunded
from apps.trade.exceptions import IllegalMove, IllegalRefundMove, NotRefundable
from apps.trade.models import Order, OrderLine, Payment, Refund, RefundEvent, RefundState
from apps.trade.services import refund_decisions, refund_moves, refunds
from apps.trade.services.fulfilment import ship_parcel
from apps.trade.services.pieces import unshipped
from apps.trade.services.refund_deadlines import end_overdue_refunds
from apps.trade.services.refund_execution import settle_due_refunds, settle_refund
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.factories import CarrierFactory
from apps.trade.tests.refunding import Bank, a_refundable_order, assert_reserves_match, lines_of, open_bank, payment_of
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

WANTED = {"kind": "refund_only", "reason": "changed_mind"}
RETURN = {"kind": "return_goods", "reason": "damaged"}


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    return open_bank(monkeypatch)


def apply(order: Order, *pieces: int, **how: object) -> Refund:
    """Ask for so many pieces of each line, or for all that are left."""
    wanted = [Wanted(line_id=line.pk, pieces=n) for line, n in zip(lines_of(order), pieces, strict=False) if n]
    return refunds.apply_for_refund(order=order, user=order.user, wanted=wanted or None, **{**WANTED, **how})


def approve(refund: Refund, staff: UserProfile, **how: object) -> Refund:
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk, **how)
    refund.refresh_from_db()
    return refund


def state_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def steps_of(refund: Refund) -> list[str]:
    return list(RefundEvent.objects.filter(refund=refund).order_by("pk").values_list("to_state", flat=True))


# -- The table ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", RefundState)
@pytest.mark.parametrize("state", RefundState)
def test_c23_only_moves_of_the_table_happen(alice: UserProfile, state: RefundState, to: RefundState) -> None:
    refund = apply(a_refundable_order(alice))
    Refund.objects.filter(pk=refund.pk).update(state=state)
    refund.refresh_from_db()
    if (state, to) in refund_moves.LEGAL_MOVES:
        with transaction.atomic():
            refund_moves.move(refund=refund, to=to, actor_id=alice.pk, note="test")
        event = RefundEvent.objects.latest("pk")
        assert (event.from_state, event.to_state, event.actor_id, event.note) == (state, to, alice.pk, "test")
    else:
        with pytest.raises(IllegalRefundMove) as refusal, transaction.atomic():
            refund_moves.move(refund=refund, to=to)
        assert refusal.value.members == {"state": state}
        assert RefundEvent.objects.count() == 1
    refund.refresh_from_db()
    assert refund.state == (to if (state, to) in refund_moves.LEGAL_MOVES else state)


def test_every_state_can_be_reached_from_a_request() -> None:
    reached = {RefundState.REQUESTED}
    for _ in RefundState:
        reached |= {to for before, to in refund_moves.LEGAL_MOVES if before in reached}
    assert reached == set(RefundState)


# -- Asking ------------------------------------------------------------------------------------------


def test_the_whole_order_goes_back_with_its_freight_and_stock(
    alice: UserProfile, staff: UserProfile, bank: Bank
) -> None:
    order = a_refundable_order(alice, ("10.00", 3), freight="8.00")
    sku = lines_of(order)[0].sku
    assert sku.stock == 97

    refund = apply(order)
    assert (refund.state, refund.amount, refund.freight_amount) == ("requested", Decimal("38.00"), Decimal("8.00"))
    assert state_of(order) == "paid"
    approve(refund, staff)
    assert (refund.state, state_of(order)) == ("processing", "refunding")
    assert settle_refund(refund_id=refund.pk)

    refund.refresh_from_db()
    assert (refund.state, refund.gateway_number, state_of(order)) == ("succeeded", f"G{refund.number}", "refunded")
    assert steps_of(refund) == ["requested", "processing", "succeeded"]
    assert bank.paid_back == Decimal("38.00")
    sku.refresh_from_db()
    assert sku.stock == 100, "what never left the shop is on sale again"
    assert sku.movements.get(reason=StockMovement.Reason.REFUNDED).reference == refund.number
    assert_reserves_match(order)


def test_a_partial_refund_leaves_the_order_where_it_was(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 3), ("5.00", 1), until="shipped", freight="8.00")
    refund = approve(apply(order, 2), staff)
    assert (refund.amount, state_of(order)) == (Decimal("20.00"), "shipped")
    settle_due_refunds()
    assert (state_of(order), bank.paid_back) == ("shipped", Decimal("20.00"))
    assert not StockMovement.objects.filter(reason=StockMovement.Reason.REFUNDED).exists()
    assert_reserves_match(order)


def test_several_partial_refunds_end_the_order_with_the_last_piece(
    alice: UserProfile, staff: UserProfile, bank: Bank
) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("5.00", 1), until="received")
    first, second = approve(apply(order, 1), staff), approve(apply(order, 0, 1), staff)
    assert state_of(order) == "refunding"
    settle_refund(refund_id=second.pk)
    assert state_of(order) == "refunding"
    settle_refund(refund_id=first.pk)
    assert state_of(order) == "refunded"


def test_what_was_let_off_is_not_paid_back(alice: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 3), discounts=("0.01",))
    amounts = [apply(order, 1).amount for _ in range(3)]
    assert sum(amounts) == Decimal("29.99")
    assert set(amounts) <= {Decimal("9.99"), Decimal("10.00")}
    assert_reserves_match(order)


def test_less_may_be_asked_for_and_never_more(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    line = lines_of(order)[0]
    for amount in (Decimal("20.01"), Decimal("-0.01")):
        with pytest.raises(InvalidInput):
            refunds.apply_for_refund(
                order=order, user=alice, wanted=[Wanted(line_id=line.pk, pieces=2, amount=amount)], **WANTED
            )
    less = [Wanted(line_id=line.pk, pieces=2, amount=Decimal("7.50"))]
    assert refunds.apply_for_refund(order=order, user=alice, wanted=less, **WANTED).amount == Decimal("7.50")
    assert apply(order).amount == Decimal("10.00"), "the other pieces are worth what they were"
    assert_reserves_match(order)


def test_staff_approve_less_and_the_rest_is_free_again(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 3), ("0.01", 1), freight="8.00")
    refund = apply(order)
    with pytest.raises(InvalidInput):
        approve(refund, staff, amount=Decimal("38.02"))
    with pytest.raises(InvalidInput):
        approve(refund, staff, amount=Decimal("0.00"))
    approve(refund, staff, amount=Decimal("19.00"))
    assert refund.amount == Decimal("19.00")
    assert sum(part.amount for part in refund.lines.all()) + refund.freight_amount == Decimal("19.00")
    assert_reserves_match(order)
    settle_due_refunds()
    assert (bank.paid_back, state_of(order)) == (Decimal("19.00"), "refunded")


@pytest.mark.parametrize("state", ["pending_payment", "cancelled", "expired", "refunding", "refunded"])
def test_an_order_that_is_not_paid_gives_nothing_back(alice: UserProfile, state: str) -> None:
    order = a_refundable_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)
    with pytest.raises(IllegalMove) as refusal:
        apply(order)
    assert refusal.value.members == {"state": state}
    assert not Refund.objects.exists()


def test_nothing_is_sent_back_that_was_not_sent(alice: UserProfile) -> None:
    with pytest.raises(NotRefundable):
        apply(a_refundable_order(alice), **RETURN)
    assert not Refund.objects.exists()


def test_freight_goes_with_the_last_pieces_once(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 2), until="shipped", freight="8.00")
    with pytest.raises(NotRefundable):
        apply(order, 1, with_freight=True)
    assert apply(order, 1).freight_amount == 0
    assert apply(order, 1, with_freight=True).freight_amount == Decimal("8.00")
    assert_reserves_match(order)


def test_pieces_are_promised_once(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    apply(order, 2)
    with pytest.raises(NotRefundable) as refusal:
        apply(order, 2)
    assert refusal.value.members == {"left": 1}
    with pytest.raises(InvalidInput):
        refunds.apply_for_refund(order=order, user=alice, wanted=[Wanted(line_id=10**9, pieces=1)], **WANTED)
    assert Refund.objects.count() == 1
    assert_reserves_match(order)


def test_the_time_to_ask_ends(alice: UserProfile) -> None:
    order, on_its_way = a_refundable_order(alice, until="finished"), a_refundable_order(alice, until="shipped")
    with time_machine.travel(timezone.now() + timedelta(days=14, hours=23)):
        apply(order, 1)
    with time_machine.travel(timezone.now() + timedelta(days=15, hours=1)):
        with pytest.raises(NotRefundable):
            apply(order, 1)
        apply(on_its_way, 1)


def test_what_was_free_brings_no_money(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("5.00", 1), discounts=("0.00", "5.00"))
    free = apply(order, 0, 1)
    assert (free.amount, free.payment) == (Decimal("0.00"), None)
    rest = apply(order)
    assert (rest.amount, rest.payment) == (Decimal("10.00"), payment_of(order))
    assert_reserves_match(order)


# -- The way of a return -----------------------------------------------------------------------------


def test_goods_go_back_step_by_step(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 3), until="received")
    refund = apply(order, 1, **RETURN)
    approve(refund, staff)
    refunds.ship_return(refund=refund, user=alice, carrier="顺丰", tracking_number="SF1")
    refund_decisions.confirm_arrival(refund=refund, actor_id=staff.pk, restock=True)
    approve(refund, staff)
    assert settle_due_refunds() == (1, 0)
    assert settle_due_refunds() == (0, 0)
    assert steps_of(refund) == ["requested", "approved", "returning", "arrived", "processing", "succeeded"]
    sku = lines_of(order)[0].sku
    assert (sku.stock, sku.movements.filter(reason="refunded").count()) == (98, 1)
    assert state_of(order) == "received"
    assert sum(sku.movements.values_list("delta", flat=True)) == sku.stock, "c22"


def test_damaged_goods_are_paid_for_and_not_sold_again(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 3), until="received")
    refund = approve(apply(order, 1, **RETURN), staff)
    refund_decisions.confirm_arrival(refund=refund, actor_id=staff.pk, restock=False)
    approve(refund, staff)
    settle_due_refunds()
    assert lines_of(order)[0].sku.stock == 97


def test_sums_that_binary_fractions_miss_return_to_nothing(alice: UserProfile) -> None:
    """In binary 0.7 + 0.1 - 0.7 - 0.1 is a little less than nothing, which is what SQLite would store, and refuse."""
    order = a_refundable_order(alice, ("0.80", 2), freight="0.80")
    line = lines_of(order)[0]
    asked = [
        refunds.apply_for_refund(
            order=order, user=alice, wanted=[Wanted(line_id=line.pk, pieces=1, amount=Decimal(amount))], **WANTED
        )
        for amount in ("0.70", "0.10")
    ]
    for refund in asked:
        refunds.withdraw_refund(refund=refund, user=alice)
    line.refresh_from_db()
    assert (line.refunded_amount, payment_of(order).refunded_amount) == (0, 0)
    assert_reserves_match(order)


@pytest.mark.parametrize("end", ["refused", "withdrawn", "lapsed", "refused on arrival"])
def test_what_ends_without_money_frees_what_it_had(alice: UserProfile, staff: UserProfile, end: str) -> None:
    order = a_refundable_order(alice, ("10.00", 3), until="received", freight="8.00")
    refund = apply(order, with_freight=True, **RETURN)
    match end:
        case "refused":
            refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="超出范围")
        case "withdrawn":
            refunds.withdraw_refund(refund=refund, user=alice)
        case "lapsed":
            approve(refund, staff)
            with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
                assert end_overdue_refunds() == 1
        case "refused on arrival":
            approve(refund, staff)
            refund_decisions.confirm_arrival(refund=refund, actor_id=staff.pk, restock=False)
            refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="不是本店商品")
    refund.refresh_from_db()
    assert (refund.state, state_of(order)) == (end.split()[0], "received")
    assert payment_of(order).refunded_amount == 0
    assert apply(order, with_freight=True).amount == Decimal("38.00")
    assert_reserves_match(order)


def test_a_request_that_nobody_answers_is_granted(alice: UserProfile, bank: Bank) -> None:
    asked, unshipped = apply(a_refundable_order(alice, until="received"), **RETURN), apply(a_refundable_order(alice))
    assert end_overdue_refunds() == 0
    with time_machine.travel(timezone.now() + timedelta(days=5, minutes=1)):
        assert end_overdue_refunds() == 2
        assert end_overdue_refunds() == 0
    states = dict(Refund.objects.values_list("pk", "state"))
    assert (states[asked.pk], states[unshipped.pk]) == ("approved", "processing")
    event = RefundEvent.objects.filter(refund=asked).latest("pk")
    assert (event.actor_id, event.note) == (None, "The shop did not answer in time, so the request was granted.")


def test_goods_that_nobody_notes_count_as_arrived_and_are_paid_for(
    alice: UserProfile, staff: UserProfile, bank: Bank
) -> None:
    order = a_refundable_order(alice, ("10.00", 3), until="received")
    refund = approve(apply(order, 1, **RETURN), staff)
    refunds.ship_return(refund=refund, user=alice, carrier="顺丰", tracking_number="SF1")
    for days, moved in ((9, 0), (11, 1), (13, 0), (17, 1)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert end_overdue_refunds() == moved
            settle_due_refunds()
    assert steps_of(refund) == ["requested", "approved", "returning", "arrived", "processing", "succeeded"]
    assert lines_of(order)[0].sku.stock == 97


@pytest.mark.parametrize(("shipped", "stock"), [(0, 99), (1, 99), (2, 97), (3, 97)])
def test_what_is_granted_in_silence_goes_on_sale_again_if_it_never_left(
    alice: UserProfile, bank: Bank, shipped: int, stock: int
) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    order.lines.update(shipped_quantity=shipped)
    apply(order, 2)
    with time_machine.travel(timezone.now() + timedelta(days=5, minutes=1)):
        end_overdue_refunds()
        settle_due_refunds()
    assert lines_of(order)[0].sku.stock == stock


def test_a_piece_in_the_house_goes_on_sale_again_while_another_is_sent_back(
    alice: UserProfile, staff: UserProfile, bank: Bank
) -> None:
    order = a_refundable_order(alice, ("10.00", 2))
    (line,) = lines_of(order)
    ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF1", pieces={line.pk: 1})
    in_the_house, sent_back = (
        refunds.apply_for_refund(
            order=order, user=alice, kind=kind, reason="other", wanted=[Wanted(line_id=line.pk, pieces=1)]
        )
        for kind in ("refund_only", "return_goods")
    )
    refund_decisions.approve_refund(refund=in_the_house, actor_id=staff.pk)
    in_the_house.refresh_from_db()
    assert (in_the_house.restock, sent_back.restock) == (True, False)


def test_a_line_that_stayed_behind_goes_on_sale_again(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("5.00", 1))
    sent, kept = lines_of(order)
    refund = refunds.apply_for_refund(
        order=order, user=alice, kind="refund_only", reason="other", wanted=[Wanted(line_id=kept.pk, pieces=1)]
    )
    ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF1", pieces={sent.pk: 1})
    assert state_of(order) == "paid"
    approve(refund, staff)
    settle_due_refunds()
    assert [line.sku.stock for line in lines_of(order)] == [99, 100]


def test_a_line_that_left_in_a_parcel_is_sent_back_while_another_still_waits(
    alice: UserProfile, staff: UserProfile, bank: Bank
) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("5.00", 2))
    sent, kept = lines_of(order)
    ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF1", pieces={sent.pk: 1, kept.pk: 1})
    assert state_of(order) == "paid"

    def ask(line: OrderLine) -> Refund:
        wanted = [Wanted(line_id=line.pk, pieces=1)]
        return refunds.apply_for_refund(order=order, user=alice, wanted=wanted, **RETURN)

    with pytest.raises(NotRefundable):
        ask(kept)  # of which one piece is still here
    refund = ask(sent)
    approve(refund, staff)
    assert (refund.state, refund.amount) == ("approved", Decimal("10.00"))
    assert unshipped(order) == {kept.pk: 1}


def test_a_request_answered_meanwhile_is_left_alone_by_the_sweep(alice: UserProfile, staff: UserProfile) -> None:
    refund = apply(a_refundable_order(alice))
    refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="x")
    with time_machine.travel(timezone.now() + timedelta(days=99)):
        assert end_overdue_refunds() == 0


def test_staff_give_back_what_is_out_of_stock(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = a_refundable_order(alice, ("10.00", 3), ("5.00", 1), freight="8.00")
    wanted = [Wanted(line_id=lines_of(order)[1].pk, pieces=1)]
    refund = refund_decisions.give_refund(
        order=order, actor_id=staff.pk, wanted=wanted, reason="out_of_stock", restock=True
    )
    freight = refund_decisions.give_refund(
        order=order, actor_id=staff.pk, wanted=[], with_freight=True, amount=Decimal("3.00"), reason="other"
    )
    assert (refund.state, refund.amount, freight.amount) == ("processing", Decimal("5.00"), Decimal("3.00"))
    settle_due_refunds()
    assert (state_of(order), bank.paid_back) == ("paid", Decimal("8.00"))
    assert lines_of(order)[1].sku.stock == 100
    assert_reserves_match(order)


# -- The schema and the event ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Payment, {"refunded_amount": "30.01"}),
        (Payment, {"refunded_amount": "-0.01"}),
        (Order, {"refunded_freight": "0.01"}),
        (OrderLine, {"refunded_quantity": 4}),
        (OrderLine, {"refunded_amount": "30.01"}),
    ],
)
def test_c24_the_schema_itself_refuses_too_much(alice: UserProfile, model: type, change: dict[str, object]) -> None:
    a_refundable_order(alice, ("10.00", 3))
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)


def test_others_are_told_what_went_back(
    alice: UserProfile, staff: UserProfile, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[LinesRefunded] = []
    monkeypatch.setattr(events, "_subscribers", {**events._subscribers, LinesRefunded: [told.append]})
    order = a_refundable_order(alice, ("10.00", 2), freight="8.00")
    line = lines_of(order)[0].pk
    first = approve(apply(order, 1), staff)
    settle_due_refunds()
    second = approve(apply(order, 1), staff)
    settle_due_refunds()
    assert [(one.refund_number, one.pieces, one.amount, one.is_last) for one in told] == [
        (first.number, {line: 1}, Decimal("10.00"), False),
        (second.number, {line: 1}, Decimal("18.00"), True),
    ]


# -- To the cent -------------------------------------------------------------------------------------

PRICES = st.decimals(min_value="0.01", max_value="99.99", places=2)
STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 4), st.sampled_from(["keep", "withdraw", "less"])), max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(st.tuples(PRICES, st.integers(1, 7), st.floats(0, 1)), min_size=1, max_size=2),
    freight=st.decimals(min_value="0.00", max_value="20.00", places=2),
    steps=STEPS,
)
@pytest.mark.django_db
def test_c24_any_sequence_of_partial_refunds_sums_to_at_most_the_payment(
    lines: list[tuple[Decimal, int, float]], freight: Decimal, steps: list[tuple[int, int, str]]
) -> None:
    with transaction.atomic():
        _refund_in_steps(lines, freight, steps)
        transaction.set_rollback(True)


def _refund_in_steps(
    lines: list[tuple[Decimal, int, float]], freight: Decimal, steps: list[tuple[int, int, str]]
) -> None:
    discounts = tuple(f"{price * pieces * Decimal(str(part)):.2f}" for price, pieces, part in lines)
    bought = [(str(price), pieces) for price, pieces, _part in lines]
    user = UserFactory()
    try:
        order = a_refundable_order(user, *bought, until="shipped", freight=str(freight), discounts=discounts)
    except IntegrityError:
        return  # everything was let off, and nothing paid
    is_less = False
    for place, pieces, fate in steps:
        try:
            refund = apply(order, *([0] * place), pieces)
        except ShopError:
            continue
        if fate == "withdraw":
            refunds.withdraw_refund(refund=refund, user=user)
        elif fate == "less" and refund.amount > Decimal("0.01"):
            refund_decisions.approve_refund(refund=refund, actor_id=None, amount=refund.amount - Decimal("0.01"))
            is_less = True
        assert_reserves_match(order)
    if any(line.refunded_quantity < line.quantity for line in lines_of(order)):
        try:
            apply(order, with_freight=True)
        except NotRefundable:
            return  # the last pieces were free
        assert_reserves_match(order)
        if not is_less:
            assert payment_of(order).refunded_amount == order.total, "the pieces and the freight make the payment"
