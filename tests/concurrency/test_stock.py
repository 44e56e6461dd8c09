"""Nothing is sold twice. The first test shows that these tests would see it."""

from collections import Counter

import pytest

from apps.common.tests.racing import run_together
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.trade.models import CartLine, Order
from tests.buyers import Buyer
from tests.concurrency.conftest import LUCKY

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PIECES = 10
BUYERS = 40


def forty_buy(shop: str) -> Counter[int]:
    """Let forty buyers order one of the ten pieces at once; returns how often each status was answered."""
    sku = SkuFactory(stock=PIECES)
    buyers = [Buyer(shop, sku) for _ in range(BUYERS)]
    return Counter(run_together(BUYERS, lambda number: buyers[number].submit().status_code))


def test_without_the_guard_the_race_oversells(naive_shop: str) -> None:
    """If this fails, the tests below may prove nothing."""
    assert any(forty_buy(naive_shop)[201] > PIECES for _ in range(LUCKY))


@pytest.mark.rounds
def test_c13_forty_buyers_of_ten_pieces_get_exactly_ten(shop: str) -> None:
    assert forty_buy(shop) == {201: PIECES, 409: BUYERS - PIECES}

    assert Order.objects.count() == PIECES
    assert Sku.objects.get().stock == 0
    assert CartLine.objects.count() == BUYERS - PIECES, "who got nothing keeps the cart"


@pytest.mark.rounds
def test_c19_two_goods_bought_in_opposite_order_while_others_cancel(shop: str) -> None:
    one, other = SkuFactory(stock=1000), SkuFactory(stock=1000)
    buyers = [Buyer(shop, *((one, other) if number % 2 else (other, one))) for number in range(24)]
    repenting = [Buyer(shop, one, other, quantity=2) for _ in range(12)]
    regretted = [buyer.has_ordered().pk for buyer in repenting]

    def act(number: int) -> int:
        if number < len(buyers):
            return buyers[number].submit().status_code
        number -= len(buyers)
        return repenting[number].delete(regretted[number]).status_code

    answers = run_together(len(buyers) + len(repenting), act)

    assert answers == [201] * len(buyers) + [204] * len(repenting)
    assert list(Sku.objects.values_list("stock", flat=True)) == [1000 - len(buyers)] * 2
