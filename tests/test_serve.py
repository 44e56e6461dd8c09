"""`make run`: one command that migrates, serves and keeps the clock, and takes all of it down again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from django.conf import settings as project

from apps.common.addresses import absolute_url
from mxshop.management.commands import serve
from tests.servers import HOST, children, free_port

COMMAND = [sys.executable, "manage.py", "serve", "--no-sample"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shop keeps its data, migrated by whoever comes first."""
    return tmp_path_factory.mktemp("shop")


def variables(folder: Path, **more: str) -> dict[str, str]:
    files = {"DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}", "MXSHOP_MEDIA_ROOT": str(folder / "media")}
    return {**os.environ, "MXSHOP_ENV": "test", "REDIS_URL": "", "PORT": "8000", **files, **more}


@contextmanager
def serving(folder: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [*COMMAND, "--port", str(port)], cwd=project.BASE_DIR, env=variables(folder), stdout=subprocess.PIPE, text=True
    ) as shop:
        try:
            wait_until(lambda: answers(port))
            yield shop
        finally:
            end_with_children(shop)


def end_with_children(shop: "subprocess.Popen[str]") -> None:
    """Leave nothing behind: granian's workers would serve on after a master that was killed."""
    started = children(shop.pid) if shop.poll() is None else []
    shop.terminate()
    try:
        shop.wait(timeout=20)
    finally:
        for process in [shop.pid, *started]:
            if runs(process):
                os.kill(process, signal.SIGKILL)


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/readyz", timeout=5).ok
    except requests.ConnectionError:
        return False


def wait_until(happens: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_one_command_serves_and_leaves_nothing_behind(folder: Path, end: signal.Signals) -> None:
    port = free_port()
    with serving(folder, port) as shop:
        clock, *_workers = started = children(shop.pid)
        assert len(started) >= 2
        assert b"clock" in Path(f"/proc/{clock}/cmdline").read_bytes()
        assert f"PORT={port}".encode() in Path(f"/proc/{clock}/environ").read_bytes().split(b"\0")

        shop.send_signal(end)

        wait_until(lambda: not any(runs(process) for process in [shop.pid, *started]))
        assert not answers(port)


def test_no_clock_outlives_a_shop_that_was_killed(folder: Path) -> None:
    with serving(folder, free_port()) as shop:
        clock, *workers = children(shop.pid)

        shop.kill()

        wait_until(lambda: not runs(clock))
        for worker in workers:  # granian's own would serve on
            os.kill(worker, signal.SIGKILL)


def test_c21_a_worker_that_is_killed_is_followed_by_another(folder: Path) -> None:
    port = free_port()
    with serving(folder, port) as shop:
        _clock, *before = children(shop.pid)

        for worker in before:
            os.kill(worker, signal.SIGKILL)

        wait_until(lambda: answers(port))
        assert set(children(shop.pid)).isdisjoint(before)


def test_the_shop_knows_where_to_call_itself(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8000")
    settings.PORT, settings.MXSHOP_PUBLIC_URL = 8000, ""

    serve.tell_port(8123)

    assert absolute_url("/alipay/return/") == "http://127.0.0.1:8123/alipay/return/"
    assert os.environ["PORT"] == "8123"


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["--port", "70000"], {}, "port 70000 cannot be used"),
        ([], {"PORT": "http"}, "PORT is 'http'; it must be a whole number"),
        ([], {"DATABASE_URL": "sqlite:////nowhere/shop.sqlite3"}, "the database of DATABASE_URL cannot be used"),
        ([], {"DATABASE_URL": "oracle://shop"}, "DATABASE_URL must begin with mysql:// or sqlite:///"),
    ],
)
def test_what_hinders_it_is_named(folder: Path, arguments: list[str], given: dict[str, str], said: str) -> None:
    started = subprocess.run(
        [*COMMAND, *arguments],
        cwd=project.BASE_DIR,
        env=variables(folder, **given),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert started.returncode != 0
    assert said in started.stderr


def test_a_port_that_is_taken_is_named_before_anything_is_changed(folder: Path, tmp_path: Path) -> None:
    port = free_port()
    with serving(folder, port):
        second = subprocess.run(
            [*COMMAND, "--port", str(port)],
            cwd=project.BASE_DIR,
            env=variables(tmp_path),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert f"port {port} cannot be used" in second.stderr
        assert not (tmp_path / "shop.sqlite3").exists()
