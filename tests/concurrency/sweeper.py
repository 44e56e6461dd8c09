"""`manage.py close_expired_orders` at moments that the test chooses: Django is up, and each line on stdin is the sign.

Run by a test as `python -m tests.concurrency.sweeper`.
"""

import sys

import django

from mxshop.environment import select_settings

if __name__ == "__main__":
    select_settings()
    django.setup()

    from django.core.management import call_command, load_command_class
    from django.db import connection

    from apps.trade.gateways import payment_gateway

    command = load_command_class("apps.trade", "close_expired_orders")
    connection.ensure_connection()
    payment_gateway().query(number="none")  # loads keys and routes, which takes longer than all the rest
    print("ready", flush=True)  # noqa: T201  the test waits for it
    for _line in sys.stdin:
        call_command(command)
        print("done", flush=True)  # noqa: T201  and for this
