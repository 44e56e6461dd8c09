import json
import random
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from apps.goods.models import Brand, Category, Goods, PriceChange, Sku, StockMovement
from apps.goods.services import stock
from apps.regions.models import Region
from apps.user_operation.models import Review
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import SAMPLE, Counts, sample_files, sample_rows, write_catalogue
from db_tools.tests.snapshots import snapshot

pytestmark = pytest.mark.django_db

CATALOGUE = SAMPLE / "catalogue"
WHOLE = {
    "Regions": Counts(3, created=3),
    "Categories": Counts(4, created=4),
    "Brands": Counts(2, created=2),
    "Goods": Counts(3, created=3),
    "SKUs": Counts(4, created=4),
    "Reviews": Counts(3, created=3),
}
UNCHANGED = {kind: Counts(counts.read, unchanged=counts.read) for kind, counts in WHOLE.items()}


def test_the_sample_is_loaded_whole(load: Loads, ledger_is_true: Callable[[], bool]) -> None:
    result = load(CATALOGUE)

    assert (result.status, result.table, result.err) == (0, WHOLE, "")
    assert result.accounts_for_every_row()
    assert ledger_is_true()
    assert Region.objects.get(name="西湖区").parent.parent.name == "浙江省"
    assert Category.objects.get(name="绿茶").parent.name == "茶"
    assert list(Category.objects.filter(is_tab=True).values_list("name", flat=True)) == ["茶", "茶具"]
    assert Brand.objects.get(name="南山茶场").image_url == "https://pictures.example/south.png"
    review = Review.objects.get(content="比去年的淡")
    assert (review.goods.name, review.user, review.rating) == ("明前龙井", None, 3)


def test_a_goods_comes_with_all_that_its_line_says(load: Loads) -> None:
    load(CATALOGUE)

    goods = Goods.objects.get(name="明前龙井")
    assert (goods.source, goods.source_key, goods.number, goods.unit) == ("catalogue", "101", "T-101", "罐")
    assert (goods.price, goods.market_price, goods.is_new, goods.is_hot) == (Decimal(88), Decimal(128), True, False)
    assert (goods.category.name, goods.brand.name) == ("绿茶", "南山茶场")
    assert list(goods.attributes.values_list("name", "value")) == [("产地", "杭州"), ("保质期", "18 个月")]
    assert goods.picture_urls == [f"https://pictures.example/{name}.jpg" for name in ("101", "101a", "101b")]
    assert list(goods.skus.values_list("source_key", "price", "stock", "specifications", "image_url")) == [
        ("1001", Decimal(88), 40, [{"name": "净含量", "value": "50g"}], "https://pictures.example/50g.jpg"),
        # It has no picture of its own: the one of its choice stands in.
        ("1002", Decimal(158), 0, [{"name": "净含量", "value": "100g"}], "https://pictures.example/100g.jpg"),
    ]


def test_the_second_load_changes_nothing(load: Loads) -> None:
    load(CATALOGUE)
    before = snapshot()

    result = load(CATALOGUE)

    assert (result.status, result.table) == (0, UNCHANGED)
    assert snapshot() == before


def test_a_dry_run_counts_the_same_and_writes_nothing(load: Loads) -> None:
    before = snapshot()

    result = load(CATALOGUE, "--dry-run")

    assert (result.status, result.table) == (0, WHOLE)
    assert "Dry run: nothing was written" in result.out
    assert snapshot() == before


def test_a_dry_run_over_known_rows_counts_the_same_too(load: Loads, tmp_path: Path) -> None:
    load(CATALOGUE)
    files = sample_files()
    files["categories.jsonl"].append({"id": 3, "name": "茶点", "parent_id": 1})
    files["goods.jsonl"][0] |= {"name": "雨前龙井", "category_id": 3}
    files["goods.jsonl"].append(
        files["goods.jsonl"][1] | {"id": 104, "skus": [{"id": 7, "specifications": ["标准"], "price": "1"}]}
    )
    files["goods.jsonl"].append(files["goods.jsonl"][1] | {"id": 105, "category_id": 404})
    files["reviews.jsonl"] += [{"id": 4, "goods_id": 104, "star": 5}, {"id": 5, "goods_id": 105, "star": 5}]
    catalogue = write_catalogue(tmp_path / "changed", files)

    expected = load(catalogue, "--dry-run", "--stock")
    result = load(catalogue, "--stock")

    assert result.table == expected.table
    assert (result.refused, result.repaired) == (expected.refused, expected.repaired)
    assert (result.status, expected.status) == (1, 1)
    assert result.table["Goods"] == Counts(5, created=1, updated=1, unchanged=2, refused=1, mended=1)
    assert result.table["Reviews"] == Counts(5, created=1, unchanged=3, refused=1)


def test_lines_may_come_in_any_order(load: Loads, tmp_path: Path) -> None:
    files = sample_files()
    for seed in range(5):
        shuffled = {name: random.Random(seed).sample(rows, len(rows)) for name, rows in files.items()}
        result = load(write_catalogue(tmp_path / f"c{seed}", shuffled), "--source", f"s{seed}")
        assert {counts.refused for counts in result.table.values()} == {0}
        assert Category.objects.get(name="绿茶", source=f"s{seed}").path.count("/") == 3


