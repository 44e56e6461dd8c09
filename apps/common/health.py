"""Answers for the machine next door: this process is alive, and what it needs is there.

Answered before the host check: a probe comes by address.
"""

from collections.abc import Callable, Mapping
from functools import cache

from django.core.cache import cache as redis_cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from apps.common.middleware import GetResponse
from apps.common.problems import CONTENT_TYPE, problem


class HealthMiddleware:
    """Answer `/healthz` and `/readyz`; everything else passes on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = PROBES.get(request.path_info) if request.method in ("GET", "HEAD") else None
        if probe is None:
            return self.get_response(request)
        response = probe()
        response["Cache-Control"] = "no-store"
        return response


def alive() -> HttpResponse:
    """Answer without a look at anything: the process serves."""
    return JsonResponse({"alive": True})


def ready() -> HttpResponse:
    """Answer whether the shop can sell; if not, name what is missing and nothing more."""
    missing = [name for name, works in NEEDS.items() if not works()]
    if missing:
        body = problem(503, kind="not_ready", title=_("The shop is not ready to serve"), members={"missing": missing})
        return JsonResponse(body, status=503, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False})
    return JsonResponse({"ready": True})


def database_answers() -> bool:
    """Tell whether the database takes a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def redis_answers() -> bool:
    """Tell whether Redis, or the one inside this process, answers."""
    try:
        redis_cache.get("readyz")
    except (RedisError, OSError):
        return False
    return True


def migrations_applied() -> bool:
    """Tell whether the tables are those of this code; asked of the database until it is true once."""
    try:
        return _fully_migrated()
    except (Error, _NotYet):
        return False


class _NotYet(Exception):
    """Some migration waits; raised because only what returns is remembered."""


@cache
def _fully_migrated() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _NotYet
    return True


NEEDS: Mapping[str, Callable[[], bool]] = {
    "database": database_answers,
    "redis": redis_answers,
    "migrations": migrations_applied,
}
PROBES: Mapping[str, Callable[[], HttpResponse]] = {"/healthz": alive, "/readyz": ready}
