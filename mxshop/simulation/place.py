"""A database of the simulation's own, beside the shop's and gone with it, so that no shop is ever touched."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, connection


def refuse_real_shop() -> None:
    """Raise CommandError, naming the variable, where gateways are real or something is done by other processes."""
    wrong = {
        "MXSHOP_PAYMENT must be sandbox": settings.PAYMENT_MODE != "sandbox",
        "MXSHOP_SANDBOX_URL must be empty": bool(settings.SANDBOX_URL),
        "MXSHOP_TRACKING must be sandbox": settings.TRACKING_MODE != "sandbox",
        "MXSHOP_TASKS must be process": bool(settings.CELERY),
    }
    if problems := [sentence for sentence, is_wrong in wrong.items() if is_wrong]:
        raise CommandError("only a shop of play money is simulated: " + "; ".join(problems))


@contextmanager
def database_of_its_own(*, keep: bool) -> Iterator[str]:
    """Make a database, work in it, and drop it; lends its name.

    It is made as Django makes one for tests: a file in `var/`, or a database beside the one of `DATABASE_URL`, for
    which MariaDB's user needs the right to create. Each process has its own. Raises CommandError without one.
    """
    usual, for_tests = str(connection.settings_dict["NAME"]), connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = _name_beside(usual)
    try:
        name = str(connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False))
    except (OperationalError, SystemExit) as error:
        raise CommandError(f"no database can be made beside {usual}: {error}") from error
    finally:
        connection.settings_dict["TEST"]["NAME"] = for_tests
    try:
        yield name
    finally:
        connection.creation.destroy_test_db(usual, verbosity=0, keepdb=keep)


def _name_beside(usual: str) -> str:
    name = f"simulation_{os.getpid()}"
    return str(Path(settings.VAR_DIR) / f"{name}.sqlite3") if connection.vendor == "sqlite" else f"{usual}_{name}"
