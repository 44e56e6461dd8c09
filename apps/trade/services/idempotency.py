"""Give a request its effect once, however often it is sent, and the same answer each time."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.common.purging import delete_in_batches
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import KeyReused
from apps.trade.models import IdempotencyKey
from apps.users.models import UserProfile

KEPT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request is answered; `is_replay` if an earlier one had the effect."""

    status: int
    body: Any
    is_replay: bool = False


@atomic_with_retry
def answer_once(
    *, user: UserProfile, route: str, key: str, request: Any, status: int, effect: Callable[[], Any]
) -> Answer:
    """Run `effect`, and keep what it returns as the answer under the user's key for this route, in one transaction.

    A request that comes again gets the kept answer. One that comes while the first is under way waits at the
    unique index, and then replays, or has the effect itself if the first was rolled back. An effect that raises
    leaves no key behind. Raises KeyReused if the key came with another request, Busy if the wait was too long.
    """
    request_hash = _hash(json.dumps(request, sort_keys=True))
    # Hashed, for MariaDB would take keys that differ only in case for the same one.
    names = {"user": user, "route": route, "key": _hash(key)}
    try:
        with transaction.atomic():
            claim = IdempotencyKey.objects.create(**names, request_hash=request_hash)
    except IntegrityError:
        return _replay(IdempotencyKey.objects.get(**names), request_hash)
    body = effect()
    IdempotencyKey.objects.filter(pk=claim.pk).update(status=status, answer=body)
    return Answer(status=status, body=body)


def _replay(first: IdempotencyKey, request_hash: str) -> Answer:
    if first.request_hash != request_hash:
        raise KeyReused
    return Answer(status=first.status, body=first.answer, is_replay=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def forget_old_keys() -> int:
    """Delete keys older than 24 hours; returns how many."""
    return delete_in_batches(IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT))
