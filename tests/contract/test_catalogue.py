"""Sections 3 and 7 of the contract, on the whole catalogue: categories of every level, every goods, the home page."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tests.contract.shapes import BANNER, GOODS_LIST, HOT_WORD, ITEM_PAGE, SECTION, TREE, NotEmpty
from tests.contract.vue import Vue

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def categories(visitor: Vue) -> dict[int, dict[str, Any]]:
    """Every category by its id, found as a visitor finds them: down from the menu, and asked for each."""
    found: dict[int, dict[str, Any]] = {}
    waiting = [top["id"] for top in visitor.get("categorys/", NotEmpty([TREE]))]
    while waiting:
        category = visitor.get(f"categorys/{waiting.pop()}/", TREE)
        found[category["id"]] = category
        waiting += [child["id"] for child in category["sub_cat"]]
    return found


def family(categories: dict[int, dict[str, Any]], category_id: int) -> set[int]:
    """The category and everything below it."""
    children = [child["id"] for child in categories[category_id]["sub_cat"]]
    return {category_id}.union(*(family(categories, child) for child in children))


def numbers(rows: Rows) -> list[int]:
    return [row["id"] for row in rows]


# -- Categories ------------------------------------------------------------------------------------
def test_the_menu_has_two_levels_below_the_tops(vue: Vue, categories: dict[int, dict[str, Any]]) -> None:
    menu = vue.get(f"{vue.dialect.categories}/", NotEmpty([TREE]))

    assert {top["category_type"] for top in menu} == {1}
    assert {top["parent_category"] for top in menu} == {None}
    assert any(top["is_tab"] for top in menu), "nothing would stand in the navigation"
    for top in menu:
        assert top == categories[top["id"]]


def test_every_category_of_every_level_answers(vue: Vue, categories: dict[int, dict[str, Any]]) -> None:
    for category_id, category in categories.items():
        assert vue.get(f"{vue.dialect.categories}/{category_id}/", TREE) == category
        for child in category["sub_cat"]:
            assert child["parent_category"] == category_id
            assert child["category_type"] == category["category_type"] + 1
    assert len({category["category_type"] for category in categories.values()}) > 1


def test_a_category_filter_finds_the_goods_of_the_whole_subtree(
    visitor: Vue, categories: dict[int, dict[str, Any]], goods: Rows
) -> None:
    here = Counter(one["category"]["id"] for one in goods)
    for category_id in categories:
        found = visitor.get("goods/", GOODS_LIST, page=1, top_category=category_id, ordering="-add_time")
        assert found["count"] == sum(here[member] for member in family(categories, category_id))
    assert here.keys() <= categories.keys(), "a goods stands where no visitor comes"


# -- Goods -----------------------------------------------------------------------------------------
def test_every_goods_has_its_page(visitor: Vue, goods: Rows) -> None:
    for one in goods:
        page = visitor.get(f"goods/{one['id']}/", ITEM_PAGE)
        del page["brand"], page["attributes"]
        assert {**page, "click_num": 0} == {**one, "click_num": 0}
        if "skus" in page:
            assert Decimal(page["shop_price"]) == min(Decimal(sku["shop_price"]) for sku in page["skus"])
            assert page["goods_num"] == sum(sku["goods_num"] for sku in page["skus"])


def test_a_look_at_the_page_is_counted(visitor: Vue, goods: Rows) -> None:
    path = f"goods/{goods[0]['id']}/"
    before = visitor.get(path, ITEM_PAGE)["click_num"]
    assert visitor.get(path, ITEM_PAGE)["click_num"] == before + 1


def test_the_list_is_paged_as_the_client_counts(vue: Vue, goods: Rows) -> None:
    empty = {"pricemin": "", "pricemax": "", "ordering": "-add_time"}
    first = vue.get("goods/", GOODS_LIST, page=1, **empty)
    beyond = vue.get("goods/", GOODS_LIST, page=len(goods), **empty)

    assert first["count"] == beyond["count"] == len(goods)
    assert len(first["results"]) == min(12, len(goods))
    assert beyond["results"] == [], "the page number stays when a filter shortens the list"
    assert (first["next"] or "/goods/?").startswith("/goods/?")


@pytest.mark.parametrize(("ordering", "key"), [("-sold_num", "sold_num"), ("-shop_price", "shop_price")])
def test_the_list_is_ordered_as_asked(visitor: Vue, goods: Rows, ordering: str, key: str) -> None:
    rows = [
        row
        for page in range(1, -(-len(goods) // 12) + 1)
        for row in visitor.get("goods/", GOODS_LIST, page=page, ordering=ordering)["results"]
    ]
    values = [Decimal(row[key]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert sorted(numbers(rows)) == sorted(numbers(goods)), "each goods stands on one page"


def test_the_latest_come_first(visitor: Vue) -> None:
    rows = visitor.get("goods/", GOODS_LIST, page=1, ordering="-add_time")["results"]
    assert [row["add_time"] for row in rows] == sorted((row["add_time"] for row in rows), reverse=True)


def test_prices_bound_the_list_inclusively(visitor: Vue, goods: Rows) -> None:
    prices = sorted(Decimal(one["shop_price"]) for one in goods)
    low, high = prices[len(prices) // 4], prices[3 * len(prices) // 4]

    found = visitor.get("goods/", GOODS_LIST, page=1, pricemin=low, pricemax=high, page_size=100)

    assert found["count"] == sum(low <= price <= high for price in prices)
    assert all(low <= Decimal(row["shop_price"]) <= high for row in found["results"])


@pytest.mark.parametrize("mark", ["is_new", "is_hot"])
def test_new_and_hot_goods_are_those_that_are_marked(visitor: Vue, goods: Rows, mark: str) -> None:
    found = visitor.get("goods/", GOODS_LIST, **{mark: "true"})
    assert found["count"] == sum(one[mark] for one in goods) > 0
    assert all(row[mark] for row in found["results"])


def test_search_finds_a_piece_of_a_chinese_name(visitor: Vue, goods: Rows) -> None:
    for one in goods[:: max(1, len(goods) // 10)]:
        piece = one["name"].split()[0][:3]
        found = visitor.get("goods/", GOODS_LIST, search=piece, page_size=100)
        assert found["count"] > 100 or one["id"] in numbers(found["results"])
    assert visitor.get("goods/", GOODS_LIST, search="没有人会这样叫一件商品")["count"] == 0


# -- The home page ---------------------------------------------------------------------------------
def test_the_home_page_is_drawn(vue: Vue, goods: Rows, categories: dict[int, dict[str, Any]]) -> None:
    on_sale = set(numbers(goods))
    sections = vue.get("indexgoods/", NotEmpty([SECTION]))
    banners = vue.get("banners/", [BANNER])
    vue.get("hotsearchs/", [HOT_WORD])

    assert numbers(sections) == [one["id"] for one in vue.get("categorys/", [TREE]) if one["is_tab"]]
    for section in sections:
        assert set(numbers(section["goods"])) <= on_sale
        assert section["ad_goods"] == {} or section["ad_goods"]["id"] in on_sale
        assert numbers(section["sub_cat"]) == numbers(categories[section["id"]]["sub_cat"])
    assert any(section["goods"] for section in sections)
    led_to = [banner["goods"] for banner in banners]
    assert len(set(led_to)) == len(led_to), "the client uses the goods as a key"
    assert set(led_to) <= on_sale
    assert [banner["index"] for banner in banners] == sorted(banner["index"] for banner in banners)


def test_a_hot_word_finds_something(visitor: Vue) -> None:
    for word in visitor.get("hotsearchs/", [HOT_WORD]):
        assert visitor.get("goods/", GOODS_LIST, search=word["keywords"])["count"] > 0


def test_the_shops_own_pictures_are_there(visitor: Vue, goods: Rows) -> None:
    addresses = {one["goods_front_image"] for one in goods}
    addresses |= {banner["image"] for banner in visitor.get("banners/", [BANNER])}
    for address in sorted(address for address in addresses if address.startswith("/")):
        answer = visitor.browser.get(visitor.host + address, timeout=30)
        assert (answer.status_code, answer.headers["Content-Type"].split("/")[0]) == (200, "image"), address
