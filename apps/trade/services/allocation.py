"""Split a sum of money to the cent: whatever is split, its parts sum to it again.

Plain arithmetic, for everybody who shares out a discount over lines, or a line over its pieces.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from apps.common.money import CENT, ZERO


def allocate(amount: Decimal, weights: Sequence[Decimal], *, unit: Decimal = CENT) -> list[Decimal]:
    """Split an amount in proportion to the weights, and return a part for each of them.

    Each part is cut to the unit, which is the cent; the units that are left go one by one to the largest
    remainders, of equal ones to the first, so that the same order is always split alike. With weights in whole
    units no part passes its weight as long as the amount does not pass their sum. Raises ValueError for something to
    split over nothing, and for anything negative.
    """
    whole = sum(weights, ZERO)
    if amount < 0 or any(weight < 0 for weight in weights) or (amount and not whole):
        raise ValueError("only a positive amount can be split, over positive weights")
    if not amount:
        return [ZERO for _weight in weights]
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(unit, rounding=ROUND_DOWN) for part in exact]
    units_left = int((amount - sum(parts, ZERO)) / unit)
    by_remainder = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[:units_left]:
        parts[place] += unit
    return parts


def part_of(amount: Decimal, *, pieces: int, of: int, unit: Decimal = CENT) -> Decimal:
    """Return what the first so many of equal pieces make of an amount, cut to the unit; all of them make all."""
    return (amount * pieces / of).quantize(unit, rounding=ROUND_DOWN)
