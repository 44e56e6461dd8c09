import pytest

from apps.common.imports import Verdict
from apps.regions.models import Region
from apps.regions.services.imports import RegionRow, import_regions

pytestmark = pytest.mark.django_db

CREATED, UPDATED, UNCHANGED, REFUSED = Verdict
PROVINCE, CITY, DISTRICT = Region.Kind.PROVINCE, Region.Kind.CITY, Region.Kind.DISTRICT

GUANGDONG = RegionRow(key="19", code=440000, kind=PROVINCE, name="广东省")
DONGGUAN = RegionRow(key="215", code=441900, kind=CITY, name="东莞市", parent_key="19")
# The standard lists a city without districts as the one district of itself, under the same number.
DONGGUAN_AGAIN = RegionRow(key="1999", code=441900, kind=DISTRICT, name="东莞市", parent_key="215")


def verdicts(*rows: RegionRow, dry_run: bool = False) -> list[Verdict]:
    return [outcome.verdict for outcome in import_regions(rows=rows, dry_run=dry_run)]


def regions() -> list[tuple[int, str, str, tuple[int, str] | None]]:
    return [
        (region.code, region.kind, region.name, (region.parent.code, region.parent.kind) if region.parent else None)
        for region in Region.objects.select_related("parent").order_by("pk")
    ]


def test_children_may_come_before_parents_and_a_code_twice() -> None:
    assert verdicts(DONGGUAN_AGAIN, DONGGUAN, GUANGDONG) == [CREATED] * 3

    assert regions() == [
        (440000, "province", "广东省", None),
        (441900, "city", "东莞市", (440000, "province")),
        (441900, "district", "东莞市", (441900, "city")),
    ]
    assert verdicts(GUANGDONG, DONGGUAN, DONGGUAN_AGAIN) == [UNCHANGED] * 3


def test_names_and_parents_follow_the_rows() -> None:
    verdicts(GUANGDONG, DONGGUAN)
    fujian = RegionRow(key="14", code=350000, kind=PROVINCE, name="福建省")
    moved = RegionRow(key="215", code=441900, kind=CITY, name="莞城市", parent_key="14")

    assert verdicts(moved, fujian) == [UPDATED, CREATED]
    assert regions()[1] == (441900, "city", "莞城市", (350000, "province"))


def test_what_has_no_place_is_refused_with_all_below() -> None:
    outcomes = import_regions(
        rows=[
            RegionRow(key="1", code=110100, kind=CITY, name="市辖区", parent_key="404"),
            RegionRow(key="2", code=110101, kind=DISTRICT, name="东城区", parent_key="1"),
            RegionRow(key="3", code=120100, kind=CITY, name="市辖区"),
            RegionRow(key="4", code=130000, kind=PROVINCE, name="河北省", parent_key="5"),
            RegionRow(key="5", code=140000, kind=PROVINCE, name="山西省"),
            RegionRow(key="6", code=140100, kind=DISTRICT, name="太原市", parent_key="5"),
            RegionRow(key="7", code=140200, kind=CITY, name="自己", parent_key="7"),
        ]
    )

    assert [str(outcome.reason or "") for outcome in outcomes] == [
        "没有行政区划“404”可作上级。",
        "上级未被接受。",
        "市或区县必须有上级。",
        "省不能放在省之下。",
        "",
        "区县不能放在省之下。",
        "市不能放在市之下。",
    ]
    assert regions() == [(140000, "province", "山西省", None)]


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    rows = [DONGGUAN_AGAIN, DONGGUAN, GUANGDONG]

    assert verdicts(*rows, dry_run=True) == [CREATED] * 3
    assert not Region.objects.exists()
