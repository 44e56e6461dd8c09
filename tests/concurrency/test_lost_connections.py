"""MariaDB kills a connection, times a lock out or reports a deadlock: each order is placed once, and the stock fits."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.common.tests.racing import run_together
from apps.common.transactions import DEADLOCK, LOCK_TIMEOUT, atomic_with_retry
from apps.goods.models import Sku
from apps.goods.services import stock
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import CartLine, IdempotencyKey, Order, OrderStatus, Payment
from apps.trade.services import closing
from apps.trade.services.orders import place_order
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import RECIPIENT, CartLineFactory, an_order
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile
from conftest import client_of
from tests.buyers import Buyer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

KEY = {"Idempotency-Key": "k-1"}
BUYERS = 24
ASKS_AGAIN_FOR = 60  # seconds in which a buyer asks again and again


@pytest.fixture
def executioner(django_db_setup: None) -> Iterator[BaseDatabaseWrapper]:
    """A second connection, which kills others."""
    other = connection.copy()
    yield other
    other.close()


@contextmanager
def instead_of_commit(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[Callable[[], None]], None]) -> Iterator[None]:
    """Let each of the next COMMITs be done by an act, which is given the real one."""
    left = list(acts)
    commit = connection.commit
    with monkeypatch.context() as patch:
        patch.setattr(connection, "commit", lambda: left.pop(0)(commit) if left else commit())
        yield
    assert not left, "not as many COMMITs as expected"


def killed(by: BaseDatabaseWrapper) -> None:
    """Have the server close our own connection, and wait until it has."""
    number = connection.connection.thread_id()
    with by.cursor() as cursor:
        cursor.execute(f"KILL {number}")
        while cursor.execute("SELECT 1 FROM information_schema.processlist WHERE id = %s", [number]):
            time.sleep(0.005)


def done(commit: Callable[[], None]) -> None:
    commit()


def killed_before(by: BaseDatabaseWrapper) -> Callable[[Callable[[], None]], None]:
    def act(commit: Callable[[], None]) -> None:
        killed(by)
        commit()

    return act


def killed_after(by: BaseDatabaseWrapper) -> Callable[[Callable[[], None]], None]:
    def act(commit: Callable[[], None]) -> None:
        commit()
        killed(by)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # the answer of the COMMIT did not come through

    return act


def deadlock(commit: Callable[[], None]) -> None:
    """Have the server say at COMMIT what a cluster's says: it chose this transaction as victim, and rolled it back."""
    with connection.connection.cursor() as cursor:
        cursor.execute("ROLLBACK")
    with connection.cursor() as cursor:
        cursor.execute(f"SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = {DEADLOCK}, MESSAGE_TEXT = 'Deadlock found'")


def assert_one_order(answer: Any) -> None:
    assert answer.status_code == 201, answer.content
    assert Order.objects.get().number == answer.json()["order_sn"]
    assert Sku.objects.get().stock == 9
    assert not CartLine.objects.exists()


# -- At COMMIT -------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", [{}, KEY], ids=["without a key", "with a key"])
def test_c20_a_deadlock_at_commit_is_retried_and_makes_one_order(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
) -> None:
    CartLineFactory(user=alice)
    with instead_of_commit(monkeypatch, deadlock, *([done] if key else []), deadlock, done):
        answer = client_of(alice).post("/orders/", BODY, headers=key)

    assert_one_order(answer)


@pytest.mark.parametrize("how", [killed_before, killed_after], ids=["it was not done", "it was done"])
def test_h5_a_connection_lost_at_commit_is_looked_up_by_the_key(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, executioner: BaseDatabaseWrapper, how: Any
) -> None:
    CartLineFactory(user=alice)
    with instead_of_commit(monkeypatch, done, how(executioner)):
        answer = client_of(alice).post("/orders/", BODY, headers=KEY)

    assert_one_order(answer)
    assert client_of(alice).post("/orders/", BODY, headers=KEY).json() == answer.json()
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize(
    ("how", "orders"), [(killed_before, 0), (killed_after, 1)], ids=["it was not done", "it was done"]
)
def test_h5_without_a_key_it_is_never_run_again(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, executioner: BaseDatabaseWrapper, how: Any, orders: int
) -> None:
    CartLineFactory(user=alice)
    with instead_of_commit(monkeypatch, how(executioner)):
        answer = client_of(alice).post("/orders/", BODY)

    assert (answer.status_code, answer.json()["type"]) == (503, "urn:mxshop:problem:outcome_unknown")
    assert Order.objects.count() == orders
    assert CartLine.objects.count() == 1 - orders


def test_h5_the_look_waits_until_the_server_has_decided(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, executioner: BaseDatabaseWrapper
) -> None:
    """The connection broke for us alone: the server still holds the transaction, and commits it a moment later."""
    CartLineFactory(user=alice)
    deciding: list[threading.Thread] = []

    def commit_later(commit: Callable[[], None]) -> None:
        raw, connection.connection = connection.connection, None

        def decide() -> None:
            time.sleep(0.5)
            raw.commit()
            raw.close()

        deciding.append(threading.Thread(target=decide))
        deciding[0].start()
        raise OperationalError(2013, "Lost connection to server during query")

    with instead_of_commit(monkeypatch, done, commit_later):
        answer = client_of(alice).post("/orders/", BODY, headers=KEY)
    deciding[0].join()

    assert_one_order(answer)


