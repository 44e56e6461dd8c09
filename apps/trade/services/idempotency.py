"""Give a request its effect once, however often it is sent, and the same answer each time.

A request first claims its key, in a short transaction of its own; whoever comes meanwhile sees the claim, and is
told to wait. Effect and answer are the second transaction. Its last statement writes the answer under the claim's
token: whoever was so slow that another took the claim over finds another token there, and rolls the effect back.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from apps.common.exceptions import Busy, OutcomeUnknown
from apps.common.prepared import Json, PreparedUpdate, insert
from apps.common.purging import delete_in_batches
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import InFlight, KeyReused
from apps.trade.models import IdempotencyKey
from apps.users.models import UserProfile

logger = logging.getLogger(__name__)

R = TypeVar("R")

KEPT = timedelta(hours=24)
# So long a claim is left to a request that does not answer. Clocks may differ: the token decides, not the time.
LEASE = timedelta(seconds=30)
_keep_answer = PreparedUpdate(
    lambda pk, token, status, answer: (
        IdempotencyKey.objects.filter(pk=pk, token=token, status=0),
        {"status": status, "answer": answer, "claimed_until": None},
    )
)
# How often what got lost at COMMIT is looked up, and done again if it turns out not to be done.
LOOKS = 3


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request is answered; `is_replay` if an earlier one had the effect."""

    status: int
    body: Any
    is_replay: bool = False


def answer_once(
    *, user: UserProfile, route: str, key: str, request: Any, status: int, effect: Callable[[], Any]
) -> Answer:
    """Run `effect` in a transaction, and keep what it returns as the answer under the user's key for this route.

    `request` is all that tells this request from another, as JSON. A request that comes again gets the kept answer.
    An effect that raises leaves no key behind. One whose COMMIT got lost is looked up by its claim: it is answered
    if it had its effect, and has it now if it had none.

    Raises KeyReused if the key came with another request, InFlight while the first is under way, Busy if the
    database cannot tell for now what became of it; then the same request under the same key is safe to send again.
    """
    # The key is hashed, for MariaDB would take keys that differ only in case for the same one.
    names = {"user": user, "route": route, "key": _hash(key)}
    try:
        claim = _until_known(partial(_claim, names, _hash(json.dumps(request, sort_keys=True)), uuid.uuid4()))
        return _answer_of(claim, is_replay=True) if claim.status else _answer_claim(claim, status, effect)
    except OutcomeUnknown as error:
        raise Busy(retry_after=5) from error


def _until_known(step: Callable[[], R]) -> R:
    """Take a step that does no harm when it is taken twice, and take it again if its COMMIT got lost."""
    for _attempt in range(LOOKS - 1):
        try:
            return step()
        except OutcomeUnknown:
            continue
    return step()


@atomic_with_retry
def _claim(names: dict[str, Any], request_hash: str, token: uuid.UUID) -> IdempotencyKey:
    """Return the key's row: claimed for this request, or answered already."""
    claim = IdempotencyKey(**names, request_hash=request_hash, token=token, claimed_until=timezone.now() + LEASE)
    try:
        with transaction.atomic():
            insert(claim)
    except IntegrityError:
        return _join(names, claim)
    return claim


def _join(names: dict[str, Any], claim: IdempotencyKey) -> IdempotencyKey:
    """Return the row that another request wrote first, if it is answered or was left behind."""
    first = IdempotencyKey.objects.filter(**names).first()
    if first is None:
        raise InFlight  # it was refused and let the key go, just now
    if first.request_hash != claim.request_hash:
        raise KeyReused
    if first.status or first.token == claim.token:  # answered, or ours: the COMMIT of the claim had got lost
        return first
    left_behind = IdempotencyKey.objects.filter(pk=first.pk, token=first.token, claimed_until__lte=timezone.now())
    if not left_behind.update(token=claim.token, claimed_until=claim.claimed_until):
        raise InFlight
    first.token = claim.token
    return first


def _answer_claim(claim: IdempotencyKey, status: int, effect: Callable[[], Any]) -> Answer:
    """Have the effect; a refused one lets its key go, one that nobody knows the outcome of keeps it."""
    try:
        return _have_effect_or_look(claim, status, effect)
    except OutcomeUnknown:
        raise
    except Exception:  # nothing of the effect was written: the key is free again, and the error goes on
        _release(claim)
        raise


def _have_effect_or_look(claim: IdempotencyKey, status: int, effect: Callable[[], Any]) -> Answer:
    """Have the effect; raises OutcomeUnknown if COMMITs keep getting lost, or the claim cannot be looked up."""
    for _look in range(LOOKS):
        try:
            return _have_effect(claim, status, effect)
        except OutcomeUnknown:
            logger.warning("the COMMIT of %s got lost; its claim is looked up", claim)
            if (answer := _look_up(claim)) is not None:
                return answer
    raise OutcomeUnknown


@atomic_with_retry
def _have_effect(claim: IdempotencyKey, status: int, effect: Callable[[], Any]) -> Answer:
    body = effect()
    if not _keep_answer(pk=claim.pk, token=claim.token, status=status, answer=Json(body)):
        raise InFlight  # another has taken the claim over: the effect is theirs
    return Answer(status=status, body=body)


def _look_up(claim: IdempotencyKey) -> Answer | None:
    """Return the answer that a lost COMMIT kept, or None if it kept none.

    Raises OutcomeUnknown if the database cannot tell, and InFlight if another request has taken the claim over.
    """
    try:
        row = _until_known(partial(_settled, claim))
    except (Busy, OperationalError) as error:
        raise OutcomeUnknown from error
    if row is None or row.token != claim.token:
        raise InFlight
    return _answer_of(row) if row.status else None


@atomic_with_retry
def _settled(claim: IdempotencyKey) -> IdempotencyKey | None:
    """Read the claim under a lock: the lost transaction holds it until it is committed or rolled back."""
    return IdempotencyKey.objects.select_for_update().filter(pk=claim.pk).first()


def _answer_of(row: IdempotencyKey, *, is_replay: bool = False) -> Answer:
    return Answer(status=row.status, body=row.answer, is_replay=is_replay)


def _release(claim: IdempotencyKey) -> None:
    """Let a refused request's key go. Where that fails, the lease ends by itself."""
    try:
        _until_known(partial(_forget, claim))
    except (Busy, OutcomeUnknown, OperationalError) as error:
        logger.warning("%s keeps its claim until the lease ends: %s", claim, error)


@atomic_with_retry
def _forget(claim: IdempotencyKey) -> None:
    IdempotencyKey.objects.filter(pk=claim.pk, token=claim.token, status=0).delete()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def forget_old_keys() -> int:
    """Delete keys older than 24 hours; returns how many."""
    return delete_in_batches(IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT))
