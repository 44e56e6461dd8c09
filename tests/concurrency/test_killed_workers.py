"""kill -9 of the processes that serve, in the middle of each flow: all of a step is there afterwards, or none of it.

As after every test of this folder, `shop_doctor` finds nothing.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.common.tests.racing import run_together
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.notifications.models import OutboxMessage
from apps.trade.models import IdempotencyKey, Order, Payment, Refund
from apps.trade.services import sandbox
from apps.trade.services.attempts import payment_url
from apps.trade.tests.alipay import FORM, RETURN, fields_for, signed
from apps.trade.tests.refunding import due_now
from tests.buyers import Buyer
from tests.servers import granian, workers_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

BUYERS = 24
PIECES = 2
ASKS_AGAIN_FOR = 60  # seconds in which a client asks again and again


@pytest.fixture
def mortal_shop(_services: None, transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """A shop of two processes, each followed by another when it is killed.

    Every test has its own: a master whose workers die twice within 5.5 seconds takes them for broken and gives up.
    """
    with granian(tmp_path, workers=2) as url:
        yield url


@contextmanager
def killing(shop: str, *, when: Callable[[], bool]) -> Iterator[None]:
    """Kill every worker of the shop, once, as soon as some of the work is done."""
    done = threading.Event()

    def kill() -> None:
        while not done.is_set() and not when():
            time.sleep(0.005)
        for worker in workers_of(shop):
            os.kill(worker, signal.SIGKILL)
        IdempotencyKey.objects.filter(status=0).update(claimed_until=timezone.now())
        connection.close()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield
    finally:
        done.set()
        killer.join()


def until(wanted: set[int], send: Callable[[], requests.Response]) -> tuple[requests.Response, int]:
    """Send until an answer comes that is wanted, as clients do; returns it, and how often there was none."""
    lost, deadline = 0, time.monotonic() + ASKS_AGAIN_FOR
    while time.monotonic() < deadline:
        try:
            answer = send()
        except requests.RequestException:
            lost += 1
        else:
            if answer.status_code in wanted:
                return answer, lost
            assert answer.status_code in {409, 503}, answer.text
        time.sleep(0.2)
    raise AssertionError("no answer that is wanted")


def sweep_once() -> None:
    """Let what waits for its time be due, and run each sweep once."""
    due_now()
    OutboxMessage.objects.filter(status=OutboxMessage.Status.DUE).update(due_at=timezone.now())
    call_command("clock", once=True)


def paid_orders(shop: str) -> list[tuple[Buyer, Order]]:
    bought = []
    for _ in range(BUYERS):
        buyer = Buyer(shop, SkuFactory(stock=10), quantity=PIECES)
        bought.append((buyer, buyer.has_ordered()))
    return bought


def test_c21_orders_whose_worker_is_killed_are_whole_or_not_there(mortal_shop: str) -> None:
    sku = SkuFactory(stock=PIECES * BUYERS)
    buyers = [Buyer(mortal_shop, sku, quantity=PIECES) for _ in range(BUYERS)]

    def order(number: int) -> int:
        key = {"Idempotency-Key": f"order-{number}"}
        return until({201}, lambda: buyers[number].submit(**key))[1]

    with killing(mortal_shop, when=lambda: Order.objects.count() >= 3):
        lost = run_together(BUYERS, order)

    assert sum(lost) > 0, "nobody was interrupted"
    sweep_once()
    assert [buyer.user.orders.count() for buyer in buyers] == [1] * BUYERS
    assert Sku.objects.get().stock == 0


def test_c21_notifications_whose_worker_is_killed_are_taken_once(mortal_shop: str) -> None:
    orders = [order for _buyer, order in paid_orders(mortal_shop)]
    forms = [urlencode(signed(fields_for(order))) for order in orders]

    def notify(number: int) -> int:
        def send() -> requests.Response:
            return requests.post(mortal_shop + RETURN, data=forms[number], headers={"Content-Type": FORM}, timeout=60)

        return until({200}, send)[1]

    with killing(mortal_shop, when=lambda: Payment.objects.count() >= 3):
        lost = run_together(BUYERS, notify)

    assert sum(lost) > 0, "nobody was interrupted"
    sweep_once()
    assert Order.objects.filter(status="paid").count() == Payment.objects.count() == BUYERS


def test_c21_refunds_whose_worker_is_killed_are_asked_for_once(mortal_shop: str) -> None:
    bought = paid_orders(mortal_shop)
    for _buyer, order in bought:
        sandbox.pay_at(url=payment_url(order=order))

    def ask(number: int) -> int:
        buyer, order = bought[number]
        body = {"order": order.pk, "kind": "refund_only", "reason": "other"}
        headers = {**buyer.headers, "Idempotency-Key": f"refund-{number}"}
        return until({201}, lambda: requests.post(f"{mortal_shop}/refunds/", json=body, headers=headers, timeout=60))[1]

    with killing(mortal_shop, when=lambda: Refund.objects.count() >= 3):
        lost = run_together(BUYERS, ask)

    assert sum(lost) > 0, "nobody was interrupted"
    sweep_once()
    assert Refund.objects.count() == BUYERS
