"""Gateways that do not answer: one that hangs must not hold up all that the clock has to do."""

from collections import Counter

# So often in one pass a gateway may keep us waiting; one question may fail for a reason of its own.
MOST = 3


class Silence:
    """Which channels have stopped answering, within one pass over orders, attempts or refunds."""

    def __init__(self) -> None:
        self._unanswered: Counter[str] = Counter()

    def note(self, channel: str) -> None:
        """Count a question that was not answered."""
        self._unanswered[channel] += 1

    def __contains__(self, channel: str) -> bool:
        """Tell whether the channel is not to be asked any more in this pass."""
        return self._unanswered[channel] >= MOST
