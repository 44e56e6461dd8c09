"""One pass over rows of which gateways are asked: one that hangs must not hold up all that the clock has to do."""

from collections import Counter
from collections.abc import Iterable, Iterator

# So often in one pass a gateway may keep us waiting; one question may fail for a reason of its own.
MOST = 3
# So many rows are asked about in one go; the rest is still due when the clock comes round.
BATCH = 200


class Silence:
    """Which channels have stopped answering, within one pass over orders, attempts or refunds."""

    def __init__(self) -> None:
        self._unanswered: Counter[str | None] = Counter()

    def note(self, channel: str) -> None:
        """Count a question that was not answered."""
        self._unanswered[channel] += 1

    def __contains__(self, channel: str | None) -> bool:
        """Tell whether the channel is not to be asked any more in this pass."""
        return self._unanswered[channel] >= MOST


def in_turn(due: Iterable[tuple[int, str | None]], *, silence: Silence) -> Iterator[int]:
    """Yield the keys that one pass asks about, at most `BATCH` of them; `due` names each row's channel, if it has one.

    A row of a channel that has stopped answering stays due, and takes no place from those of other channels.
    """
    asked = 0
    for key, channel in due:
        if asked == BATCH:
            return
        if channel not in silence:
            asked += 1
            yield key
