"""Money that arrives while something else happens to its order: one state, and no payment lost."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.common.tests.racing import run_together
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Order, OrderEvent, Payment, Refund
from apps.trade.services import attempts, closing
from apps.trade.tests.alipay import FORM, RETURN, fields_for, signed
from apps.trade.tests.wechat import NOTIFY, content_for
from apps.trade.tests.wechat import signed as signed_by_wechat
from tests.buyers import Buyer
from tests.concurrency.conftest import LUCKY, ROUNDS
from tests.servers import environment

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

SUCCESS = (200, "success")
ORDERS = 24
# So many more rounds are run where one side was always first.
UNLUCKY = 10
PIECES = 3


def orders_to_be_paid(shop: str) -> tuple[list[Buyer], list[Order], list[str]]:
    """Place orders for three pieces each of one SKU; returns buyers, orders and the gateway's notifications."""
    sku = SkuFactory(stock=PIECES * ORDERS)
    buyers = [Buyer(shop, sku, quantity=PIECES) for _ in range(ORDERS)]
    orders = [buyer.has_ordered() for buyer in buyers]
    return buyers, orders, [urlencode(signed(fields_for(order))) for order in orders]


def notify(shop: str, form: str) -> tuple[int, str]:
    answer = requests.post(shop + RETURN, data=form, headers={"Content-Type": FORM}, timeout=60)
    return answer.status_code, answer.text


def assert_each_in_one_state(orders: list[Order], other_state: str) -> int:
    """Every order is paid, or it is over and its money is to be refunded, and stock fits; returns how many are paid."""
    paid = 0
    for order in orders:
        order.refresh_from_db()
        payment = Payment.objects.get(order=order)
        assert (order.status, payment.status) in {("paid", "accepted"), (other_state, "refund_due")}
        assert OrderEvent.objects.filter(order=order).count() == 2, "placed, and moved once"
        assert payment.amount == order.total
        paid += order.status == "paid"
    sku = Sku.objects.select_related("goods").get(order_lines__order=orders[0])
    assert (sku.stock, sku.goods.sold_count) == (PIECES * (len(orders) - paid), PIECES * paid)
    return paid


def assert_rounds_are_races(race: Callable[[], int]) -> None:
    """Run the rounds, and more if need be until each side was first somewhere; a round tells how many were paid."""
    paid = [race() for _ in range(ROUNDS)]
    for _ in range(UNLUCKY):
        if 0 < sum(paid) < ORDERS * len(paid):
            return
        paid.append(race())
    pytest.fail(f"one side was always first: this was no race ({paid})")


