"""Three paths to an order: through the shop, through the bare view, and by SQL alone."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
from django.db import connection, transaction

from bench.buyers import Buyer
from bench.measuring import Round, cpu_of_children
from bench.raw_order import place_raw
from tests.buyers import ORDER

# Seconds; an order that takes longer ends the run.
TIMEOUT = 30


def over_http(url: str, buyers: list[Buyer], *, clients: int) -> Round:
    """Have every buyer order once over HTTP; the processor time is the server's, with all its workers."""

    def order_all(share: list[Buyer]) -> None:
        with requests.Session() as browser:
            for buyer in share:
                headers = {"Authorization": f"JWT {buyer.token}", "Idempotency-Key": uuid.uuid4().hex}
                answer = browser.post(url, json=ORDER, headers=headers, timeout=TIMEOUT)
                if answer.status_code != requests.codes.created:
                    raise RuntimeError(f"{url} answered {answer.status_code}: {answer.text[:500]}")

    return _measure(order_all, buyers, clients, cpu_of_children)


def by_sql(buyers: list[Buyer], *, clients: int) -> Round:
    """Have every buyer order once by the transaction alone; the processor time is this process's."""

    def order_all(share: list[Buyer]) -> None:
        try:
            for buyer in share:
                with transaction.atomic(), connection.cursor() as cursor:
                    place_raw(cursor, user_id=buyer.user_id, body=ORDER, key=uuid.uuid4().hex)
        finally:
            connection.close()

    return _measure(order_all, buyers, clients, time.process_time)


def _measure(
    order_all: Callable[[list[Buyer]], None], buyers: list[Buyer], clients: int, cpu: Callable[[], float]
) -> Round:
    shares = [buyers[number::clients] for number in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        used, began = cpu(), time.perf_counter()
        list(pool.map(order_all, shares))
        seconds, used = time.perf_counter() - began, cpu() - used
    return Round(rate=len(buyers) / seconds, cpu=1000 * used / len(buyers))
