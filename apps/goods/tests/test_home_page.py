from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.goods.models import Banner, Category, Goods, HotWord, IndexAd, Sku
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory, GoodsImageFactory, SkuFactory

pytestmark = pytest.mark.django_db


def brief(goods: Goods) -> dict[str, Any]:
    return {
        "id": goods.pk,
        "name": goods.name,
        "shop_price": "10.00",
        "goods_front_image": "/static/mxshop/placeholder.svg",
    }


def test_banners_stand_in_order_and_name_goods_by_number(visitor: APIClient) -> None:
    late = Banner.objects.create(goods=SkuFactory().goods, image="banners/late.jpg", position=2)
    early = Banner.objects.create(goods=SkuFactory().goods, image="banners/early.jpg", position=1)
    Banner.objects.create(goods=SkuFactory().goods, image="banners/x.jpg", is_shown=False)
    Banner.objects.create(goods=SkuFactory(goods__is_on_sale=False).goods, image="banners/x.jpg")

    banners = visitor.get("/banners/").json()

    assert [set(banner) for banner in banners] == [{"id", "goods", "image", "index", "add_time"}] * 2
    assert [(banner["id"], banner["goods"], banner["image"], banner["index"]) for banner in banners] == [
        (early.pk, early.goods_id, "/media/banners/early.jpg", 1),
        (late.pk, late.goods_id, "/media/banners/late.jpg", 2),
    ]


def test_hot_words_begin_with_the_highest_position(visitor: APIClient) -> None:
    HotWord.objects.create(word="苹果", position=1)
    HotWord.objects.create(word="毛巾", position=9)
    HotWord.objects.create(word="hidden", position=10, is_shown=False)

    words = visitor.get("/hotsearchs/").json()

    assert [set(word) for word in words] == [{"id", "keywords", "index", "add_time"}] * 2
    assert [(word["keywords"], word["index"]) for word in words] == [("毛巾", 9), ("苹果", 1)]


def test_a_section_shows_its_whole_subtree(visitor: APIClient) -> None:
    food = CategoryFactory(name="食品", is_tab=True, position=2)
    fruit = CategoryFactory(name="水果", parent=food)
    apples = CategoryFactory(parent=CategoryFactory(parent=fruit))
    brand = BrandFactory(name="山野", image_url="https://pictures.example/b.png")
    deep = SkuFactory(goods__category=apples, goods__brand=brand).goods
    flat = SkuFactory(goods__category=fruit, goods__brand=brand).goods
    ad = SkuFactory(goods__category=food).goods
    IndexAd.objects.create(category=food, goods=ad)

    (section,) = visitor.get("/indexgoods/").json()

    assert (section["id"], section["name"], section["is_tab"]) == (food.pk, "食品", True)
    assert [row["name"] for row in section["sub_cat"]] == ["水果"]
    (shown,) = section["brands"]
    assert shown.pop("add_time")
    assert shown == {
        "id": brand.pk,
        "name": "山野",
        "desc": "",
        "image": "https://pictures.example/b.png",
        "category": food.pk,
    }
    assert section["goods"] == [brief(ad), brief(flat), brief(deep)]
    assert section["ad_goods"] == brief(ad)


def test_sections_are_the_top_categories_of_the_navigation(visitor: APIClient) -> None:
    CategoryFactory(name="second", is_tab=True, position=2)
    first = CategoryFactory(name="first", is_tab=True, position=1)
    CategoryFactory(name="not in the navigation")
    CategoryFactory(name="not a top", is_tab=True, parent=first)

    sections = visitor.get("/indexgoods/").json()

    assert [section["name"] for section in sections] == ["first", "second"]


def test_a_section_with_nothing_to_show_keeps_its_shape(visitor: APIClient) -> None:
    """The old client stops drawing the whole list at the first `ad_goods` that is no object."""
    CategoryFactory(is_tab=True)

    (section,) = visitor.get("/indexgoods/").json()

    assert (section["ad_goods"], section["goods"], section["brands"], section["sub_cat"]) == ({}, [], [], [])


