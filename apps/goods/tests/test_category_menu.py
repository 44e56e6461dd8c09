from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.goods.models import Category
from apps.goods.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

FIELDS = {"id", "name", "code", "desc", "category_type", "parent_category", "is_tab", "add_time"}


@pytest.fixture
def four_levels() -> list[Category]:
    """A chain of four categories, from the top down."""
    chain = [CategoryFactory(name="食品", is_tab=True)]
    for name in ("水果", "苹果", "红苹果"):
        chain.append(CategoryFactory(name=name, parent=chain[-1]))
    return chain


@pytest.mark.parametrize("route", ["/categorys/", "/categories/"])
def test_the_menu_has_three_levels(visitor: APIClient, four_levels: list[Category], route: str) -> None:
    tree = visitor.get(route).json()

    (top,) = tree
    (second,) = top["sub_cat"]
    (third,) = second["sub_cat"]
    assert (top["name"], second["name"], third["name"]) == ("食品", "水果", "苹果")
    assert [set(row) - {"sub_cat"} for row in (top, second, third)] == [FIELDS] * 3
    assert "sub_cat" not in third
    assert (top["is_tab"], top["category_type"], top["parent_category"]) == (True, 1, None)
    assert (second["is_tab"], second["category_type"], second["parent_category"]) == (False, 2, top["id"])
    assert len(top["add_time"]) == len("2026-11-23 08:00:00")


def test_every_level_follows_its_positions(visitor: APIClient) -> None:
    late, early = CategoryFactory(name="late", position=2), CategoryFactory(name="early", position=1)
    for parent in (late, early):
        CategoryFactory(name="b", parent=parent, position=2)
        CategoryFactory(name="a", parent=parent, position=1)

    tree = visitor.get("/categorys/").json()

    assert [row["name"] for row in tree] == ["early", "late"]
    assert [[row["name"] for row in top["sub_cat"]] for top in tree] == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.parametrize("route", ["categorys", "categories"])
def test_one_category_of_any_level(visitor: APIClient, four_levels: list[Category], level: int, route: str) -> None:
    category = four_levels[level - 1]

    answer = visitor.get(f"/{route}/{category.pk}/").json()

    below = [row.name for row in four_levels[level : level + 2]]
    shown = []
    branch = answer
    while branch.get("sub_cat"):
        (branch,) = branch["sub_cat"]
        shown.append(branch["name"])
    assert (answer["name"], answer["category_type"], shown) == (category.name, level, below)
    assert isinstance(answer["sub_cat"], list)


def test_an_empty_shop_has_an_empty_menu(visitor: APIClient) -> None:
    assert visitor.get("/categorys/").json() == []


@pytest.mark.parametrize("width", [1, 6])
def test_e21_the_menu_costs_four_statements(signed_in: APIClient, at_most_statements: Any, width: int) -> None:
    for _ in range(width):
        top = CategoryFactory()
        for _ in range(width):
            CategoryFactory.create_batch(width, parent=CategoryFactory(parent=top))

    with at_most_statements(4):
        assert len(signed_in.get("/categorys/").json()) == width
    with at_most_statements(4):
        assert len(signed_in.get(f"/categorys/{top.pk}/").json()["sub_cat"]) == width
