"""Letters: what the rooms above write to an address, in words that they choose when the letter is sent.

The outbox keeps facts and no sentence, so that a link or a code that a letter carries is made when it leaves: it is
in no row, and its time begins when it is sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from apps.notifications.gateways.mail import Mail, mail_gateway


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a letter says."""

    subject: str
    text: str


# Gets the address and the facts; None says that there is nothing to write any more. It may be asked twice for one
# letter, when the first attempt failed: what it makes then takes the place of what it made before.
Writer: TypeAlias = Callable[[str, Mapping[str, str]], Letter | None]

_writers: dict[str, Writer] = {}


def write(writers: Mapping[str, Writer]) -> None:
    """Say who writes the letters of which topics. Called when the app starts."""
    _writers.update(writers)


def is_written(topic: str) -> bool:
    """Tell whether somebody writes letters of the topic."""
    return topic in _writers


def send(*, topic: str, to: str, facts: Mapping[str, str]) -> None:
    """Write a letter and hand it over. Call it outside of any transaction; raises GatewayFailed if it is not taken."""
    letter = _writers[topic](to, facts)
    if letter is not None:
        mail_gateway().send(Mail(to=to, subject=letter.subject, text=letter.text))
