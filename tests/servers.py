"""The shop in processes of its own, as its users meet it: granian, on the test's database or a fresh one."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import requests
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.log_watch import WATCH

HOST = "127.0.0.1"
THREADS = 8  # of each worker, as `make run` has
# Seconds; each worker imports the whole shop first.
START = 60.0


@contextmanager
def granian(
    folder: Path,
    *,
    database: str = "",
    workers: int = 1,
    application: str = "mxshop.wsgi:application",
    ready: str = "readyz",
    **variables: str,
) -> Iterator[str]:
    """Serve the shop with so many worker processes and give its address; its log and uploads go to the folder.

    The database is the test's own, unless one is named; further variables of the environment choose settings. Where
    something is missing on purpose, `ready` is the probe that says yes all the same.
    """
    port = free_port()
    log = folder / "server.log"
    command = [
        *(sys.executable, "-m", "granian", application, "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(THREADS), "--log-level", "warning"),
        "--respawn-failed-workers",
    ]
    # The sandbox's cashier notifies the shop at PORT.
    env = environment(folder, database=database, PORT=str(port), **variables)
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://{HOST}:{port}"
    try:
        _wait_until_ready(server, f"{url}/{ready}", log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)
        leaks = [line for line in log.read_text(errors="replace").splitlines() if WATCH.gives_away(line)]
        assert not leaks, f"the server logged a secret: {leaks}"


def run_python(folder: Path, *arguments: str, database: str = "") -> str:
    """Run a script of the shop to its end and return what it printed."""
    env = environment(folder, database=database)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def environment(folder: Path, *, database: str = "", **variables: str) -> dict[str, str]:
    """What makes another process of the shop work on the test's database (or the one named), Redis and files."""
    return {
        **os.environ,
        "MXSHOP_ENV": "test",
        "DATABASE_URL": database or _database_url(str(connection.settings_dict["NAME"])),
        "REDIS_URL": settings.REDIS_URL,
        "MXSHOP_MEDIA_ROOT": str(folder / "media"),
        **variables,
    }


@contextmanager
def fresh_database(folder: Path, blocker: DjangoDbBlocker) -> Iterator[str]:
    """Make an empty database that no test's rollback or flush touches, and give its address."""
    if connection.vendor == "sqlite":
        yield _database_url(str(folder / "test.sqlite3"))
        return
    name = f"test_shop_{os.getpid()}"
    options = connection.settings_dict["TEST"]
    with blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET {options['CHARSET']} COLLATE {options['COLLATION']}")
    try:
        yield _database_url(name)
    finally:
        with blocker.unblock(), connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def _database_url(name: str) -> str:
    assert "test" in Path(name).name, f"{name} is no database of tests; is the test marked with django_db?"
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    database = {key: str(connection.settings_dict[key]) for key in ("USER", "PASSWORD", "HOST", "PORT")}
    who = f"{quote(database['USER'], safe='')}:{quote(database['PASSWORD'], safe='')}"
    return f"mysql://{who}@{database['HOST'] or HOST}:{database['PORT'] or 3306}/{name}"


def children(process: int) -> list[int]:
    """The processes that this one started, and those that they started."""
    direct = [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return direct + [further for child in direct for further in children(child)]


def workers_of(url: str) -> list[int]:
    """The worker processes of a server that this process started; after a moment another follows one that died."""
    port = url.rpartition(":")[2].encode()
    words = {process: Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0") for process in children(os.getpid())}
    master = next(process for process, line in words.items() if port in line)
    return children(master)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: "subprocess.Popen[bytes]", probe: str, log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if requests.get(probe, timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"the server is not ready:\n{log.read_text(errors='replace')[-4000:]}")
