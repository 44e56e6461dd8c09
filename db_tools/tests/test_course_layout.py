import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.common.addresses import PLACEHOLDER
from apps.goods.models import Category, Goods, Sku
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import SAMPLE, Counts
from db_tools.tests.snapshots import snapshot

pytestmark = pytest.mark.django_db

CATALOGUE = SAMPLE / "course_catalogue"
WHOLE = {
    "Categories": Counts(6, created=6),
    "Goods": Counts(2, created=2, mended=2),
    "SKUs": Counts(2, created=2),
}


def sample(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((CATALOGUE / name).read_text())
    return rows


def write(folder: Path, categories: object, goods: object) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in (("category_data.json", categories), ("product_data.json", goods)):
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
        (folder / name).write_text(text)
    return folder


def test_the_sample_is_loaded_whole(load_course: Loads, ledger_is_true: Callable[[], bool]) -> None:
    result = load_course(CATALOGUE)

    assert (result.status, result.table, result.err) == (0, WHOLE, "")
    assert ledger_is_true()
    # The same name and the same code stand under two parents.
    boxes = Category.objects.filter(name="礼盒", code="lh").order_by("pk")
    assert [(box.level, box.parent.name, box.parent.parent.name) for box in boxes] == [
        (3, "绿茶", "茶"),
        (3, "红茶", "茶"),
    ]
    assert list(Category.objects.filter(is_tab=True).values_list("name", flat=True)) == ["茶", "茶点"]
    goods = Goods.objects.get(name="正山小种礼盒")
    assert (goods.category, goods.brief, goods.detail_html) == (boxes[1], "松烟香", "<p>两罐装</p>")
    assert (goods.price, goods.market_price) == (Decimal("198.00"), Decimal("268.00"))
    assert goods.picture_urls == [PLACEHOLDER]
    assert list(Sku.objects.values_list("goods__name", "stock", "specifications")) == [
        ("正山小种礼盒", 100, []),
        ("绿豆糕", 100, []),
    ]


def test_what_is_missing_is_counted(load_course: Loads) -> None:
    out = load_course(CATALOGUE, "--default-stock", "8").out

    assert (
        "        3  Pictures without an address were left out of “images”; without any, the placeholder is shown."
        in out
    )
    assert "        2  No stock is given: opened with …." in out


def test_the_second_load_changes_nothing(load_course: Loads) -> None:
    load_course(CATALOGUE)
    before = snapshot()

    result = load_course(CATALOGUE, "--stock")

    assert {kind: (counts.read, counts.unchanged) for kind, counts in result.table.items()} == {
        "Categories": (6, 6), "Goods": (2, 2), "SKUs": (2, 2),
    }  # fmt: skip
    assert snapshot() == before


def test_a_dry_run_counts_the_same_and_writes_nothing(load_course: Loads) -> None:
    before = snapshot()

    assert load_course(CATALOGUE, "--dry-run").table == WHOLE
    assert snapshot() == before


def test_it_stands_beside_the_other_catalogue(load: Loads, load_course: Loads) -> None:
    load(SAMPLE / "catalogue")
    load_course(CATALOGUE)
    before = snapshot()

    assert Goods.objects.count() == 5
    assert Category.objects.filter(name="绿茶").count() == 2
    load(SAMPLE / "catalogue")
    load_course(CATALOGUE)
    assert snapshot() == before


def test_a_stock_in_the_file_is_taken(load_course: Loads, tmp_path: Path) -> None:
    goods = sample("product_data.json")
    goods[0]["stock"] = 3

    load_course(write(tmp_path / "c", sample("category_data.json"), goods))

    assert Sku.objects.get(goods__name="正山小种礼盒").stock == 3


def test_bad_rows_are_refused_on_their_own_lines(load_course: Loads, tmp_path: Path) -> None:
    categories = """[
  {"name": "茶", "code": "cha", "sub_categorys": [
    {"name": "绿茶", "code": "lc"},
    {"name": "绿茶", "code": "lc2"},
    {"name": "绿茶", "code": "lc"},
    {"name": "",
     "sub_categorys": [
       {"name": "below nothing"}
    ]},
    "no object",
    {"name": "红茶", "sub_categorys": {"no": "list"}}
  ]},
  7
]"""
    cake = {"name": "绿豆糕", "sale_price": "￥12元", "categorys": ["首页", "茶"]}
    goods = [
        cake,
        cake,
        cake | {"sale_price": "￥13元"},
        cake | {"name": "a", "categorys": ["首页", "茶", "黑茶"]},
        cake | {"name": "b", "categorys": ["首页"]},
        cake | {"name": "c", "sale_price": "￥面议"},
        cake | {"name": "d", "categorys": "茶"},
        cake | {"name": "e" * 121},
    ]

    result = load_course(write(tmp_path / "c", categories, goods))

    lines = [
        index
        for index, line in enumerate((tmp_path / "c" / "product_data.json").read_text().split("\n"), 1)
        if line == " {"
    ]
    assert [(row["kind"], row["line"], row["key"], row["reason"]) for row in result.refused] == [
        ("category", 4, "茶/绿茶", "“茶/绿茶” stands in line 3 already, with other content."),
        ("category", 5, "茶/绿茶", "“茶/绿茶” stands in line 3 already, with other content."),
        ("category", 6, "", "“name” is empty."),
        ("category", 2, "", "It is not an object."),
        ("category", 11, "", "“sub_categorys” is not a list."),
        ("category", 13, "", "It is not an object."),
        ("category", 8, "茶//below nothing", "There is no category “茶/” to be its parent."),
        ("goods", lines[2], "绿豆糕", f"“绿豆糕” stands in line {lines[0]} already, with other content."),
        ("goods", lines[4], "b", "“categorys” names no category."),
        ("goods", lines[5], "c", "“sale_price” is not a price: '￥面议'."),
        ("goods", lines[6], "d", "“categorys” is not a list."),
        ("goods", lines[7], "", "“name” is longer than 120 characters."),
        ("goods", lines[3], "a", "There is no category “茶/黑茶”."),
    ]
    assert result.table["Goods"] == Counts(8, created=1, unchanged=1, refused=6, mended=1)
    assert result.table["SKUs"] == Counts(8, created=1, unchanged=1, refused=6)
    assert result.accounts_for_every_row()


@pytest.mark.parametrize(
    ("goods", "reasons"),
    [
        ('{"name": "x"}', ["product_data.json is not a JSON list."]),
        ("", ["product_data.json is not a JSON list."]),
        ("[", ["The list has no end: the file is cut here."]),
        ('[{"name": ', ["The file ends in the middle of this row."]),
        ("[" * 5000, ["It is nested too deep."]),
        ('[{"name": "x", "categorys": [[["首页"]]]}]', ["“categorys” is not a text."]),
        (
            '[{"name": "x"}] trailing',
            ["“categorys” names no category.", "Something follows after the end of the list."],
        ),
        ('["' + "x" * 3_000_000 + '"]', ["It is longer than 2 MiB."]),
        ('["' + "x" * 9_000_000 + '"]', ["From here on the file cannot be read: a row has no end."]),
    ],
    ids=["object", "empty", "open", "cut", "deep", "nested", "trailing", "long", "endless"],
)
def test_a_file_that_is_no_list_of_goods(load_course: Loads, tmp_path: Path, goods: str, reasons: list[str]) -> None:
    result = load_course(write(tmp_path / "c", sample("category_data.json"), goods))

    assert (result.status, result.reasons) == (1, reasons)
    assert result.accounts_for_every_row()
    assert not Goods.objects.exists()
