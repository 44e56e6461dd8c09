import pytest

from apps.goods.models import Goods
from apps.goods.services import counters
from apps.goods.tests.factories import GoodsFactory

pytestmark = pytest.mark.django_db


def counts(goods: Goods) -> tuple[int, int, int]:
    return Goods.objects.values_list("view_count", "favourite_count", "sold_count").get(pk=goods.pk)


def test_each_counter_moves_alone() -> None:
    goods = GoodsFactory()
    updated_at = goods.updated_at

    counters.add_view(goods_id=goods.pk)
    counters.add_favourites(goods_id=goods.pk, change=1)
    counters.add_sales(pieces={goods.pk: 3})

    assert counts(goods) == (1, 1, 3)
    assert Goods.objects.get(pk=goods.pk).updated_at == updated_at


def test_favourites_never_fall_below_zero() -> None:
    goods = GoodsFactory(favourite_count=1)

    counters.add_favourites(goods_id=goods.pk, change=-1)
    counters.add_favourites(goods_id=goods.pk, change=-1)

    assert counts(goods) == (0, 0, 0)


def test_what_was_sold_before_counts_as_sold() -> None:
    goods = GoodsFactory()

    counters.open_sales(goods_id=goods.pk, pieces=7)
    counters.add_sales(pieces={goods.pk: 1})

    goods.refresh_from_db()
    assert (goods.sold_before, goods.sold_count) == (7, 8)


def test_sales_are_counted_per_goods() -> None:
    one, other, bystander = GoodsFactory(sold_count=5), GoodsFactory(), GoodsFactory()

    counters.add_sales(pieces={other.pk: 2, one.pk: 1})

    assert [counts(goods)[2] for goods in (one, other, bystander)] == [6, 2, 0]