def test_d13_a_notification_whose_commit_got_lost_is_no_success_and_counts_once(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, executioner: BaseDatabaseWrapper
) -> None:
    order = an_order(alice)
    form = signed(fields_for(order))

    with instead_of_commit(monkeypatch, killed_after(executioner)):
        status, content = notify(client_of(None), form)
    assert status == 503
    assert b"success" not in content.lower()

    assert notify(client_of(None), form) == (200, b"success")
    assert Payment.objects.get().status == Payment.Status.ACCEPTED
    assert order.lines.get().goods.sold_count == 1


# -- In the middle ---------------------------------------------------------------------------------
@pytest.mark.parametrize("key", [{}, KEY], ids=["without a key", "with a key"])
def test_a_connection_killed_in_the_middle_runs_again_on_a_new_one(
    alice: UserProfile, monkeypatch: pytest.MonkeyPatch, executioner: BaseDatabaseWrapper, key: dict[str, str]
) -> None:
    CartLineFactory(user=alice)
    take, losses = stock.take, [killed, killed]

    def take_and_lose(**what: Any) -> None:
        take(**what)
        if losses:
            losses.pop()(executioner)

    monkeypatch.setattr(stock, "take", take_and_lose)

    assert_one_order(client_of(alice).post("/orders/", BODY, headers=key))
    assert not losses


def test_a_connection_that_went_stale_between_two_services_is_noticed(
    alice: UserProfile, executioner: BaseDatabaseWrapper
) -> None:
    order = an_order(alice)
    killed(executioner)

    closing.cancel_order(order=order, actor_id=alice.pk)

    assert Order.objects.get().status == OrderStatus.CANCELLED


def test_a_connection_that_went_stale_between_two_requests_is_noticed(
    signed_in: Any, executioner: BaseDatabaseWrapper
) -> None:
    assert signed_in.get("/orders/").status_code == 200
    killed(executioner)
    close_old_connections()  # as the server does around each request

    assert signed_in.get("/orders/").status_code == 200


def test_a_lock_that_times_out_is_waited_for_again(alice: UserProfile, executioner: BaseDatabaseWrapper) -> None:
    sku = CartLineFactory(user=alice).sku
    errors: list[object] = []

    @atomic_with_retry
    def order() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 1")
        try:
            place_order(user=alice, **RECIPIENT)
        except OperationalError as error:
            errors.append(error.args[0])
            executioner.rollback()
            raise

    executioner.set_autocommit(False)
    with executioner.cursor() as cursor:
        cursor.execute("SELECT stock FROM goods_sku WHERE id = %s FOR UPDATE", [sku.pk])
    order()

    assert errors == [LOCK_TIMEOUT]
    assert Sku.objects.get().stock == 9
    connection.close()  # with its short patience


def test_who_only_reads_may_read_again(signed_in: Any, executioner: BaseDatabaseWrapper) -> None:
    killed(executioner)

    answer = signed_in.get("/orders/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["type"] == "urn:mxshop:problem:busy"
    connection.close()


def test_inside_a_service_the_outermost_one_decides(executioner: BaseDatabaseWrapper) -> None:
    calls: list[int] = []

    @atomic_with_retry
    def inner() -> None:
        killed(executioner)

    @atomic_with_retry
    def outer() -> None:
        calls.append(1)
        if len(calls) == 1:
            inner()
        SkuFactory()

    outer()

    assert len(calls) == 2
    assert Sku.objects.count() == 1


# -- A server whose connections are killed all the time --------------------------------------------
@contextmanager
def killing(by: BaseDatabaseWrapper) -> Iterator[list[int]]:
    """Kill a connection of the shop every few milliseconds, whatever it is doing; gives what was killed."""
    killed_ones: list[int] = []
    stop = threading.Event()
    own = connection.connection.thread_id()
    database = connection.settings_dict["NAME"]

    def kill() -> None:
        with by.cursor() as cursor:
            while not stop.wait(0.01):
                cursor.execute(
                    "SELECT id FROM information_schema.processlist"
                    " WHERE db = %s AND id NOT IN (%s, CONNECTION_ID()) ORDER BY RAND() LIMIT 1",
                    [database, own],
                )
                for (number,) in cursor.fetchall():
                    try:
                        cursor.execute(f"KILL {number}")
                        killed_ones.append(number)
                    except OperationalError:  # it has just gone by itself
                        continue

    by.inc_thread_sharing()
    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed_ones
    finally:
        stop.set()
        thread.join()
        by.dec_thread_sharing()


def test_h5_buyers_whose_connections_are_killed_get_one_order_each(shop: str, executioner: BaseDatabaseWrapper) -> None:
    sku = SkuFactory(stock=1000)
    buyers = [Buyer(shop, sku, quantity=2) for _ in range(BUYERS)]
    executioner.ensure_connection()

    def buy(number: int) -> tuple[str, set[int]]:
        seen: set[int] = set()
        deadline = time.monotonic() + ASKS_AGAIN_FOR
        while time.monotonic() < deadline:
            answer = buyers[number].submit(**KEY)
            seen.add(answer.status_code)
            if answer.status_code == 201:
                return answer.json()["order_sn"], seen
            time.sleep(min(float(answer.headers.get("Retry-After", 0.1)), 0.5))
        raise AssertionError(f"buyer {number} got no order, but {seen}")

    with killing(executioner) as killed_ones:
        bought = run_together(BUYERS, buy)

    assert len(killed_ones) > BUYERS / 2, "this was no test of lost connections"
    assert set().union(*(seen for _number, seen in bought)) <= {201, 409, 503}
    assert {number for number, _seen in bought} == set(Order.objects.values_list("number", flat=True))
    assert Order.objects.count() == BUYERS
    assert Sku.objects.get().stock == 1000 - 2 * BUYERS
    assert not CartLine.objects.exists()
