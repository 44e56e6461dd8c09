"""Money: Decimal with two places, rounded half up, here and nowhere else."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# Sums are compared to within this much, since SQLite reckons with binary fractions.
HALF_A_FEN = Decimal("0.005")


def to_money(amount: Decimal | int | str) -> Decimal:
    """Return the amount in yuan with two places, half a fen rounded up."""
    return Decimal(amount).quantize(CENT, rounding=ROUND_HALF_UP)


def to_fen(amount: Decimal) -> int:
    """Return the amount in fen, as some gateways count."""
    return int(to_money(amount) * 100)
