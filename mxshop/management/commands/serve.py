"""The whole shop with one command."""

import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from apps.common.addresses import absolute_url
from apps.goods.models import Goods
from mxshop.sample.people import working_accounts

HOST = "127.0.0.1"


class Command(BaseCommand):
    """What `make run` starts: schema, sample shop, clock and server."""

    help = (
        "Bring the database up to date, load the sample shop if there are no goods yet, and serve the shop on "
        "127.0.0.1 with the clock beside it. Data that is there stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="where to listen (default: PORT, or 8000)")
        parser.add_argument("--threads", type=int, default=8, help="threads of the one worker process, at least 4")
        parser.add_argument("--no-sample", action="store_true", help="do not load the sample shop")

    def handle(self, *args: Any, **options: Any) -> None:
        port, threads = options["port"], max(options["threads"], 4)  # the sandbox's cashier calls the shop itself
        refuse_taken_port(port)
        tell_port(port)
        bring_up_to_date()
        if settings.SAMPLE_SHOP and not options["no_sample"] and not Goods.objects.exists():
            call_command("make_sample_shop", stdout=self.stdout)
        self.stdout.write(announcement(port))
        with clock_beside():
            Granian(
                "mxshop.wsgi:application",
                address=HOST,
                port=port,
                interface=Interfaces.WSGI,
                workers=1,  # the in-process Redis belongs to one process
                blocking_threads=threads,
                respawn_failed_workers=True,  # one that the system kills is followed by another; the shop goes on
                workers_kill_timeout=10,  # a worker that was told to end while it started up does not hear it
                log_level=LogLevels.error,
            ).serve()


def refuse_taken_port(port: int) -> None:
    """Raise CommandError if something listens there already, before anything is changed."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"port {port} cannot be used ({error}); choose another: make run PORT=8001") from error


def tell_port(port: int) -> None:
    """Let everything started from here know the port, in this process, its forks and others: the shop calls itself."""
    settings.PORT = port
    os.environ["PORT"] = str(port)
    settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"] = absolute_url("/oauth")


def bring_up_to_date() -> None:
    """Migrate; raises CommandError, naming the variable to look at, if there is no such database."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise CommandError(f"the database of DATABASE_URL cannot be used: {error}") from error


@contextmanager
def clock_beside() -> Iterator[None]:
    """Run `manage.py clock` as a child for as long as the server lives, however the server ends."""
    clock = subprocess.Popen(  # noqa: S603  our own words
        [sys.executable, "manage.py", "clock", f"--child-of={os.getpid()}"],
        cwd=settings.BASE_DIR,
        start_new_session=True,  # a Ctrl-C is for the server, which then ends the clock
    )
    try:
        yield
    finally:
        clock.terminate()
        clock.wait(timeout=10)


def announcement(port: int) -> str:
    """Return what is where, and who may come in."""
    base = f"http://{HOST}:{port}"
    return "\n".join(
        [
            "",
            f"  The shop          {base}/",
            f"  API documents     {base}/docs/   (OpenAPI: {base}/api/schema/)",
            f"  Back office       {base}/xadmin/",
            "  Sister app        manage.py sister_app   (another application to log in to with an account from here)",
            f"  Health            {base}/healthz   {base}/readyz",
            f"  SMS messages      {settings.SMS_OUTBOX_FILE.relative_to(settings.BASE_DIR)}   (none is really sent)",
            f"  Letters           {settings.MAIL_OUTBOX_FILE.relative_to(settings.BASE_DIR)}   (none is really sent)",
            *sample_accounts(),
            "",
            "  Stop with Ctrl-C. The data stays in var/ and media/.",
            "",
        ]
    )


def sample_accounts() -> list[str]:
    """Return lines that name the sample shop's accounts, as far as they still have their published passwords."""
    accounts = working_accounts() if settings.SAMPLE_SHOP else []
    if not accounts:
        return []
    names = (" or ".join(filter(None, (account.username, account.mobile))) for account in accounts)
    lines = (
        f"    {account.role:<10}  {name:<21}  password {account.password}"
        for account, name in zip(accounts, names, strict=True)
    )
    return ["", "  Sample accounts", *lines]
