"""Where the sessions of the back office are kept: in the database, and in Redis to be read quickly by every worker."""

import logging
from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from django.contrib.sessions.backends.db import SessionStore as RowStore
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class SessionStore(CachedStore):
    """Django's own, which goes on from the database when Redis is gone.

    Django stops there: it reads the row and then fails at writing it back to the cache, or deletes the row and fails at
    deleting what the cache has. What Redis still has when it comes back lets nobody in: the device it names is ended.
    """

    def load(self) -> dict[str, Any]:
        try:
            return super().load()
        except RedisError:
            logger.warning("Redis does not answer, a session was read from the database")
            return RowStore.load(self)

    def delete(self, session_key: str | None = None) -> None:
        try:
            super().delete(session_key)
        except RedisError:
            logger.warning("Redis does not answer, a session was deleted from the database alone")
