"""Notices in the shop: what a user is told, in which words, and what they have read."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.functional import Promise

from apps.common.transactions import atomic_with_retry
from apps.notifications.models import Notice

# The sentence of each topic; the room that tells of it gives the words.
_words: dict[str, Promise] = {}


def word(topics: Mapping[str, Promise]) -> None:
    """Give the sentences of topics, lazily translated, with the facts as `%(name)s`. Called when the app starts."""
    _words.update(topics)


def tell(*, user_id: int, topic: str, params: Mapping[str, str], reference: str = "") -> None:
    """Write a notice in the caller's transaction, so that nobody is told what did not happen.

    Raises KeyError for a topic without words, and for a fact that the words need and `params` lack: both are mistakes
    in our code, which a reader could not mend.
    """
    str(_words[topic]) % params
    Notice.objects.create(user_id=user_id, topic=topic, params=dict(params), reference=reference)


def text_of(notice: Notice) -> str:
    """Return the sentence in the reader's language; a topic that the shop has no words for any more has none."""
    words = _words.get(notice.topic)
    return str(words) % notice.params if words else ""


@atomic_with_retry
def mark_read(*, notice: Notice) -> None:
    """Note that the user has read a notice; the first time counts."""
    now = timezone.now()
    if Notice.objects.filter(pk=notice.pk).unread().update(read_at=now):
        notice.read_at = now


@atomic_with_retry
def mark_all_read(*, user_id: int) -> int:
    """Note that the user has read all their notices, and return how many were new."""
    return Notice.objects.of(user_id).unread().update(read_at=timezone.now())
