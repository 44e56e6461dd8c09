"""Names of an address become a region where they fit, and nothing where they don't."""

import pytest

from apps.regions.models import Region
from apps.regions.services.lookup import (
    cities_at_the_start,
    find_region,
    find_region_of_address,
    lies_in,
    name_of_region,
    regions_for,
)

PROVINCE, CITY, DISTRICT = Region.Kind.PROVINCE, Region.Kind.CITY, Region.Kind.DISTRICT

ROWS = [
    (110000, "北京市", PROVINCE, None),
    (110100, "市辖区", CITY, (110000, PROVINCE)),
    (110101, "东城区", DISTRICT, (110100, CITY)),
    (130000, "河北省", PROVINCE, None),
    (130200, "唐山市", CITY, (130000, PROVINCE)),
    (130202, "路南区", DISTRICT, (130200, CITY)),
    (130203, "路北区", DISTRICT, (130200, CITY)),
    (230000, "黑龙江省", PROVINCE, None),
    (230100, "哈尔滨市", CITY, (230000, PROVINCE)),
    (230102, "道里区", DISTRICT, (230100, CITY)),
    (220000, "吉林省", PROVINCE, None),
    (220200, "吉林市", CITY, (220000, PROVINCE)),
    (220202, "昌邑区", DISTRICT, (220200, CITY)),
    (230104, "道外区", DISTRICT, (230100, CITY)),
    (330000, "浙江省", PROVINCE, None),
    (330100, "杭州市", CITY, (330000, PROVINCE)),
    (330106, "西湖区", DISTRICT, (330100, CITY)),
    (330127, "淳安县", DISTRICT, (330100, CITY)),
    (331000, "台州市", CITY, (330000, PROVINCE)),
    (331004, "路桥区", DISTRICT, (331000, CITY)),
    (360000, "江西省", PROVINCE, None),
    (360100, "南昌市", CITY, (360000, PROVINCE)),
    (360103, "西湖区", DISTRICT, (360100, CITY)),
    (410000, "河南省", PROVINCE, None),
    (430000, "湖南省", PROVINCE, None),
    (431100, "永州市", CITY, (430000, PROVINCE)),
    (431124, "道县", DISTRICT, (431100, CITY)),
    (441900, "东莞市", CITY, (440000, PROVINCE)),
    (441900, "东莞市", DISTRICT, (441900, CITY)),
    (440000, "广东省", PROVINCE, None),
    (460000, "海南省", PROVINCE, None),
    (469000, "省直辖县级行政区划", CITY, (460000, PROVINCE)),
    (469001, "五指山市", DISTRICT, (469000, CITY)),
    (500000, "重庆市", PROVINCE, None),
    (500100, "市辖区", CITY, (500000, PROVINCE)),
    (500103, "渝中区", DISTRICT, (500100, CITY)),
    (500200, "县", CITY, (500000, PROVINCE)),
    (500229, "城口县", DISTRICT, (500200, CITY)),
    (650000, "新疆维吾尔自治区", PROVINCE, None),
    (650100, "乌鲁木齐市", CITY, (650000, PROVINCE)),
]


@pytest.fixture(autouse=True)
def regions(db: None) -> None:
    rows = {(code, kind): Region.objects.create(code=code, name=name, kind=kind) for code, name, kind, _ in ROWS}
    for code, _name, kind, parent in ROWS:
        rows[code, kind].parent = rows[parent] if parent else None
        rows[code, kind].save()


@pytest.mark.parametrize(
    ("names", "code", "kind"),
    [
        (("浙江省", "杭州市", "西湖区"), 330106, DISTRICT),
        (("浙江", "杭州", "西湖"), 330106, DISTRICT),
        (("江西省", "南昌市", "西湖区"), 360103, DISTRICT),
        (("浙江", "杭州", "淳安"), 330127, DISTRICT),
        (("浙江省", "杭州市", ""), 330100, CITY),
        (("浙江省", "", ""), 330000, PROVINCE),
        (("新疆", "乌鲁木齐", ""), 650100, CITY),
        (("北京市", "北京市", "东城区"), 110101, DISTRICT),
        (("北京", "北京", "东城"), 110101, DISTRICT),
        (("北京市", "市辖区", "东城区"), 110101, DISTRICT),
        (("北京市", "", "东城区"), 110101, DISTRICT),
        (("北京市", "东城区", ""), 110101, DISTRICT),
        (("北京市", "北京市", ""), 110000, PROVINCE),
        (("重庆市", "重庆市", "渝中区"), 500103, DISTRICT),
        (("重庆市", "重庆市", "城口县"), 500229, DISTRICT),
        (("重庆市", "县", "城口县"), 500229, DISTRICT),
        (("海南省", "省直辖县级行政区划", "五指山市"), 469001, DISTRICT),
        (("海南省", "五指山市", "五指山市"), 469001, DISTRICT),
        (("海南省", "五指山市", ""), 469001, DISTRICT),
        (("广东省", "东莞市", ""), 441900, CITY),
        (("广东省", "东莞市", "东莞市"), 441900, DISTRICT),
    ],
)
def test_names_that_fit(names: tuple[str, str, str], code: int, kind: Region.Kind) -> None:
    province, city, district = names
    region = find_region(province=province, city=city, district=district)
    assert region is not None
    assert (region.code, region.kind) == (code, kind)