@pytest.mark.parametrize("folder", ["", "catalogue/"])
def test_a_zip_is_read_like_its_folder(load: Loads, tmp_path: Path, folder: str) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/catalogue/._goods.jsonl", b"\0junk")
        for path in CATALOGUE.iterdir():
            archive.write(path, f"{folder}{path.name}")

    assert load(tmp_path / "c.zip").table == WHOLE
    assert load(CATALOGUE).table == UNCHANGED


def test_two_sources_stand_side_by_side(load: Loads) -> None:
    load(CATALOGUE)
    result = load(CATALOGUE, "--source", "another")

    # Regions are the nation's and belong to no source.
    assert result.table == WHOLE | {"Regions": Counts(3, unchanged=3)}
    assert Goods.objects.count() == 6
    assert load(CATALOGUE).table == UNCHANGED
    assert load(CATALOGUE, "--source", "another").table == UNCHANGED


def test_a_price_follows_the_file_and_leaves_a_record(load: Loads, tmp_path: Path) -> None:
    load(CATALOGUE)
    files = sample_files()
    files["goods.jsonl"][0]["skus"][1]["price"] = "66.60"

    result = load(write_catalogue(tmp_path / "c", files))

    assert result.table["Goods"] == Counts(3, unchanged=3)
    assert result.table["SKUs"] == Counts(4, updated=1, unchanged=3)
    assert list(PriceChange.objects.values_list("sku__source_key", "old_price", "new_price", "source")) == [
        ("1002", Decimal("158.00"), Decimal("66.60"), "catalogue")
    ]
    assert Goods.objects.get(name="明前龙井").price == Decimal("66.60")


def test_stock_of_known_skus_moves_only_when_asked_and_through_the_ledger(
    load: Loads, ledger_is_true: Callable[[], bool]
) -> None:
    load(CATALOGUE)
    sku = Sku.objects.get(source_key="1001")
    stock.take(quantities={sku.pk: 3}, reference="ORDER1")

    assert load(CATALOGUE).table == UNCHANGED
    sku.refresh_from_db()
    assert sku.stock == 37

    result = load(CATALOGUE, "--stock")

    assert result.table["SKUs"] == Counts(4, updated=1, unchanged=3)
    last = StockMovement.objects.latest("pk")
    assert (last.sku, last.delta, last.reason, last.reference) == (sku, 3, "import", "catalogue")
    assert ledger_is_true()
    assert load(CATALOGUE, "--stock").table == UNCHANGED


def test_a_missing_stock_becomes_the_default_and_is_counted(load: Loads, tmp_path: Path) -> None:
    files = sample_files()
    for sku in files["goods.jsonl"][0]["skus"]:
        del sku["stock"]
    catalogue = write_catalogue(tmp_path / "c", files)

    result = load(catalogue, "--default-stock", "25")

    assert set(Sku.objects.filter(goods__name="明前龙井").values_list("stock", flat=True)) == {25}
    assert result.mendings == ["No stock is given: opened with 25."]
    assert "        2  No stock is given: opened with …." in result.out
    assert load(catalogue, "--default-stock", "99", "--stock").table == UNCHANGED


def test_the_account_says_how_many_pictures_stay_outside(load: Loads) -> None:
    assert "Pictures kept as outside addresses: 9\n" in load(CATALOGUE).out


def test_files_that_are_not_there_are_named(load: Loads, tmp_path: Path) -> None:
    result = load(write_catalogue(tmp_path / "c", {"regions.jsonl": sample_rows("regions.jsonl")}))

    assert result.status == 0
    assert result.out.startswith("Not in the catalogue: categories.jsonl, brands.jsonl, goods.jsonl, reviews.jsonl\n")
    assert list(result.table) == ["Regions"]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
def test_a_file_without_rows_is_named(load: Loads, tmp_path: Path, content: bytes) -> None:
    files = {"regions.jsonl": sample_rows("regions.jsonl"), "brands.jsonl": content}
    result = load(write_catalogue(tmp_path / "c", files))

    assert result.status == 0
    assert "\nbrands.jsonl: It is empty: there are no rows in it.\n" in result.out
    assert "regions.jsonl: It is empty" not in result.out


def test_goods_may_arrive_after_their_categories(load: Loads, tmp_path: Path) -> None:
    files = sample_files()
    parts = [{name: rows} for name, rows in sorted(files.items())]  # brands, categories, goods, regions, reviews
    tables = [load(write_catalogue(tmp_path / f"p{n}", part)).table for n, part in enumerate(parts)]

    assert {kind: counts for table in tables for kind, counts in table.items()} == WHOLE


def test_the_account_is_in_the_operators_language(load: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    result = load(write_catalogue(tmp_path / "c", {"brands.jsonl": [{"id": 1, "name": ""}]}))

    assert result.reasons == ["“name”为空。"]
    assert "      读取  新增  更新  未变  拒绝  修正\n品牌     1     0     0     0     1     0\n" in result.out


def test_the_refused_rows_are_a_file_with_place_and_reason(load: Loads, tmp_path: Path) -> None:
    brands = [{"id": 1, "name": "好"}, {"id": "B-2", "name": None}, {"name": "x"}]
    result = load(write_catalogue(tmp_path / "c", {"brands.jsonl": brands}))

    path = tmp_path / "report" / "catalogue-refused.jsonl"
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"file": "brands.jsonl", "line": 2, "kind": "brand", "key": "B-2", "reason": "“name” is empty."},
        {"file": "brands.jsonl", "line": 3, "kind": "brand", "key": "", "reason": "“id” is missing."},
    ]
    assert f"Refused rows: {path}" in result.out

    load(CATALOGUE)
    assert not path.exists()
