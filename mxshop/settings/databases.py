"""Database and Redis connections from their URLs, with the options the shop's correctness rests on."""

from pathlib import Path
from typing import Any

import environ
from fakeredis import FakeRedisConnection

# WAL lets readers go on while one writer writes; IMMEDIATE takes the write lock at BEGIN, so that a
# transaction never fails half way because another one wrote first.
SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=NORMAL;"
        "PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=134217728;"
        "PRAGMA cache_size=-20000;"
    ),
}

# READ COMMITTED: a conditional UPDATE sees what others committed, and gap locks do not make strangers wait.
# A lock is waited for five seconds, not fifty: the shop answers 503 and the client tries again.
MYSQL_OPTIONS = {
    "charset": "utf8mb4",
    "isolation_level": "read committed",
    "init_command": "SET sql_mode='STRICT_TRANS_TABLES', innodb_strict_mode=1, innodb_lock_wait_timeout=5",
}


def database_from(url: str, *, var: Path) -> dict[str, Any]:
    """Return Django's settings for a `DATABASE_URL`; tests get a database of their own beside it."""
    database: dict[str, Any] = environ.Env.db_url_config(url)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database["OPTIONS"] = SQLITE_OPTIONS
        # A file, not memory: servers started by a test are processes of their own.
        database["TEST"] = {"NAME": str(var / "test.sqlite3")}
    elif database["ENGINE"] == "django.db.backends.mysql":
        database["OPTIONS"] = MYSQL_OPTIONS
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
        database["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_520_ci"}
    database["ATOMIC_REQUESTS"] = False
    return database


def cache_from(url: str, *, prefix: str) -> dict[str, Any]:
    """Return Django's settings for a `REDIS_URL`; empty means a Redis inside this very process."""
    cache: dict[str, Any] = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url or "redis://in-process:6379/0",
        "KEY_PREFIX": prefix,
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2},
    }
    if not url:
        cache["OPTIONS"] = {"CONNECTION_POOL_KWARGS": {"connection_class": FakeRedisConnection}}
    return cache
