"""The shop in processes of its own, as its users meet it: granian, on the database of the test."""

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

HOST = "127.0.0.1"
# Seconds; each worker imports the whole shop first.
START = 60.0


@contextmanager
def granian(folder: Path, *, workers: int = 1, application: str = "mxshop.wsgi:application") -> Iterator[str]:
    """Serve the shop with so many worker processes and give its address; its log and uploads go to the folder."""
    port = _free_port()
    log = folder / "server.log"
    command = [
        *(sys.executable, "-m", "granian", application, "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "8", "--log-level", "warning"),
    ]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment(port, folder), stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://{HOST}:{port}"
    try:
        _wait_until_ready(server, url, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def environment(port: int, folder: Path) -> dict[str, str]:
    """What makes another process of the shop work on this test's database, Redis and files."""
    return {
        **os.environ,
        "MXSHOP_ENV": "test",
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "MXSHOP_MEDIA_ROOT": str(folder / "media"),
        "PORT": str(port),  # the sandbox's cashier notifies the shop there
    }


def database_url() -> str:
    """The address of the test's own database, for a process that knows nothing of tests."""
    database = {name: str(value) for name, value in connection.settings_dict.items() if isinstance(value, str | int)}
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    who = ":".join(quote(database[name], safe="") for name in ("USER", "PASSWORD"))
    where = f"{database['HOST'] or HOST}:{database['PORT'] or 3306}"
    return f"mysql://{who}@{where}/{database['NAME']}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if requests.get(f"{url}/readyz", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise AssertionError(f"the server is not ready:\n{log.read_text(errors='replace')[-4000:]}")