@contextmanager
def a_sweeper(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that is about to run `close_expired_orders`; each line on its stdin is the sign for it."""
    command = [sys.executable, "-m", "tests.concurrency.sweeper"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment(folder), **pipes) as sweeper:
        assert sweeper.stdout.readline() == "ready\n"
        yield sweeper


def sweep(sweeper: "subprocess.Popen[str]") -> int:
    """Let the other process sweep once; returns how many orders it closed."""
    sweeper.stdin.write("now\n")
    sweeper.stdin.flush()
    said = [""]
    while (line := sweeper.stdout.readline()) != "done\n":
        assert line, "the sweeper died"
        said.append(line)
    return int(said[-1].removesuffix(" orders closed\n"))


def test_c18_payment_against_expiry(shop: str, tmp_path: Path) -> None:
    with a_sweeper(tmp_path) as one, a_sweeper(tmp_path) as other:
        assert_rounds_are_races(lambda: pay_while_two_sweep(shop, one, other))


def pay_while_two_sweep(shop: str, *sweepers: "subprocess.Popen[str]") -> int:
    _buyers, orders, forms = orders_to_be_paid(shop)
    Order.objects.filter(status="pending_payment").update(expires_at=timezone.now() - timedelta(seconds=1))

    def act(number: int) -> object:
        if number < ORDERS:
            # The sweepers begin with the oldest order, the gateway with the latest.
            return notify(shop, forms[-1 - number])
        return sweep(sweepers[number - ORDERS])

    answers = run_together(ORDERS + len(sweepers), act)

    assert answers[:ORDERS] == [SUCCESS] * ORDERS
    paid = assert_each_in_one_state(orders, "expired")
    assert sum(answers[ORDERS:]) == ORDERS - paid
    return paid


def test_payment_against_cancel(shop: str) -> None:
    assert_rounds_are_races(lambda: pay_while_buyers_cancel(shop))


def pay_while_buyers_cancel(shop: str) -> int:
    buyers, orders, forms = orders_to_be_paid(shop)

    def act(number: int) -> object:
        if number % 2:
            return notify(shop, forms[number // 2])
        return buyers[number // 2].delete(orders[number // 2].pk).status_code

    answers = run_together(2 * ORDERS, act)

    assert answers[1::2] == [SUCCESS] * ORDERS
    paid = assert_each_in_one_state(orders, "cancelled")
    assert answers[::2] == [204 if order.status == "cancelled" else 409 for order in orders]
    return paid


@pytest.mark.rounds
def test_c18_payment_against_cancel_against_expiry(shop: str) -> None:
    buyers, orders, forms = orders_to_be_paid(shop)
    Order.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def act(number: int) -> object:
        nth = number // 3
        acts: list[Callable[[], object]] = [
            lambda: notify(shop, forms[nth]),
            lambda: buyers[nth].delete(orders[nth].pk).status_code,
            lambda: closing.expire_order(order=orders[nth]),
        ]
        return acts[number % 3]()

    answers = run_together(3 * ORDERS, act)

    assert answers[::3] == [SUCCESS] * ORDERS
    for order, cancelled in zip(orders, answers[1::3], strict=True):
        order.refresh_from_db()
        payment = Payment.objects.get(order=order)
        assert (order.status == "paid") == (payment.status == "accepted")
        # Deleting an order that has expired takes it off the list.
        assert cancelled in {"paid": {409}, "cancelled": {204}, "expired": {204, 409}}[order.status]
        assert OrderEvent.objects.filter(order=order).count() == 2, "placed, and moved once"
    paid = sum(order.status == "paid" for order in orders)
    assert Sku.objects.get().stock == PIECES * (ORDERS - paid)


@pytest.fixture
def _no_unique_trades(transactional_db: None) -> Iterator[None]:
    """Take away the constraint that keeps a trade one payment; it comes back when further copies are gone."""
    unique = next(one for one in Payment._meta.constraints if one.name == "payment_once_per_trade")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Payment, unique)
    yield
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE copy FROM trade_payment copy JOIN trade_payment first"
            " ON first.channel = copy.channel AND first.trade_no = copy.trade_no AND first.id < copy.id"
        )
    with connection.schema_editor() as editor:
        editor.add_constraint(Payment, unique)


def eight_copies_of_one_notification(shop: str) -> Counter[int]:
    order = Buyer(shop, SkuFactory(stock=10), quantity=PIECES).has_ordered()
    form = urlencode(signed(fields_for(order)))
    return Counter(run_together(8, lambda _: notify(shop, form)[0]))


@pytest.mark.usefixtures("_no_unique_trades")
def test_without_both_guards_one_trade_is_many_payments(naive_shop: str) -> None:
    """If this fails, the tests below may prove nothing."""

    def goes_wrong() -> bool:
        eight_copies_of_one_notification(naive_shop)
        return Refund.objects.exists()  # of money that never came

    assert any(goes_wrong() for _ in range(LUCKY))
    assert Payment.objects.count() > Order.objects.count()


def test_d6_the_constraint_alone_keeps_a_trade_one_payment(naive_shop: str) -> None:
    def is_a_race() -> bool:
        answers = eight_copies_of_one_notification(naive_shop)
        assert answers[200] + answers[500] == 8
        return answers[500] > 0

    assert any(is_a_race() for _ in range(LUCKY))
    assert Payment.objects.filter(status="accepted").count() == Payment.objects.count() == Order.objects.count()


@pytest.mark.usefixtures("_no_unique_trades")
def test_d6_the_orders_lock_alone_keeps_a_trade_one_payment(shop: str) -> None:
    assert eight_copies_of_one_notification(shop) == {200: 8}
    assert Payment.objects.get().status == "accepted"


@pytest.mark.rounds
def test_d6_the_same_notification_eight_times_is_one_payment(shop: str) -> None:
    order = Buyer(shop, SkuFactory(stock=10), quantity=PIECES).has_ordered()
    form = urlencode(signed(fields_for(order)))

    answers = run_together(8, lambda _: notify(shop, form))

    assert answers == [SUCCESS] * 8
    payment = Payment.objects.get()
    assert (payment.status, payment.amount) == ("accepted", order.total)
    assert OrderEvent.objects.filter(order=order, to_status="paid").count() == 1
    assert order.lines.get().goods.sold_count == PIECES


@pytest.mark.rounds
def test_d6_wechats_notification_eight_times_is_one_payment(shop: str) -> None:
    order = Buyer(shop, SkuFactory(stock=10), quantity=PIECES).has_ordered()
    attempt = attempts.open_attempt(order=order, channel="wechat", method="native")
    headers, body = signed_by_wechat(content_for(attempt))

    def send(_number: int) -> int:
        answer = requests.post(shop + NOTIFY, data=body, headers=headers, timeout=60)
        return answer.status_code

    assert run_together(8, send) == [204] * 8
    payment = Payment.objects.get()
    assert (payment.status, payment.channel, payment.amount) == ("accepted", "wechat", order.total)
    assert OrderEvent.objects.filter(order=order, to_status="paid").count() == 1
    assert order.lines.get().goods.sold_count == PIECES
