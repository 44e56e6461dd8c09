"""The time in China, and a time of our own making, for shops that live through months in minutes.

All of the shop, its models' `auto_now` included, reads the time in one place: `django.utils.timezone.now`. Whoever
replaces that one function moves the whole shop.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

# By it gateways and carriers tell the time, wherever the shop and its staff are.
BEIJING = ZoneInfo("Asia/Shanghai")


class VirtualClock:
    """A clock that stands still until it is moved, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        """Return the moment at which the clock stands."""
        return self.moment

    def move_to(self, moment: datetime) -> None:
        """Let the time pass until a moment; raises ValueError for one that has passed."""
        if moment < self.moment:
            raise ValueError(f"it is {self.moment}: {moment} has passed")
        self.moment = moment


@contextmanager
def going_by(clock: VirtualClock) -> Iterator[None]:
    """Let this whole process, all of its threads, go by another clock for as long as the block lasts.

    Never in a process that serves anybody. What libraries read from the machine's clock stays as it is: the age of
    signed quotes and tokens, the windows of throttles.
    """
    real = timezone.now
    timezone.now = clock.now
    try:
        yield
    finally:
        timezone.now = real
