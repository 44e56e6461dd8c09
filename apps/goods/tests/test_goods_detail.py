from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.goods.models import Goods, GoodsAttribute
from apps.goods.tests.factories import BrandFactory, GoodsFactory, GoodsImageFactory, SkuFactory

pytestmark = pytest.mark.django_db


def test_the_detail_is_the_item_with_brand_and_attributes(visitor: APIClient) -> None:
    goods = SkuFactory(
        goods__brand=BrandFactory(name="山野", desc="好", image_url="https://pictures.example/b.png")
    ).goods
    GoodsAttribute.objects.create(goods=goods, name="重量", value="500 克", position=2)
    GoodsAttribute.objects.create(goods=goods, name="产地", value="新疆", position=1)

    item = visitor.get("/goods/").json()["results"][0]
    detail = visitor.get(f"/goods/{goods.pk}/").json()

    brand = detail.pop("brand")
    assert brand.pop("add_time")
    assert brand == {
        "id": goods.brand_id,
        "name": "山野",
        "desc": "好",
        "image": "https://pictures.example/b.png",
    }
    assert detail.pop("attributes") == [{"name": "产地", "value": "新疆"}, {"name": "重量", "value": "500 克"}]
    assert detail == item


def test_a_goods_without_brand_says_so(visitor: APIClient) -> None:
    goods = SkuFactory().goods

    assert visitor.get(f"/goods/{goods.pk}/").json()["brand"] is None


def test_each_look_counts_once(visitor: APIClient) -> None:
    goods, other = SkuFactory().goods, SkuFactory().goods

    for _ in range(3):
        visitor.get(f"/goods/{goods.pk}/")
    visitor.get("/goods/")

    assert Goods.objects.get(pk=goods.pk).view_count == 3
    assert Goods.objects.get(pk=other.pk).view_count == 0
    assert visitor.get("/goods/").json()["results"][1]["click_num"] == 3


def test_a11_goods_off_sale_are_not_found_and_not_counted(visitor: APIClient) -> None:
    goods = SkuFactory(goods__is_on_sale=False).goods

    response = visitor.get(f"/goods/{goods.pk}/")

    assert response.status_code == 404
    assert response.json()["type"] == "urn:mxshop:problem:not_found"
    assert Goods.objects.get(pk=goods.pk).view_count == 0


@pytest.mark.parametrize("key", ["0", "999999999", "9" * 18, "9" * 40, "abc", "-1", "1.5", "%00", "１", "1'--", "../1"])
def test_e4_odd_keys_are_not_found(visitor: APIClient, key: str) -> None:
    SkuFactory()

    for route in ("goods", "categorys", "categories"):
        assert visitor.get(f"/{route}/{key}/").status_code == 404


def test_filters_of_the_list_mean_nothing_to_the_detail(visitor: APIClient) -> None:
    goods = SkuFactory(price=Decimal("5.00")).goods

    assert visitor.get(f"/goods/{goods.pk}/?pricemin=abc&search=nothing").status_code == 200


@pytest.mark.parametrize("size", [1, 30])
def test_e21_a_detail_costs_six_statements_whatever_it_shows(
    signed_in: APIClient, at_most_statements: Any, size: int
) -> None:
    goods = GoodsFactory(brand=BrandFactory())
    SkuFactory.create_batch(size, goods=goods)
    GoodsImageFactory.create_batch(size, goods=goods)
    for number in range(size):
        GoodsAttribute.objects.create(goods=goods, name=str(number), value="x")

    with at_most_statements(6):
        detail = signed_in.get(f"/goods/{goods.pk}/").json()

    assert (len(detail["images"]), len(detail["attributes"])) == (size, size)


def test_a_head_request_is_no_look_at_the_goods(visitor: APIClient, db: None) -> None:
    goods = SkuFactory().goods
    assert visitor.head(f"/goods/{goods.pk}/").status_code == 200
    assert Goods.objects.get(pk=goods.pk).view_count == 0
