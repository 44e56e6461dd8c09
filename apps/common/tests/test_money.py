"""Money is exact."""

from decimal import Decimal

import pytest

from apps.common.money import to_fen, to_money


@pytest.mark.parametrize(
    ("amount", "money"),
    [
        ("0.005", "0.01"),
        ("0.004999", "0.00"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("1e2", "100.00"),
        (7, "7.00"),
        (Decimal("0.10") * 3, "0.30"),
    ],
)
def test_c25_half_a_fen_is_rounded_up(amount: Decimal | int | str, money: str) -> None:
    assert str(to_money(amount)) == money


def test_fen_are_whole() -> None:
    assert to_fen(Decimal("19.99")) == 1999
    assert to_fen(Decimal("0.005")) == 1
