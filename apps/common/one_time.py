"""One-time tokens in Redis: whoever brings one gets what it stands for, once, until it expires.

Only its hash is a key there, so that what lies in Redis opens nothing.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from apps.common.exceptions import Busy


def issue(kind: str, *, owner: str, value: dict[str, Any], lifetime: timedelta) -> str:
    """Return a token that stands for a value; the owner's older ones of this kind die.

    Raises Busy when Redis does not answer.
    """
    token = secrets.token_urlsafe(32)
    name = _name(kind, token)
    with _redis() as redis:
        redis.set(name, json.dumps(value), ex=lifetime)
        # One command: of two who issue at once, each learns of the other's, and only the later one lives.
        older = redis.set(_key(kind, f"of:{owner}"), name, ex=lifetime, get=True)
        if older:
            redis.delete(older)
    return token


def peek(kind: str, token: str) -> dict[str, Any] | None:
    """Return what a token stands for and leave it as it is; None for one that is used, old or not ours."""
    return _read(lambda redis: redis.get(_name(kind, token)))


def take(kind: str, token: str) -> dict[str, Any] | None:
    """Return what a token stands for and use it up: of any number who bring it at once, one gets it."""
    return _read(lambda redis: redis.getdel(_name(kind, token)))


def _read(command: Callable[[Any], Any]) -> dict[str, Any] | None:
    with _redis() as redis:
        found = command(redis)
    return None if found is None else dict(json.loads(found))


@contextmanager
def _redis() -> Iterator[Any]:  # its types know no bytes
    try:
        yield get_redis_connection("default")
    except (RedisError, OSError) as error:
        raise Busy(retry_after=5) from error


def _name(kind: str, token: str) -> str:
    return _key(kind, hashlib.sha256(token.encode()).hexdigest())


def _key(kind: str, rest: str) -> str:
    return f"{settings.REDIS_PREFIX}:one-time:{kind}:{rest}"
