"""Connections to database, Redis and broker from their URLs, with the options the shop's correctness rests on."""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
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
    # Seconds. A server that went silent holds up a thread for so long, and not for ever. A migration of a very large
    # table may need more: DATABASE_URL=...?read_timeout=3600
    "connect_timeout": 5,
    "read_timeout": 30,
    "write_timeout": 30,
}


def database_from(url: str, *, var: Path) -> dict[str, Any]:
    """Return Django's settings for a `DATABASE_URL`; its query, such as `?ssl_ca=/etc/ca.pem`, adds to our options.

    Tests get a database of their own beside it. Raises ImproperlyConfigured for what is no URL of a database.
    """
    if not url.startswith(("mysql://", "sqlite://")):
        raise ImproperlyConfigured("DATABASE_URL must begin with mysql:// or sqlite:///")
    database: dict[str, Any] = environ.Env.db_url_config(url)
    options = database.get("OPTIONS", {})
    if url.startswith("sqlite://"):
        database["OPTIONS"] = SQLITE_OPTIONS | options
        # A file, not memory: servers started by a test are processes of their own.
        database["TEST"] = {"NAME": str(var / "test.sqlite3")}
    else:
        database["OPTIONS"] = MYSQL_OPTIONS | options
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
        database["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_520_ci"}
    database["ATOMIC_REQUESTS"] = False
    return database


def caches_from(url: str, *, prefix: str) -> dict[str, Any]:
    """Return Django's settings for a `REDIS_URL`: a cache for the shop, and one for sessions, kept as JSON."""
    default, sessions = cache_from(url, prefix=prefix), cache_from(url, prefix=f"{prefix}:sessions")
    sessions["OPTIONS"] |= {"SERIALIZER": "django_redis.serializers.json.JSONSerializer"}
    return {"default": default, "sessions": sessions}


def cache_from(url: str, *, prefix: str) -> dict[str, Any]:
    """Return Django's settings for one cache; an empty URL means a Redis inside this very process."""
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("REDIS_URL must begin with redis://, rediss:// or unix://")
    cache: dict[str, Any] = {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url or "redis://in-process:6379/0",
        "KEY_PREFIX": prefix,
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 1},
    }
    if not url:
        cache["OPTIONS"] = {"CONNECTION_POOL_KWARGS": {"connection_class": FakeRedisConnection}}
    return cache


def broker_from(url: str, *, prefix: str, var: Path) -> dict[str, Any]:
    """Return Celery's settings for the URL of a broker, Redis or RabbitMQ; names there begin with the prefix.

    Raises ImproperlyConfigured for anything else.
    """
    if not url.startswith(("redis://", "rediss://", "unix://", "amqp://", "amqps://")):
        raise ImproperlyConfigured(
            "MXSHOP_TASKS=celery needs MXSHOP_BROKER_URL, or REDIS_URL: redis://, rediss://, unix://, amqp://, amqps://"
        )
    # A broker that is silent holds up a commit's follow-up for a second or two: it is told once, and once again.
    if url.startswith("amqp"):
        options: dict[str, Any] = {"connect_timeout": 1, "read_timeout": 1, "write_timeout": 1, "confirm_publish": True}
    else:
        # Longer than any task may take: Redis hands a message out again that nobody has acknowledged by then.
        options = {"socket_connect_timeout": 1, "socket_timeout": 1, "visibility_timeout": 900}
        options["global_keyprefix"] = f"{prefix}:"
    return {
        "broker_url": url.replace("unix://", "redis+socket://", 1),
        "broker_connection_timeout": 1,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": options,
        "task_publish_retry": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0},
        "task_default_queue": prefix,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": 60,
        "task_time_limit": 90,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "beat_schedule_filename": str(var / f"beat-{prefix}"),
    }