@pytest.mark.parametrize(
    "names",
    [
        ("", "", ""),
        ("", "杭州市", "西湖区"),
        ("火星省", "杭州市", "西湖区"),
        ("浙江省", "南昌市", "西湖区"),
        ("浙江省", "杭州市", "东城区"),
        ("浙江省", "浙江省", "西湖区"),
        ("浙江省", "", "西湖区"),
        ("上海市", "上海市", "黄浦区"),
    ],
)
def test_names_that_do_not_fit(names: tuple[str, str, str]) -> None:
    province, city, district = names
    assert find_region(province=province, city=city, district=district) is None


def test_at_most_three_queries(django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(3):
        find_region(province="海南", city="五指山")


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("浙江省杭州市西湖区文三路1号", 330106, DISTRICT),
        ("浙江 杭州 西湖 文三路1号", 330106, DISTRICT),
        ("江西省南昌市西湖区", 360103, DISTRICT),
        ("浙江省杭州市某新区1号", 330100, CITY),
        ("浙江省某市", 330000, PROVINCE),
        ("北京市东城区长安街1号", 110101, DISTRICT),
        ("北京市北京市东城区长安街1号", 110101, DISTRICT),
        ("北京市市辖区东城区长安街1号", 110101, DISTRICT),
        ("重庆市重庆市城口县", 500229, DISTRICT),
        ("广东省东莞市东莞市", 441900, DISTRICT),
        ("海南省五指山市1号", 469001, DISTRICT),
        ("新疆乌鲁木齐市", 650100, CITY),
        ("黑龙江省哈尔滨道里区中央大街1号", 230102, DISTRICT),
        ("吉林省吉林市昌邑区1号", 220202, DISTRICT),
        ("吉林市昌邑区1号", 220202, DISTRICT),
        ("吉林昌邑区1号", 220000, PROVINCE),
        ("黑龙江省哈尔滨道外区1号", 230104, DISTRICT),
        ("浙江省台州路桥区1号", 331004, DISTRICT),
        ("河北唐山路北区1号", 130203, DISTRICT),
        ("河北唐山路南区1号", 130202, DISTRICT),
        ("湖南省永州道县1号", 431124, DISTRICT),
    ],
)
def test_an_address_in_one_string_begins_with_its_region(text: str, code: int, kind: str) -> None:
    found = find_region_of_address(text)
    assert found is not None
    assert (found.code, found.kind) == (code, kind)


@pytest.mark.parametrize(
    "text", ["", "文三路1号", "西湖区文三路1号", "Hangzhou", "北京路1号", "江西中二路3号", "河南村3号"]
)
def test_an_address_that_begins_otherwise_has_no_region(text: str) -> None:
    assert find_region_of_address(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("浙江省杭州路1号", 330000), ("黑龙江省哈尔滨道1号", 230000), ("浙江省杭州西湖村1号", 330100)],
)
def test_a_street_or_a_village_that_is_called_after_a_place_is_not_in_it(text: str, code: int) -> None:
    found = find_region_of_address(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("杭州市西湖区文三路1号", [330100]),
        ("杭州西湖区文三路1号", [330100]),
        ("杭州，文三路1号", [330100]),
        ("杭州", [330100]),
        ("东莞市", [441900, 441900]),
        ("五指山市1号", [469001]),
        ("哈尔滨道外区1号", [230100]),
        ("永州道县1号", [431100]),
        ("杭州路1号", []),
        ("杭州公园", []),
        ("西湖区文三路1号", []),
        ("市辖区东城区", []),
        ("", []),
    ],
)
def test_a_city_at_the_start_is_found_and_what_is_called_after_one_is_not(text: str, codes: list[int]) -> None:
    assert [city.code for city in cities_at_the_start(text, regions_for(text))] == codes


def test_an_address_is_read_in_one_query(at_most_statements) -> None:
    with at_most_statements(1):
        find_region_of_address("浙江省杭州市西湖区文三路1号")


@pytest.mark.parametrize(
    ("code", "area", "lies"),
    [
        (330106, 330106, True), (330106, 330100, True), (330106, 330000, True), (330100, 330000, True),
        (330100, 330106, False), (330106, 360100, False), (330106, 360000, False), (330000, 330100, False),
    ],
)  # fmt: skip
def test_a_region_lies_in_itself_and_in_what_is_above(code: int, area: int, lies: bool) -> None:
    assert lies_in(code, area) is lies


@pytest.mark.parametrize(
    ("code", "name"),
    [(330106, "浙江省 杭州市 西湖区"), (330000, "浙江省"), (441900, "广东省 东莞市"), (999999, "")],
)
def test_a_region_is_named_with_what_it_lies_in(code: int, name: str) -> None:
    assert name_of_region(code) == name
