"""A hundred thousand goods: memory stays where it was after the first ten thousand, and the rate is stated."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.goods.models import Goods, Sku
from db_tools.console import Progress
from db_tools.report import GOODS, Kind
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import Counts

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]

MANY = 100_000
WARM = 10_000
MIB = 1 << 20
PICTURE = '<p><img src="https://pictures.example/{}.jpg"></p>'


def goods(price: str) -> Iterator[dict[str, Any]]:
    """Every tenth goods has three SKUs; details, attributes and pictures are as long as real ones."""
    for n in range(MANY):
        choices = ["S", "M", "L"][: 3 if n % 10 == 0 else 1]
        yield {
            "id": n, "goods_sn": f"SN{n}", "name": f"商品{n}", "category_id": n % 300, "brand_id": n % 500,
            "brief": "又大又甜", "unit": "件", "market_price": "99.00", "sort_order": n % 100,
            "pic_url": f"https://pictures.example/{n}.png",
            "gallery": [f"https://pictures.example/{n}-{k}.jpg" for k in range(4)],
            "detail_html": "".join(PICTURE.format(n * 20 + k) for k in range(20)),
            "attributes": [{"name": f"属性{k}", "value": "值" * 20} for k in range(4)],
            "specifications": [{"name": "尺码", "value": choice} for choice in choices],
            "skus": [
                {"id": n * 3 + k, "specifications": [choice], "price": price, "stock": n % 90}
                for k, choice in enumerate(choices)
            ],
        }  # fmt: skip


def reviews() -> Iterator[dict[str, Any]]:
    for n in range(MANY):
        yield {"id": n, "goods_id": n * 7 % MANY, "content": "很好", "star": 5}


def write(folder: Path, price: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in {
        "categories.jsonl": ({"id": n, "name": f"分类{n}", "parent_id": n % 10 if n > 9 else None} for n in range(300)),
        "brands.jsonl": ({"id": n, "name": f"品牌{n}"} for n in range(500)),
        "goods.jsonl": goods(price),
        "reviews.jsonl": reviews(),
    }.items():
        with (folder / name).open("w") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return folder


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """After each batch of goods: how many there are, and the process's own memory in bytes, without mapped files."""
    samples: list[tuple[int, int]] = []
    shown = Progress.__call__

    def record(self: Progress, kind: Kind, rows: int, size: int) -> None:
        shown(self, kind, rows, size)
        [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon")]
        if kind is GOODS:
            samples.append((self.rows[GOODS], int(line.split()[1]) * 1024))

    monkeypatch.setattr(Progress, "__call__", record)
    return samples


def test_a_hundred_thousand_goods_in_bounded_memory(
    load: Loads,
    tmp_path: Path,
    memory: list[tuple[int, int]],
    ledger_is_true: Callable[[], bool],
    capsys: pytest.CaptureFixture[str],
) -> None:
    skus = MANY + MANY // 10 * 2
    catalogue = write(tmp_path / "c", "9.90")
    whole = {"Goods": MANY, "SKUs": skus, "Reviews": MANY}
    made = {kind: Counts(number, created=number) for kind, number in whole.items()}
    same = {kind: Counts(number, unchanged=number) for kind, number in whole.items()}

    for title, expected in [
        ("new", made),
        ("known", same),
        ("new prices", same | {"SKUs": Counts(skus, updated=skus)}),
    ]:
        if title == "new prices":
            write(catalogue, "8.80")
        memory.clear()
        result = load(catalogue)

        assert {kind: result.table[kind] for kind in expected} == expected
        warm = max(size for rows, size in memory if rows <= WARM)
        most = max(size for rows, size in memory)
        [rate] = [line for line in result.out.splitlines() if line.endswith("a second.")]
        with capsys.disabled():
            sys.stdout.write(f"\n{title}: {rate} {warm // MIB} MiB after {WARM:,} goods, {most // MIB} MiB at most")
        assert most - warm < 48 * MIB

    assert (Goods.objects.count(), Sku.objects.count(), ledger_is_true()) == (MANY, skus, True)
