"""The database may refuse a row, or go away: what was written stands, nothing is written by half, and it is said."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from apps.goods.models import Brand, Goods, GoodsAttribute, GoodsImage, Sku, StockMovement
from db_tools import loading
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import SAMPLE, Counts, sample_files, write_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def refusing(table: str, condition: str) -> Iterator[None]:
    """Let the database itself refuse rows of a table."""
    what = {
        "sqlite": f"WHEN {condition} BEGIN SELECT RAISE(ABORT, 'not here'); END",
        "mysql": f"FOR EACH ROW IF {condition} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not here'; END IF",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} {what}")
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER refuse")


def counts_of_goods() -> list[int]:
    return [model._default_manager.count() for model in (Goods, Sku, GoodsAttribute, GoodsImage, StockMovement)]


def test_a_row_that_the_database_refuses_is_left_out_whole(load: Loads) -> None:
    with refusing("goods_stockmovement", "NEW.delta = 12"):  # the cup's last statement
        result = load(SAMPLE / "catalogue")

    assert result.status == 1
    assert result.table["Goods"] == Counts(3, created=2, refused=1)
    assert result.table["SKUs"] == Counts(4, created=3, refused=1)
    assert [(row["kind"], row["key"]) for row in result.refused] == [("goods", "102"), ("review", "3")]
    assert "not here" in result.reasons[0]
    assert counts_of_goods() == [2, 3, 2, 3, 2]

    assert load(SAMPLE / "catalogue").table["Goods"] == Counts(3, created=1, unchanged=2)


def test_when_the_database_refuses_everything_the_load_stops(load: Loads) -> None:
    with refusing("goods_goods", "1 = 1"):
        result = load(SAMPLE / "catalogue")

    assert result.status == 2
    assert result.err.startswith("The database takes no row any more: The database refused it: ")
    assert result.err.endswith("What the table counts stands; run the loader again for the rest.\n")
    assert result.table["Brands"] == Counts(2, created=2)
    assert counts_of_goods() == [0, 0, 0, 0, 0]


def test_rows_that_need_each_other_are_written_together_or_not(load: Loads) -> None:
    with refusing("goods_category", "NEW.name = '杯'"):
        result = load(SAMPLE / "catalogue")

    assert result.status == 2
    assert "not here" in result.err
    assert list(result.table) == ["Regions"]
    assert not Brand.objects.exists()


def test_batches_that_were_written_stand_when_a_later_one_fails(
    load: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH_ROWS", 10)
    brands = [{"id": n, "name": f"品牌{n}"} for n in range(25)]
    catalogue = write_catalogue(tmp_path / "c", {"brands.jsonl": brands})

    with refusing("goods_brand", "NEW.source_key >= '10' AND NEW.source_key < '2'"):
        result = load(catalogue)

    assert (result.status, result.table["Brands"]) == (2, Counts(10, created=10))
    assert load(catalogue).table["Brands"] == Counts(25, created=15, unchanged=10)


def test_ctrl_c_leaves_whole_batches_and_an_account(
    load: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH_ROWS", 1)
    monkeypatch.setattr("db_tools.console.Progress.__call__", interrupt_after(2))

    result = load(write_catalogue(tmp_path / "c", {"brands.jsonl": [{"id": n, "name": f"品牌{n}"} for n in range(5)]}))

    assert (result.status, result.table["Brands"]) == (130, Counts(2, created=2))
    assert result.err == "Interrupted. What the table counts stands; run the loader again for the rest.\n"
    assert Brand.objects.count() == 2


def interrupt_after(batches: int) -> Any:
    calls: list[object] = []

    def progress(self: object, *counts: object) -> None:
        calls.append(counts)
        if len(calls) == batches:
            raise KeyboardInterrupt

    return progress


def test_goods_of_a_batch_are_bounded_in_bytes_and_skus(
    load: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is one transaction, and one statement of it must stay below what MariaDB takes."""
    sizes: list[int] = []
    monkeypatch.setattr(loading.Loader, "_write", recording(sizes))
    cup = sample_files()["goods.jsonl"][2]
    files = {
        "categories.jsonl": [{"id": 2, "name": "茶具"}],
        "goods.jsonl": [
            cup | {"id": n, "detail_html": "x" * 1_500_000, "skus": [{"id": n, "price": "1", "specifications": []}]}
            for n in range(6)
        ],
    }

    assert load(write_catalogue(tmp_path / "c", files)).status == 0
    assert sizes == [1, 3, 3]


def recording(sizes: list[int]) -> Any:
    write = loading.Loader._write

    def record(self: loading.Loader, task: Any, rows: Any) -> Any:
        sizes.append(len(rows))
        return write(self, task, rows)

    return record
