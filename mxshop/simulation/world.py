"""The world around the shop: its time, its chances, what is still to come, and what is known without the shop."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from random import Random

from apps.common.clock import VirtualClock
from apps.common.exceptions import ShopError

# Midnight in Shanghai, at the beginning of a year.
FIRST_DAY = datetime(2024, 12, 31, 16, tzinfo=UTC)
DAY = timedelta(days=1)

Happening = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What a buyer paid at a cashier, as the buyer wrote it down."""

    buyer_id: int
    channel: str
    trade_no: str
    amount: Decimal


@dataclass(kw_only=True)
class World:
    """Everything that is not the shop. The same seed brings the same days.

    `slips` and `delivered` are notes that nobody in the shop can change: what was paid, and how many pieces of each
    SKU were brought to the shelves. `happened` counts what went on, in words.
    """

    dice: Random
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(FIRST_DAY))
    happened: Counter[str] = field(default_factory=Counter)
    slips: list[Slip] = field(default_factory=list)
    delivered: Counter[int] = field(default_factory=Counter)
    is_closing_down: bool = False
    _to_come: list[tuple[datetime, int, Happening]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    # -- Time --------------------------------------------------------------------------------------
    def at(self, moment: datetime, happening: Happening) -> None:
        """Let something happen at a moment; of two at the same moment, first what was planned first."""
        heappush(self._to_come, (moment, next(self._order), happening))

    def later(self, delay: timedelta, happening: Happening) -> None:
        """Let something happen after a while."""
        self.at(self.clock.moment + delay, happening)

    def every(self, pause: Callable[[], timedelta], happening: Happening) -> None:
        """Let something happen again and again, each time after a pause."""

        def again() -> None:
            happening()
            self.later(pause(), again)

        self.later(pause(), again)

    def live_until(self, moment: datetime) -> None:
        """Let all happen that is to come until then."""
        while self._to_come and self._to_come[0][0] <= moment:
            due, _number, happening = heappop(self._to_come)
            self.clock.move_to(due)
            happening()
        self.clock.move_to(moment)

    # -- Chance ------------------------------------------------------------------------------------
    def chance(self, probability: float) -> bool:
        """Throw the dice."""
        return self.dice.random() < probability

    def between(self, least: timedelta, most: timedelta) -> timedelta:
        """Return some time between two; to the microsecond, as nobody keeps to whole seconds."""
        return least + (most - least) * self.dice.random()

    # -- Notes -------------------------------------------------------------------------------------
    def note(self, what: str) -> None:
        """Count something that went on."""
        self.happened[what] += 1

    def tries(self, what: str, attempt: Callable[[], object]) -> bool:
        """Try what a rule of the shop may refuse; a refusal is counted by its type, and is nothing unusual."""
        try:
            attempt()
        except ShopError as refusal:
            self.note(f"refused: {what}: {refusal.type}")
            return False
        self.note(what)
        return True