def test_an_empty_shop_has_no_sections(visitor: APIClient) -> None:
    assert visitor.get("/indexgoods/").json() == []


def test_a11_a_section_hides_what_is_off_sale(visitor: APIClient) -> None:
    food = CategoryFactory(is_tab=True)
    hidden = SkuFactory(goods__category=food, goods__brand=BrandFactory(), goods__is_on_sale=False).goods
    IndexAd.objects.create(category=food, goods=hidden)

    (section,) = visitor.get("/indexgoods/").json()

    assert (section["ad_goods"], section["goods"], section["brands"]) == ({}, [], [])


def test_a_section_shows_ten_goods_by_position_then_the_newest(visitor: APIClient) -> None:
    food = CategoryFactory(is_tab=True)
    oldest = SkuFactory(goods__category=food, goods__position=-1).goods
    others = [SkuFactory(goods__category=food).goods for _ in range(12)]

    (section,) = visitor.get("/indexgoods/").json()

    assert [goods["id"] for goods in section["goods"]] == [oldest.pk, *[goods.pk for goods in others[:2:-1]]]


def test_the_goods_of_all_categories_of_a_section_stand_in_one_order(visitor: APIClient) -> None:
    food = CategoryFactory(is_tab=True)
    leaves = [CategoryFactory(parent=food), CategoryFactory(parent=CategoryFactory(parent=food))]
    plain = [SkuFactory(goods__category=leaves[number % 2]).goods for number in range(24)]
    early = [SkuFactory(goods__category=leaf, goods__position=-1).goods for leaf in leaves]

    (section,) = visitor.get("/indexgoods/").json()

    expected = [*reversed(early), *plain[:15:-1]]
    assert [goods["id"] for goods in section["goods"]] == [goods.pk for goods in expected]


def test_a_brand_is_shown_once_in_each_section_that_sells_it(visitor: APIClient) -> None:
    brand, other = BrandFactory(position=2), BrandFactory(position=1)
    for number in range(2):
        top = CategoryFactory(is_tab=True)
        for _ in range(2):
            SkuFactory(goods__category=CategoryFactory(parent=top), goods__brand=brand)
            if number:
                SkuFactory(goods__category=top, goods__brand=other)

    sections = visitor.get("/indexgoods/").json()

    assert [[shown["id"] for shown in section["brands"]] for section in sections] == [
        [brand.pk],
        [other.pk, brand.pk],
    ]


def _fill(sections: int, goods_per_section: int) -> None:
    for _ in range(sections):
        top = CategoryFactory(is_tab=True)
        leaf = CategoryFactory(parent=CategoryFactory(parent=top))
        brands = BrandFactory.create_batch(3)
        made = Goods.objects.bulk_create(
            GoodsFactory.build(category=leaf, brand=brands[number % 3], price=Decimal("10.00"))
            for number in range(goods_per_section)
        )
        goods = list(Goods.objects.filter(category=leaf)) if made[0].pk is None else made
        Sku.objects.bulk_create(Sku(goods=row, price=Decimal("10.00")) for row in goods)
        GoodsImageFactory(goods=goods[0])
        IndexAd.objects.create(category=top, goods=goods[0])


@pytest.mark.parametrize(("sections", "goods_per_section"), [(1, 2), (10, 100)])
def test_e21_the_home_page_costs_seven_statements_with_a_thousand_goods_as_with_two(
    signed_in: APIClient, at_most_statements: Any, sections: int, goods_per_section: int
) -> None:
    _fill(sections, goods_per_section)

    with at_most_statements(7):
        answer = signed_in.get("/indexgoods/").json()

    assert [len(section["goods"]) for section in answer] == [min(goods_per_section, 10)] * sections
    assert all(len(section["brands"]) == min(goods_per_section, 3) for section in answer)
    with at_most_statements(2):
        signed_in.get("/banners/")
    with at_most_statements(2):
        signed_in.get("/hotsearchs/")
    with at_most_statements(4):
        assert len(signed_in.get("/categorys/").json()) == sections
    assert Category.objects.count() == 3 * sections
