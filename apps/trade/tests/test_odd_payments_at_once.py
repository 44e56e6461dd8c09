"""Another amount and the right one, and two clerks, at the same moment: the books name one truth."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from apps.common.exceptions import ShopError
from apps.common.tests.racing import run_together
from apps.trade.models import OddPayment, Order, Payment, PaymentAttempt, Refund
from apps.trade.services import odd_payment_decisions, questions
from apps.trade.tests.alipay import fields_for, notify, signed
from apps.trade.tests.factories import an_order
from apps.trade.tests.test_odd_payments import paid_otherwise
from apps.users.models import UserProfile
from conftest import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_task_hurries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the gateway be asked by nobody meanwhile."""
    monkeypatch.setattr("apps.trade.services.refund_moves.enqueue", lambda name, row_id: None)


def test_d4_copies_that_name_two_amounts_are_one_payment_and_nothing_to_do(alice: UserProfile) -> None:
    order = an_order(alice, quantity=2)
    right = signed(fields_for(order))
    wrong = signed(fields_for(order, total_amount="20.01"))

    answers = run_together(8, lambda number: notify(client_of(alice), right if number % 2 else wrong)[0])

    assert [answers[number] for number in (1, 3, 5, 7)] == [200] * 4
    assert (Payment.objects.get().amount, Order.objects.get().status) == (Decimal("20.00"), "paid")
    assert not OddPayment.objects.filter(state="open").exists()
    call_command("shop_doctor", stdout=StringIO())


def test_d4_answers_of_another_amount_at_once_are_one_row(alice: UserProfile) -> None:
    attempt = an_order(alice, quantity=2).attempts.get()
    paid_otherwise(attempt)

    def ask(_number: int) -> str:
        return questions.ask_about(attempt=PaymentAttempt.objects.select_related("order").get())

    assert set(run_together(6, ask)) == {"open"}
    assert OddPayment.objects.get().state == "open"


def test_two_clerks_pay_back_once(alice: UserProfile, staff: UserProfile) -> None:
    attempt = an_order(alice, quantity=2).attempts.get()
    paid_otherwise(attempt)
    questions.ask_about(attempt=PaymentAttempt.objects.select_related("order").get())

    def pay_back(_number: int) -> bool:
        try:
            odd_payment_decisions.pay_back(odd=OddPayment.objects.get(), actor_id=staff.pk)
        except ShopError:
            return False
        return True

    assert sum(run_together(4, pay_back)) == 1
    assert (Payment.objects.count(), Refund.objects.count(), PaymentAttempt.objects.count()) == (1, 1, 2)
    call_command("shop_doctor", stdout=StringIO())
