import pytest

from apps.common.imports import Outcome, Verdict
from apps.goods.models import Category
from apps.goods.services.categories import create_category
from apps.goods.services.imports.categories import MAX_LEVEL, category_keys, import_categories
from apps.goods.services.imports.rows import CategoryRow

pytestmark = pytest.mark.django_db

CREATED, UPDATED, UNCHANGED, REFUSED = Verdict


def row(key: str, parent: str | None = None, name: str = "", **values: object) -> CategoryRow:
    return CategoryRow(key=key, parent_key=parent, name=name or key, **values)


def load(*rows: CategoryRow, dry_run: bool = False, source: str = "test") -> list[Outcome]:
    return import_categories(rows=rows, source=source, dry_run=dry_run)


def verdicts(*rows: CategoryRow) -> list[Verdict]:
    return [outcome.verdict for outcome in load(*rows)]


def tree() -> dict[str, tuple[str | None, int]]:
    """Each category's parent and level, once it is sure that the path agrees."""
    rows = {category.name: category for category in Category.objects.select_related("parent")}
    for category in rows.values():
        assert category.path == f"{category.parent.path if category.parent else '/'}{category.pk}/"
    return {name: (row.parent.name if row.parent else None, row.level) for name, row in rows.items()}


def test_rows_come_in_any_order() -> None:
    assert verdicts(row("c", "b"), row("b", "a"), row("d", "a"), row("a")) == [CREATED] * 4

    assert tree() == {"a": (None, 1), "b": ("a", 2), "c": ("b", 3), "d": ("a", 2)}


def test_the_same_rows_again_change_nothing() -> None:
    rows = [row("c", "b"), row("b", "a", desc="x", position=3, code="b", icon_url="https://x.example/i.png"), row("a")]
    load(*rows)
    before = list(Category.objects.order_by("pk").values())

    assert verdicts(*rows) == [UNCHANGED] * 3
    assert list(Category.objects.order_by("pk").values()) == before


def test_fields_and_places_follow_the_rows() -> None:
    load(row("a"), row("b", "a"), row("c", "b"))

    assert verdicts(row("a", name="A"), row("b"), row("c", "b"), row("d", "c")) == [
        UPDATED,
        UPDATED,
        UNCHANGED,
        CREATED,
    ]

    assert tree() == {"A": (None, 1), "b": (None, 1), "c": ("b", 2), "d": ("c", 3)}


def test_a_parent_may_be_of_an_earlier_load() -> None:
    load(row("a"))

    assert verdicts(row("b", "a")) == [CREATED]
    assert tree() == {"a": (None, 1), "b": ("a", 2)}


def test_an_unknown_parent_is_refused_with_all_below() -> None:
    outcomes = load(row("b", "nowhere"), row("c", "b"), row("a"))

    assert [str(outcome.reason or "") for outcome in outcomes] == [
        "没有分类“nowhere”可作上级。",
        "上级未被接受。",
        "",
    ]
    assert tree() == {"a": (None, 1)}


def test_a_loop_is_refused_with_all_below() -> None:
    outcomes = load(row("a", "b"), row("b", "a"), row("self", "self"), row("below", "a"), row("top"))

    assert [outcome.verdict for outcome in outcomes] == [REFUSED, REFUSED, REFUSED, REFUSED, CREATED]
    assert [str(outcome.reason) for outcome in outcomes[:4]] == ["上级分类绕回了它自己。"] * 3 + ["上级未被接受。"]
    assert tree() == {"top": (None, 1)}


def test_what_is_refused_stays_where_it_was_and_may_have_children() -> None:
    load(row("a"), row("b", "a"))

    assert verdicts(row("a", "b"), row("b", "a"), row("c", "b")) == [REFUSED, REFUSED, CREATED]

    assert tree() == {"a": (None, 1), "b": ("a", 2), "c": ("b", 3)}


def test_a_loop_through_categories_that_are_not_in_the_file_is_refused() -> None:
    load(row("a"))
    by_hand = create_category(name="by hand", parent=Category.objects.get(name="a"))
    load(row("b"))
    Category.objects.filter(name="b").update(parent=by_hand)

    assert verdicts(row("a", "b")) == [REFUSED]
    assert Category.objects.get(name="a").parent is None


def test_a_chain_that_is_too_long_ends_where_it_becomes_too_long() -> None:
    rows = [row("0")] + [row(str(n), str(n - 1)) for n in range(1, MAX_LEVEL + 2)]

    outcomes = load(*reversed(rows))[::-1]

    assert [outcome.verdict for outcome in outcomes] == [CREATED] * MAX_LEVEL + [REFUSED] * 2
    assert str(outcomes[-1].reason) == f"分类树在这里超过 {MAX_LEVEL} 级。"
    assert len(tree()) == MAX_LEVEL


def test_new_tops_are_tabs_where_the_source_marks_none_and_staff_have_the_last_word() -> None:
    load(row("a"), row("b", "a"))
    assert list(Category.objects.filter(is_tab=True).values_list("name", flat=True)) == ["a"]

    Category.objects.update(is_tab=False)

    assert verdicts(row("a"), row("b", "a"), row("c")) == [UNCHANGED, UNCHANGED, CREATED]
    assert list(Category.objects.filter(is_tab=True).values_list("name", flat=True)) == ["c"]


def test_tabs_are_those_that_the_source_marks_where_it_marks_any() -> None:
    load(row("a", is_tab=False), row("b", "a", is_tab=True), row("c"))
    assert list(Category.objects.filter(is_tab=True).values_list("name", flat=True)) == ["b"]

    assert verdicts(row("a", is_tab=True)) == [UPDATED]
    assert Category.objects.get(name="a").is_tab


def test_sources_stand_side_by_side() -> None:
    load(row("a", name="one"), source="one")
    load(row("a", name="two"), row("b", "a"), source="two")

    assert tree() == {"one": (None, 1), "two": (None, 1), "b": ("two", 2)}
    assert category_keys(source="one") == {"a": Category.objects.get(name="one").pk}


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    load(row("a"), row("b", "a"))
    rows = [row("a", "b"), row("b", name="B"), row("c", "b"), row("d", "nowhere")]
    before = list(Category.objects.order_by("pk").values())

    expected = load(*rows, dry_run=True)

    assert list(Category.objects.order_by("pk").values()) == before
    assert load(*rows) == expected
    assert [outcome.verdict for outcome in expected] == [UPDATED, UPDATED, CREATED, REFUSED]
