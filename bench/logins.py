"""`python -m bench.logins`: log-ins per second against the bare hash of a password, in alternating rounds.

The server has a processor of its own, and so has the bare hash, the same one; clients and databases, which are
elsewhere in life, are left the others. On a machine with a single processor all of them share it.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

from bench.databases import scratch_database
from bench.measuring import Round, cpu_of_children, ratios, spread
from mxshop.environment import select_settings

FLOOR = 0.85
WHAT = ("rate", "cpu")
PASSWORD = "right horse battery"  # noqa: S105  of users who live as long as the run
# Seconds; a log-in that takes longer ends the run.
TIMEOUT = 30


@dataclass(frozen=True, kw_only=True)
class User:
    """One who logs in, from an address of their own: limits count them apart, as in life."""

    name: str
    ip: str


def main() -> int:
    """Measure, print, and return 1 if log-ins reach less of the bare hash's rate than they must."""
    options = _options()
    os.environ.setdefault("MXSHOP_ENV", "staging")  # as production, but for TLS: with production's hasher
    os.environ.setdefault("MXSHOP_SECRET_KEY", uuid.uuid4().hex * 2)
    select_settings()
    django.setup()
    with tempfile.TemporaryDirectory() as folder, scratch_database() as url:
        report = _run(Path(folder), url, options)
    print(json.dumps(report, indent=2) if options.json else _table(report))
    return 0 if report["within"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.logins", description=__doc__)
    # A name may be tried ten times a minute, and a round too many would measure refusals.
    parser.add_argument("--rounds", type=int, choices=range(1, 9), default=5, help="of each path (default: 5)")
    parser.add_argument("--logins", type=int, default=300, help="in each round (default: 300)")
    parser.add_argument("--clients", type=int, default=4, help="who log in at the same time (default: 4)")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    return parser.parse_args()


def _run(folder: Path, database: str, options: argparse.Namespace) -> dict[str, Any]:
    from tests.servers import HOST, granian

    users, encoded = _make_users(options.logins)
    environment = {name: os.environ[name] for name in ("MXSHOP_ENV", "MXSHOP_SECRET_KEY")}
    environment["MXSHOP_TRUSTED_PROXIES"] = HOST
    paths: dict[str, list[Round]] = {"log-in": [], "bare hash": []}
    ours, others = _processors()
    with _on(ours), granian(folder, database=database, **environment) as url:
        for number in range(options.rounds + 1):
            # The first round warms up and is not counted.
            for path, where, run in (
                ("log-in", others, lambda: _log_in_all(f"{url}/login/", users, options.clients)),
                ("bare hash", ours, lambda: _hash_all(encoded, len(users), options.clients)),
            ):
                with _on(where):
                    took = run()
                if number:
                    paths[path].append(took)
    rate, cpu = ({path: [getattr(took, what) for took in rounds] for path, rounds in paths.items()} for what in WHAT)
    report: dict[str, Any] = {path: {"rate": spread(rate[path]), "cpu": spread(cpu[path])} for path in paths}
    report["log-in / bare hash"] = {
        what: ratios(of["log-in"], of["bare hash"]) for what, of in zip(WHAT, (rate, cpu), strict=True)
    }
    report["within"] = report["log-in / bare hash"]["rate"]["median"] >= FLOOR
    return report


def _processors() -> tuple[set[int], set[int]]:
    """Return the processor to be measured, and those for the clients."""
    first, *rest = sorted(os.sched_getaffinity(0))
    return {first}, set(rest) or {first}


@contextmanager
def _on(processors: set[int]) -> Iterator[None]:
    """Keep this thread, and the threads and processes that it starts, on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _make_users(count: int) -> tuple[list[User], str]:
    """Write so many shoppers with one password, and return them and its hash."""
    from django.contrib.auth.hashers import make_password

    from apps.users.models import UserProfile

    encoded, run = make_password(PASSWORD), secrets.token_hex(4)  # the run before used up some tries of its names
    users = [UserProfile(username=f"bench-{run}-{number}", password=encoded) for number in range(count)]
    UserProfile.objects.bulk_create(users)
    return [
        User(name=user.username, ip=f"10.{number >> 8}.{number & 255}.1") for number, user in enumerate(users)
    ], encoded


def _log_in_all(url: str, users: list[User], clients: int) -> Round:
    """Have everybody log in once over HTTP; the processor time is the server's, with all its workers."""
    address = urlsplit(url)

    def log_in(share: list[User]) -> None:
        browser = HTTPConnection(address.netloc, timeout=TIMEOUT)
        for user in share:
            body = json.dumps({"username": user.name, "password": PASSWORD})
            headers = {"Content-Type": "application/json", "X-Forwarded-For": user.ip}
            browser.request("POST", address.path, body, headers)
            answer = browser.getresponse()
            told = answer.read()
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{url} answered {answer.status}: {told[:500]!r}")
        browser.close()

    return _measure(log_in, users, clients, cpu_of_children)


def _hash_all(encoded: str, count: int, clients: int) -> Round:
    """Check the password as often, with nothing around it; the hash runs outside of Python's lock."""
    from django.contrib.auth.hashers import check_password

    def check(share: list[str]) -> None:
        for password in share:
            if not check_password(password, encoded):
                raise RuntimeError("the password does not fit its hash")

    return _measure(check, [PASSWORD] * count, clients, time.process_time)


def _measure(run: Callable[[list[Any]], None], all_of_them: list[Any], clients: int, cpu: Callable[[], float]) -> Round:
    shares = [all_of_them[number::clients] for number in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        used, began = cpu(), time.perf_counter()
        list(pool.map(run, shares))
        seconds, used = time.perf_counter() - began, cpu() - used
    return Round(rate=len(all_of_them) / seconds, cpu=1000 * used / len(all_of_them))


def _table(report: dict[str, Any]) -> str:
    lines = [f"  {'':20}{'per second':>28}{'processor time, ms each':>30}"]
    for row in ("log-in", "bare hash", "log-in / bare hash"):
        rate, cpu = (f"{v['median']:.2f} ({v['min']:.2f} to {v['max']:.2f})" for v in (report[row][w] for w in WHAT))
        lines.append(f"  {row:20}{rate:>28}{cpu:>30}")
    lines.append("\nEach: median (lowest to highest), on one processor; ratios are of neighbouring rounds.")
    verdict = "is kept" if report["within"] else "is MISSED"
    return "\n".join([*lines, f"At least {FLOOR:g} of the bare hash's rate: {verdict}."])


if __name__ == "__main__":
    sys.exit(main())
