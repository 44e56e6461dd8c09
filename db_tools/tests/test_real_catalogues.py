"""The two real catalogues, which are not part of the project: MXSHOP_CATALOGUES names the folder that holds both."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.goods.models import Category, Goods
from apps.goods.services.pricing import refresh_lowest_prices
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import Counts, Run
from db_tools.tests.snapshots import snapshot

FOLDER = os.environ.get("MXSHOP_CATALOGUES")
if not FOLDER:
    pytest.skip(
        "not tried: MXSHOP_CATALOGUES names no folder of real_catalogue and course_catalogue",
        allow_module_level=True,
    )
REAL, COURSE = Path(FOLDER) / "real_catalogue", Path(FOLDER) / "course_catalogue"

pytestmark = pytest.mark.django_db

NUMBERS = {"Regions": 3231, "Categories": 93, "Brands": 49, "Goods": 239, "SKUs": 244, "Reviews": 994}
COURSE_NUMBERS = {"Categories": 120, "Goods": 52, "SKUs": 52}
MENDED = 170  # details whose styles and private attributes were taken out
COURSE_MENDED = 52  # goods without stock and without picture files


def created(numbers: dict[str, int], mended: int) -> dict[str, Counts]:
    return {
        kind: Counts(number, created=number, mended=mended if kind == "Goods" else 0)
        for kind, number in numbers.items()
    }


def unchanged(numbers: dict[str, int], mended: int) -> dict[str, Counts]:
    return {
        kind: Counts(number, unchanged=number, mended=mended if kind == "Goods" else 0)
        for kind, number in numbers.items()
    }


def outcome(result: Run) -> tuple[int, dict[str, Counts], list[str]]:
    assert result.accounts_for_every_row()
    return result.status, result.table, result.reasons


def test_both_load_whole_side_by_side_and_again_without_change(
    load: Loads, load_course: Loads, ledger_is_true: Callable[[], bool]
) -> None:
    assert outcome(load(REAL, "--dry-run")) == (0, created(NUMBERS, MENDED), [])
    assert outcome(load(REAL)) == (0, created(NUMBERS, MENDED), [])
    assert outcome(load_course(COURSE)) == (0, created(COURSE_NUMBERS, COURSE_MENDED), [])
    before = snapshot()

    for options in ([], ["--stock"], ["--dry-run"]):
        assert outcome(load(REAL, *options)) == (0, unchanged(NUMBERS, MENDED), [])
        assert outcome(load_course(COURSE, *options)) == (0, unchanged(COURSE_NUMBERS, COURSE_MENDED), [])

    assert snapshot() == before
    assert ledger_is_true()
    assert (Goods.objects.count(), Category.objects.count()) == (291, 213)


def test_a_zip_of_the_folder_is_the_same(load: Loads, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "real.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in REAL.iterdir():
            archive.write(path, f"real_catalogue/{path.name}")

    assert outcome(load(tmp_path / "real.zip")) == (0, created(NUMBERS, MENDED), [])
    assert outcome(load(REAL)) == (0, unchanged(NUMBERS, MENDED), [])


def test_what_was_mended_is_counted(load: Loads, load_course: Loads) -> None:
    real, course = load(REAL), load_course(COURSE)

    assert "Pictures kept as outside addresses: 2,494" in real.out
    assert [line.split()[0] for line in real.out.splitlines() if line.startswith("   ")][1:] == ["170", "2", "1"]
    assert "       52  No stock is given: opened with …." in course.out
    assert "       91  Pictures without an address were left out of “images”" in course.out


def test_every_stored_lowest_price_is_the_lowest(load: Loads, load_course: Loads) -> None:
    load(REAL)
    load_course(COURSE)
    before = snapshot()

    refresh_lowest_prices(goods_ids=list(Goods.objects.values_list("pk", flat=True)))

    assert snapshot() == before


def test_no_script_comes_in_with_the_details(load: Loads) -> None:
    load(REAL)

    assert not Goods.objects.filter(detail_html__iregex=r"<script|javascript:| on[a-z]+=| style=").exists()
