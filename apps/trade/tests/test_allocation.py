"""Splitting money: the parts sum to the whole, whatever it is and however it is split."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.money import CENT
from apps.trade.models import OrderLine
from apps.trade.services.allocation import allocate
from apps.trade.services.refund_sums import share_of

MONEY = st.integers(min_value=0, max_value=10**9).map(lambda fen: Decimal(fen) / 100)


def a_line(*, unit_price: Decimal, quantity: int, discount: Decimal = Decimal(0)) -> OrderLine:
    return OrderLine(unit_price=unit_price, quantity=quantity, discount=discount)


def give_back(line: OrderLine, pieces: int) -> Decimal:
    share = share_of(line, pieces, shared=line.refunded_amount)
    line.refunded_quantity += pieces
    line.refunded_amount += share
    return share


@given(weights=st.lists(MONEY, min_size=1, max_size=20), per_mille=st.integers(min_value=0, max_value=1000))
def test_parts_sum_to_the_amount_and_none_passes_its_weight(weights: list[Decimal], per_mille: int) -> None:
    amount = (sum(weights) * per_mille / 1000).quantize(CENT)

    parts = allocate(amount, weights)

    assert sum(parts) == amount
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    assert all(part == part.quantize(CENT) for part in parts)


@given(weights=st.lists(MONEY.filter(bool), min_size=1, max_size=20))
def test_no_part_is_a_cent_or_more_away_from_its_exact_share(weights: list[Decimal]) -> None:
    amount = (sum(weights) / 3).quantize(CENT)

    for part, weight in zip(allocate(amount, weights), weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < CENT


def test_the_cent_that_is_left_goes_to_the_largest_remainder_and_of_equals_to_the_first() -> None:
    assert allocate(Decimal("0.10"), [Decimal(1)] * 3) == [Decimal("0.04"), Decimal("0.03"), Decimal("0.03")]
    assert allocate(Decimal("1.00"), [Decimal("10.00"), Decimal("20.00")]) == [Decimal("0.33"), Decimal("0.67")]


@pytest.mark.parametrize(("amount", "weights"), [("1.00", ["0"]), ("1.00", []), ("-1", ["2"]), ("1", ["3", "-1"])])
def test_nothing_is_split_over_nothing(amount: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match="split"):
        allocate(Decimal(amount), [Decimal(weight) for weight in weights])


@given(data=st.data(), unit_price=MONEY, quantity=st.integers(min_value=1, max_value=200))
def test_c24_pieces_that_go_back_in_any_sequence_sum_to_what_the_line_cost(
    data: st.DataObject, unit_price: Decimal, quantity: int
) -> None:
    full = unit_price * quantity
    discount = data.draw(st.integers(min_value=0, max_value=int(full * 100)).map(lambda fen: Decimal(fen) / 100))
    line = a_line(unit_price=unit_price, quantity=quantity, discount=discount)

    while (left := quantity - line.refunded_quantity) > 0:
        share = give_back(line, data.draw(st.integers(min_value=1, max_value=left)))
        assert share >= 0
        assert line.refunded_amount <= line.amount

    assert line.refunded_amount == full - discount


def test_c24_three_pieces_of_ten_yuan_go_back_to_the_fen() -> None:
    line = a_line(unit_price=Decimal("4.00"), quantity=3, discount=Decimal("2.00"))

    assert [give_back(line, 1) for _ in range(3)] == [Decimal("3.33"), Decimal("3.33"), Decimal("3.34")]
