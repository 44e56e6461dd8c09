"""Staff who click twice: stock, points and money move once, one after the other and at the very same moment."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.common.tests.back_office import browser_of, opened, page, send
from apps.common.tests.racing import run_together
from apps.goods.models import Sku, StockMovement
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import PointsAccount, PointsEntry, Refund
from apps.trade.tests.refunding import a_refundable_order, assert_reserves_match, payment_of
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db(transaction=True)

AGAIN = "此表单已提交过，不会重复执行。如需再做一次，请重新打开。"
TOO_OLD = "此表单已过期，未执行任何操作。请重新打开。"


@dataclass(frozen=True)
class Click:
    """A form of the back office, and how much it moved in all."""

    address: str
    action: str
    row: Any
    answers: dict[str, Any]
    moved: Callable[[], Any]
    once: Any
    nothing: Any

    def open(self, browser: Client) -> dict[str, Any]:
        return {**opened(browser, self.address, self.action, self.row), **self.answers}


def give_refund(buyer: UserProfile) -> Click:
    order = a_refundable_order(buyer, ("3.90", 3))

    def moved() -> tuple[int, Decimal]:
        assert_reserves_match(order)
        return Refund.objects.count(), payment_of(order).refunded_amount

    answers = {"pieces": "1x1", "reason": "out_of_stock"}
    once, nothing = (1, Decimal("3.90")), (0, Decimal(0))
    return Click("/xadmin/trade/order/", "give_refund", order, answers, moved, once, nothing)


def adjust_points(buyer: UserProfile) -> Click:
    account = PointsAccount.objects.create(user=buyer)

    def moved() -> tuple[int, int]:
        return PointsEntry.objects.count(), PointsAccount.objects.get().balance

    answers = {"delta": 50, "note": "生日"}
    return Click("/xadmin/trade/pointsaccount/", "adjust_points", account, answers, moved, (1, 50), (0, 0))


def adjust_stock(_buyer: UserProfile) -> Click:
    sku = SkuFactory(stock=8)

    def moved() -> tuple[int, int]:
        return StockMovement.objects.filter(reason="adjustment").count(), Sku.objects.get().stock

    answers = {"delta": 50, "note": "盘点"}
    return Click("/xadmin/goods/sku/", "adjust_stock", sku, answers, moved, (1, 58), (0, 8))


@pytest.fixture(params=[give_refund, adjust_points, adjust_stock], ids=lambda kind: kind.__name__)
def click(request: pytest.FixtureRequest, alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> Click:
    monkeypatch.setattr("apps.trade.services.refund_moves.enqueue", lambda name, row_id: None)
    click: Click = request.param(alice)
    return click


def test_a_form_sent_twice_in_a_row_moves_once_and_says_so(click: Click, superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = click.open(browser)

    send(browser, click.address, form)
    assert click.moved() == click.once
    assert AGAIN not in page(browser, click.address)

    send(browser, click.address, form)
    assert click.moved() == click.once
    assert AGAIN in page(browser, click.address)


def test_a_form_sent_many_times_at_once_moves_once(click: Click, superuser: UserProfile) -> None:
    browsers = [browser_of(superuser) for _ in range(4)]
    for browser in browsers:
        browser.get("/xadmin/")
    form = click.open(browsers[0])

    answers = run_together(4, lambda number: send(browsers[number], click.address, form).status_code)

    assert Counter(answers) == {302: 4}
    assert click.moved() == click.once
    said = [page(browser, click.address) for browser in browsers]
    assert sum("alert-success" in text for text in said) == 1
    send(browsers[0], click.address, form)
    assert click.moved() == click.once


def test_two_forms_move_twice(click: Click, superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    for form in [click.open(browser), click.open(browser)]:
        send(browser, click.address, form)
    assert click.moved()[0] == 2


def test_a_form_refused_for_its_input_can_be_sent_again(click: Click, superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = click.open(browser)
    wrong = dict.fromkeys(click.answers, "")
    assert send(browser, click.address, {**form, **wrong}).status_code == 200
    assert click.moved() == click.nothing

    send(browser, click.address, form)
    assert click.moved() == click.once


def test_a_form_without_a_token_moves_nothing_and_is_to_be_opened_again(click: Click, superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = click.open(browser)
    del form["once"]
    send(browser, click.address, form)
    assert click.moved() == click.nothing
    assert TOO_OLD in page(browser, click.address)
