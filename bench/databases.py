"""A database for one run of a bench."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def scratch_database() -> Iterator[str]:
    """Make a database for this run alone, have this process use it, and give its address; it is dropped at the end."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "mysql":
        sys.exit("the bench measures MariaDB: DATABASE_URL=mysql://...")
    name = f"bench_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci")
    try:
        connection.close()
        connection.settings_dict["NAME"] = name
        call_command("migrate", interactive=False, verbosity=0)
        yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    finally:
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")
