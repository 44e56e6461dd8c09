"""How many statements an order sends, counted in this process."""

import uuid
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client

from bench.buyers import Buyer, fill_carts
from tests.buyers import ORDER

FRAMES = ("SAVEPOINT", "RELEASE SAVEPOINT")
ROUTES = {"shop": "/orders/", "bare view": "/bare/orders/"}


def count_statements(path: str, buyer: Buyer) -> int:
    """Order two goods with token and key, and count; what only frames a transaction is free, as in the tests."""
    settings.ROOT_URLCONF = "bench.bare_urls"
    client = Client(SERVER_NAME="127.0.0.1")
    sent: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        if not sql.startswith(FRAMES):
            sent.append(sql)
        return execute(sql, *rest)

    for _ in range(2):  # the first fills what is kept in memory
        fill_carts([buyer], is_hot=False)
        sent.clear()
        headers = {"Authorization": f"JWT {buyer.token}", "Idempotency-Key": uuid.uuid4().hex}
        with connection.execute_wrapper(count):
            answer = client.post(ROUTES[path], ORDER, content_type="application/json", headers=headers)
        if answer.status_code != 201:
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.content[:500]!r}")
    return len(sent)
