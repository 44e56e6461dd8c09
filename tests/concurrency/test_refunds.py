"""Refunds through several processes: the same pieces are promised once, and no fen too much goes back."""

from collections import Counter
from decimal import Decimal

import pytest
import requests

from apps.common.tests.racing import run_together
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import Order, OrderEvent, Payment, Refund, SandboxRefund
from apps.trade.services import refund_decisions, sandbox
from apps.trade.services.attempts import payment_url
from apps.trade.services.refund_execution import settle_due_refunds
from apps.trade.tests.refunding import due_now
from tests.buyers import Buyer
from tests.concurrency.conftest import LUCKY, ROUNDS
from tests.servers import run_python

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PIECES = 5


def a_paid_order(shop: str) -> tuple[Buyer, Order]:
    buyer = Buyer(shop, SkuFactory(stock=10, price="3.33"), quantity=PIECES)
    order = buyer.has_ordered()
    sandbox.pay_at(url=payment_url(order=order))
    return buyer, order


def ask(buyer: Buyer, order: Order, **changes: object) -> requests.Response:
    body = {"order": order.pk, "kind": "refund_only", "reason": "other", **changes}
    return requests.post(f"{buyer.shop}/refunds/", json=body, headers=buyer.headers, timeout=60)


def test_without_the_guard_more_is_promised_than_was_paid(naive_shop: str) -> None:
    """If this fails, the tests below may prove nothing."""

    def goes_wrong() -> bool:
        buyer, order = a_paid_order(naive_shop)
        run_together(8, lambda _: ask(buyer, order))
        return sum(refund.amount for refund in order.refunds.all()) > order.total

    assert any(goes_wrong() for _ in range(LUCKY))


def test_c24_eight_applications_for_the_same_pieces_are_one(shop: str) -> None:
    for _round in range(ROUNDS):
        buyer, order = a_paid_order(shop)

        answers = run_together(8, lambda _, who=buyer, what=order: ask(who, what).status_code)

        assert Counter(answers) == {201: 1, 409: 7}
        assert Payment.objects.get(order=order).refunded_amount == order.total


def test_c24_single_pieces_asked_for_at_once_never_pass_the_payment(shop: str) -> None:
    for _round in range(ROUNDS):
        buyer, order = a_paid_order(shop)
        one = [{"line": order.lines.get().pk, "nums": 1}]

        answers = run_together(8, lambda _, who=buyer, what=order, it=one: ask(who, what, items=it).status_code)

        assert Counter(answers) == {201: PIECES, 409: 8 - PIECES}
        assert sum(refund.amount for refund in order.refunds.all()) == order.total == Decimal("16.65")


def test_c24_commands_of_many_processes_pay_back_once(shop: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    owed = []
    for _ in range(6):
        buyer, order = a_paid_order(shop)
        assert ask(buyer, order).status_code == 201
        owed.append(Refund.objects.get(order=order))
    for refund in owed:
        refund_decisions.approve_refund(refund=refund, actor_id=None)
    due_now()
    folder = tmp_path_factory.mktemp("commands")

    run_together(4, lambda _: run_python(folder, "manage.py", "settle_refunds"))

    due_now()
    settle_due_refunds()
    for refund in owed:
        refund.refresh_from_db()
        order = Order.objects.get(pk=refund.order_id)
        assert (refund.state, order.status) == ("succeeded", "refunded")
        assert SandboxRefund.objects.get(out_refund_no=refund.number).amount == order.total
        assert OrderEvent.objects.filter(order=order, to_status="refunding").count() == 1
