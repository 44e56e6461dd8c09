"""The shop's days, one after the other, from its opening until nothing is left to do, and the accounts of them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from random import Random

from django.db import connection
from django.utils import timezone

from apps.common.clock import going_by
from apps.common.tasks import Sweep, done_at_once, sweeps
from apps.trade.models import (
    Discrepancy,
    Order,
    OrderStatus,
    PaymentAttempt,
    ReconciliationRun,
    Refund,
    SandboxNotice,
)
from apps.trade.services import reconciliation
from apps.trade.states import NOT_OVER
from mxshop.simulation import buyers, staff
from mxshop.simulation.accounts import Accounts, draw_up
from mxshop.simulation.opening import Town, open_shop
from mxshop.simulation.world import DAY, World

HOUR = timedelta(hours=1)
# How often the sweeps run: one that really runs every few seconds, every few minutes, every hour. Most find nothing
# to do, here as there, and the shop must not depend on how soon they come.
PAUSES = {timedelta(minutes=1): timedelta(minutes=20), HOUR: HOUR}
SELDOM = 6 * HOUR
# Before that, and when the shop closes down, an hour is soon enough.
OPENING_HOUR = 6
# The share of tasks that get lost, and of days on which nobody notices for hours that the clock has stopped.
LOST_TASKS, STOPS, LONGEST_STOP = 0.04, 0.12, timedelta(hours=10)
STAFF_HOURS = (9, 11, 14, 17, 20)
BUYERS_HOURS = (12, 19)
DIFFERENCES_AT = timedelta(hours=15)
# After the last order, everything is over within these days, or something is stuck.
MOST_CLOSING_DAYS = 60


class Life:
    """A shop and its days; the database must be empty, and nobody else may be in it."""

    def __init__(self, *, seed: int) -> None:
        self.world = World(dice=Random(seed))  # noqa: S311  no secret: the same seed shall bring the same days
        self.errors: list[str] = []
        self._clock_stands_until = self.world.clock.moment
        self.day = 0

    def live(self, *, days: int, orders_per_day: int, on_day: Callable[[int], None] = lambda day: None) -> Accounts:
        """Open the shop, let it live so many days and bring all to its end; `on_day` hears of every day that is over.

        Raises whatever goes wrong in the shop's own code; what it logs as an error is part of the accounts.
        """
        with self.apart():
            self.open(people=max(10, 2 * orders_per_day))
            for _day in range(days):
                self.live_a_day(orders=orders_per_day)
                on_day(self.day)
            self.close_down(on_day)
            return self.draw_up()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Go by the shop's own time and keep its log, for as long as the block lasts."""
        with (
            going_by(self.world.clock),
            done_at_once(is_lost=self._loses_task),
            _one_connection(),
            _errors_kept(self.errors),
        ):
            yield

    def open(self, *, people: int) -> None:
        """Open the shop among so many people and set its clock going."""
        self.town: Town = open_shop(self.world, people=people)
        for sweep in sweeps():
            self.world.every(partial(self._pause_after, sweep), partial(self._run, sweep))

    def _pause_after(self, sweep: Sweep) -> timedelta:
        pauses = (pause for limit, pause in PAUSES.items() if sweep.every < limit)
        pause = next(pauses, SELDOM)
        is_quiet = self.world.is_closing_down or timezone.localtime().hour < OPENING_HOUR
        return max(pause, HOUR) if is_quiet else pause

    def _run(self, sweep: Sweep) -> None:
        # Straight, not by `run_sweep`: what a sweep raises ends the simulation.
        if self.world.clock.moment >= self._clock_stands_until:
            sweep.run()

    def _loses_task(self) -> bool:
        """Lose a task now and then, as if the process had died after the commit."""
        is_lost = self.world.chance(LOST_TASKS)
        self.world.happened["tasks lost"] += is_lost
        return is_lost

    def _stop_clock(self) -> None:
        """Let no sweep run for some hours."""
        self._clock_stands_until = self.world.clock.moment + self.world.between(HOUR, LONGEST_STOP)
        self.world.note("the clock stood still")

    def live_a_day(self, *, orders: int) -> None:
        """Let a day pass, with so many buyers who want to order."""
        world, town = self.world, self.town
        staff.prepare_day(world, town, day=self.day)
        buyers.come_for_the_day(world, town, orders=orders)
        for hour in STAFF_HOURS:
            world.later(hour * HOUR, partial(staff.send_parcels, world, town))
            world.later(hour * HOUR, partial(staff.answer_buyers, world, town))
        for hour in BUYERS_HOURS:
            world.later(hour * HOUR, partial(buyers.look_after_orders, world))
        if world.chance(STOPS) and not world.is_closing_down:
            world.later(world.between(timedelta(), DAY), self._stop_clock)
        world.later(DIFFERENCES_AT, partial(staff.settle_differences, world, town))
        world.live_until(world.clock.moment + DAY)
        self.day += 1

    def close_down(self, on_day: Callable[[int], None] = lambda day: None) -> None:
        """Sell no more, see every payment, refund and bill to its end, and compare all bills once more."""
        self.world.is_closing_down = True
        for _day in range(MOST_CLOSING_DAYS):
            self.live_a_day(orders=0)
            on_day(self.day)
            if not is_anything_left():
                break
        # The bills of the last day are there the next morning.
        self.world.live_until(self.world.clock.moment + DAY / 2)
        for run in ReconciliationRun.objects.order_by("pk"):
            reconciliation.reconcile(channel=run.channel, day=run.day)

    def draw_up(self) -> Accounts:
        """Account for all that happened until now."""
        return draw_up(self.world, errors=self.errors)


def is_anything_left() -> bool:
    """Tell whether any money or any bill is still to be dealt with."""
    return any(
        rows.exists()
        for rows in (
            Order._base_manager.filter(status__in=(OrderStatus.PENDING_PAYMENT, OrderStatus.REFUNDING)),
            PaymentAttempt.objects.filter(state=PaymentAttempt.State.OPEN),
            Refund.objects.filter(state__in=NOT_OVER),
            SandboxNotice.objects.filter(status=SandboxNotice.Status.DUE),
            Discrepancy.objects.filter(state=Discrepancy.State.OPEN),
        )
    )


@contextmanager
def _one_connection() -> Iterator[None]:
    """Keep the connection to the database: with a new one for each task, half of the time would go into them."""
    usual = connection.settings_dict["CONN_MAX_AGE"]
    connection.settings_dict["CONN_MAX_AGE"] = None
    connection.close()
    try:
        yield
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = usual
        connection.close()


@contextmanager
def _errors_kept(errors: list[str]) -> Iterator[None]:
    """Keep what is logged as an error, and print nothing: bad luck is logged as a warning, and there is much of it."""

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            errors.append(self.format(record))

    root = logging.getLogger()
    usual, root.handlers = root.handlers, [Keeper(logging.ERROR)]
    try:
        yield
    finally:
        root.handlers = usual
