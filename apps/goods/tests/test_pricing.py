from decimal import Decimal

import pytest

from apps.common.exceptions import InvalidInput
from apps.goods.models import Goods, PriceChange, Sku
from apps.goods.services.pricing import refresh_lowest_prices, set_price, set_prices
from apps.goods.tests.factories import GoodsFactory, SkuFactory
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db


def price_of(goods: Goods) -> Decimal:
    return Goods.objects.get(pk=goods.pk).price


def test_a_price_change_leaves_a_record(staff: UserProfile) -> None:
    sku = SkuFactory(price=Decimal("10.00"))

    set_price(sku=sku, price=Decimal("12.345"), actor_id=staff.pk, source="xadmin")

    assert Sku.objects.get(pk=sku.pk).price == sku.price == Decimal("12.35")
    assert price_of(sku.goods) == Decimal("12.35")
    assert list(PriceChange.objects.values_list("sku", "old_price", "new_price", "actor", "source")) == [
        (sku.pk, Decimal("10.00"), Decimal("12.35"), staff.pk, "xadmin")
    ]


def test_the_same_price_is_no_change() -> None:
    sku = SkuFactory(price=Decimal("10.00"))

    set_price(sku=sku, price=Decimal(10))

    assert not PriceChange.objects.exists()


def test_the_record_names_the_price_in_the_database_not_the_one_in_hand() -> None:
    sku = SkuFactory(price=Decimal("10.00"))
    set_price(sku=Sku.objects.get(pk=sku.pk), price=Decimal("11.00"))

    set_price(sku=sku, price=Decimal("12.00"))

    assert list(PriceChange.objects.order_by("id").values_list("old_price", "new_price")) == [
        (Decimal("10.00"), Decimal("11.00")),
        (Decimal("11.00"), Decimal("12.00")),
    ]


@pytest.mark.parametrize("price", ["-0.01", "100000000.00", "NaN", "Infinity"])
def test_a_price_that_cannot_be_asked_is_refused(price: str) -> None:
    sku = SkuFactory(price=Decimal("10.00"))

    with pytest.raises(InvalidInput) as refusal:
        set_price(sku=sku, price=Decimal(price))

    assert list(refusal.value.fields) == ["price"]
    assert Sku.objects.get(pk=sku.pk).price == Decimal("10.00")
    assert not PriceChange.objects.exists()


def test_many_prices_change_at_once_each_with_its_record() -> None:
    goods = GoodsFactory()
    cheap, dear = SkuFactory(goods=goods, price=Decimal("7.00")), SkuFactory(goods=goods, price=Decimal("9.00"))
    same, bystander = SkuFactory(price=Decimal("3.00")), SkuFactory(price=Decimal("4.00"))

    set_prices(
        prices={cheap.pk: Decimal("8.50"), dear.pk: Decimal("8.00"), same.pk: Decimal("3.00")}, source="catalogue"
    )

    changes = PriceChange.objects.order_by("sku").values_list("sku", "old_price", "new_price", "source")
    assert list(changes) == [
        (cheap.pk, Decimal("7.00"), Decimal("8.50"), "catalogue"),
        (dear.pk, Decimal("9.00"), Decimal("8.00"), "catalogue"),
    ]
    assert price_of(goods) == Decimal("8.00")
    assert (price_of(same.goods), price_of(bystander.goods)) == (Decimal("3.00"), Decimal("4.00"))


def test_of_many_prices_none_changes_when_one_cannot_be_asked() -> None:
    sku, other = SkuFactory(price=Decimal("10.00")), SkuFactory(price=Decimal("10.00"))

    with pytest.raises(InvalidInput):
        set_prices(prices={sku.pk: Decimal("11.00"), other.pk: Decimal(-1)})

    assert list(Sku.objects.values_list("price", flat=True)) == [Decimal("10.00")] * 2
    assert not PriceChange.objects.exists()


def test_the_goods_shows_the_lowest_price_on_sale() -> None:
    goods = GoodsFactory()
    SkuFactory(goods=goods, price=Decimal("5.00"), is_on_sale=False)
    cheap, dear = SkuFactory(goods=goods, price=Decimal("7.00")), SkuFactory(goods=goods, price=Decimal("9.00"))

    refresh_lowest_prices(goods_ids=[goods.pk])
    assert price_of(goods) == Decimal("7.00")

    set_price(sku=cheap, price=Decimal("20.00"))
    assert price_of(goods) == Decimal("9.00")

    set_price(sku=dear, price=Decimal("8.00"))
    assert price_of(goods) == Decimal("8.00")


def test_with_no_sku_on_sale_the_lowest_of_all_is_shown() -> None:
    goods = GoodsFactory()
    SkuFactory(goods=goods, price=Decimal("5.00"), is_on_sale=False)

    refresh_lowest_prices(goods_ids=[goods.pk])

    assert price_of(goods) == Decimal("5.00")


def test_other_goods_keep_their_price() -> None:
    sku, bystander = SkuFactory(price=Decimal("10.00")), SkuFactory(price=Decimal("30.00"))

    set_price(sku=sku, price=Decimal("1.00"))

    assert price_of(bystander.goods) == Decimal("30.00")
