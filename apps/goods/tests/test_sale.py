from decimal import Decimal

import pytest

from apps.goods.models import Goods, Sku
from apps.goods.services import sale
from apps.goods.tests.factories import GoodsFactory, SkuFactory

pytestmark = pytest.mark.django_db


def test_goods_are_put_on_sale_and_taken_off() -> None:
    shown, hidden, other = GoodsFactory(), GoodsFactory(is_on_sale=False), GoodsFactory()

    assert sale.set_goods_on_sale(goods_ids=[shown.pk, hidden.pk], on_sale=False) == 1
    assert list(Goods.objects.on_sale()) == [other]
    assert sale.set_goods_on_sale(goods_ids=[shown.pk, hidden.pk, other.pk], on_sale=True) == 2
    assert Goods.objects.on_sale().count() == 3


def test_the_lowest_price_follows_the_skus_on_sale() -> None:
    goods = GoodsFactory()
    cheap, dear = SkuFactory(goods=goods, price=Decimal("5.00")), SkuFactory(goods=goods, price=Decimal("9.00"))

    assert sale.set_skus_on_sale(sku_ids=[cheap.pk], on_sale=False) == 1
    goods.refresh_from_db()
    assert goods.price == Decimal("9.00")

    assert sale.set_skus_on_sale(sku_ids=[cheap.pk, dear.pk], on_sale=True) == 1
    goods.refresh_from_db()
    assert goods.price == Decimal("5.00")
    assert set(Sku.objects.on_sale()) == {cheap, dear}
