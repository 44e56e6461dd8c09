"""Whatever a row holds: it is taken whole, mended with a reason, or refused with one."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from apps.goods.models import Brand, Category, Goods, Sku, StockMovement
from apps.regions.models import Region
from apps.user_operation.models import Review
from db_tools.tests.conftest import Loads
from db_tools.tests.runs import Counts, Run, sample_files, sample_rows, write_catalogue
from db_tools.tests.snapshots import snapshot

pytestmark = pytest.mark.django_db

CUP = {
    "id": 7, "name": "杯子", "category_id": 1, "skus": [{"id": 70, "price": "9.90", "stock": 5}],
}  # fmt: skip


def one_category(goods: list[Any] | bytes) -> dict[str, Any]:
    return {"categories.jsonl": [{"id": 1, "name": "茶具"}], "goods.jsonl": goods}


def sku(**values: object) -> dict[str, object]:
    return {"skus": [{"id": 70, "price": "9.90", "stock": 5, **values}]}


@pytest.fixture
def load_goods(load: Loads, tmp_path: Path) -> Any:
    def load_one(*goods: object) -> Run:
        return load(write_catalogue(tmp_path / "c", one_category(list(goods))))

    return load_one


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": None}, "“id” is missing."),
        ({"id": ""}, "“id” is empty, too long, or holds unprintable characters."),
        ({"id": "a\u0000b"}, "“id” is empty, too long, or holds unprintable characters."),
        ({"id": "x" * 501}, "“id” is empty, too long, or holds unprintable characters."),
        ({"id": True}, "“id” is neither a number nor a text."),
        ({"id": 1.5}, "“id” is neither a number nor a text."),
        ({"id": [7]}, "“id” is neither a number nor a text."),
        ({"name": None}, "“name” is empty."),
        ({"name": ""}, "“name” is empty."),
        ({"name": " \u200b\u3000"}, "“name” is empty."),
        ({"name": "\u0000"}, "“name” is empty."),
        ({"name": "长" * 121}, "“name” is longer than 120 characters."),
        ({"name": 7}, "“name” is not a text."),
        ({"name": "\ud83d"}, "“name” holds half a character."),
        ({"category_id": None}, "“category_id” is missing."),
        ({"category_id": 404}, "There is no category “404”."),
        ({"category_id": "Ä1"}, "There is no category “Ä1”."),
        ({"brand_id": 404}, "There is no brand “404”."),
        ({"goods_sn": "x" * 51}, "“goods_sn” is longer than 50 characters."),
        ({"unit": "x" * 21}, "“unit” is longer than 20 characters."),
        ({"brief": ["x"]}, "“brief” is not a text."),
        ({"is_on_sale": "yes"}, "“is_on_sale” is neither true nor false."),
        ({"is_new": 1}, "“is_new” is neither true nor false."),
        ({"sort_order": "3.0"}, "“sort_order” is not a whole number."),
        ({"sort_order": "三"}, "“sort_order” is not a whole number."),
        ({"sort_order": ""}, "“sort_order” is not a whole number."),
        ({"sort_order": 3.0}, "“sort_order” is not a whole number."),
        ({"sort_order": 2**31}, "“sort_order” is not between -2147483647 and 2147483647."),
        ({"market_price": "-1"}, "“market_price” is not a price: '-1'."),
        ({"shop_price": "abc"}, "“shop_price” is not a price: 'abc'."),
        ({"attributes": {}}, "“attributes” is not a list."),
        ({"attributes": ["x"]}, "“attributes[0]” is not an object."),
        ({"gallery": "x", "pic_url": 3}, "“pic_url” is not a list."),
        ({"detail_html": 3}, "“detail_html” is not a text."),
        ({"skus": None}, "A goods has 1 to 1000 SKUs."),
        ({"skus": []}, "A goods has 1 to 1000 SKUs."),
        ({"skus": [CUP["skus"][0]] * 1001}, "A goods has 1 to 1000 SKUs."),
        ({"skus": [CUP["skus"][0]] * 2}, "Two SKUs of the goods have the same id."),
        (
            {"skus": [CUP["skus"][0], CUP["skus"][0] | {"id": 71}]},
            "Two SKUs of the goods have the same specifications.",
        ),
        (
            {
                "specifications": [{"name": "颜色", "value": value} for value in ("红", "蓝")],
                "skus": [{"id": number, "price": "9", "specifications": ["红"]} for number in (70, 71)],
            },
            "Two SKUs of the goods have the same specifications.",
        ),
        ({"skus": "x"}, "“skus” is not a list."),
        (sku(id=None), "“skus[0].id” is missing."),
        (sku(price=None), "“skus[0].price” is missing."),
        (sku(price="NaN"), "“skus[0].price” is not a price: 'NaN'."),
        (sku(price="Infinity"), "“skus[0].price” is not a price: 'Infinity'."),
        (sku(price="-0.01"), "“skus[0].price” is not a price: '-0.01'."),
        (sku(price=-5), "“skus[0].price” is not a price: -5."),
        (sku(price="1e3"), "“skus[0].price” is not a price: '1e3'."),
        (sku(price="9.999"), "“skus[0].price” is not a price: '9.999'."),
        (sku(price=9.999), "“skus[0].price” is not a price: Decimal('9.999')."),
        (sku(price="100000000"), "“skus[0].price” is not a price: '100000000'."),
        (sku(price="1,299.00"), "“skus[0].price” is not a price: '1,299.00'."),
        (sku(price="٣"), "“skus[0].price” is not a price: '٣'."),
        (sku(price="9\u00009"), "“skus[0].price” is not a price: '9\\x009'."),
        (sku(price=""), "“skus[0].price” is not a price: ''."),
        (sku(price=True), "“skus[0].price” is not a price: True."),
        (sku(price=["9"]), "“skus[0].price” is not a price: ['9']."),
        (sku(stock=-1), "“skus[0].stock” is not between 0 and 2147483647."),
        (sku(stock=2**31), "“skus[0].stock” is not between 0 and 2147483647."),
        (sku(stock="５"), "“skus[0].stock” is not a whole number."),
        (sku(stock="-1"), "“skus[0].stock” is not between 0 and 2147483647."),
        (sku(stock="9" * 11), "“skus[0].stock” is not a whole number."),
        (sku(stock=1.5), "“skus[0].stock” is not a whole number."),
        (sku(stock=True), "“skus[0].stock” is not a whole number."),
        (sku(specifications=["红"]), "“skus[0].specifications” does not choose one value of each specification."),
        (
            {"specifications": [{"name": "颜色", "value": "红"}], **sku(specifications=["蓝"])},
            "“skus[0].specifications” has no “蓝” for “颜色”.",
        ),
        ({"specifications": [{"value": "红"}]}, "“specifications[0].name” is empty."),
    ],
)
def test_a_goods_that_cannot_be_used_is_refused_whole(load_goods: Any, change: dict[str, Any], reason: str) -> None:
    result = load_goods(CUP | change)

    assert (result.status, result.reasons) == (1, [reason])
    assert result.table["Goods"] == Counts(1, refused=1)
    listed = (CUP | change)["skus"]
    skus = len(listed) if isinstance(listed, list) else 0
    assert result.table["SKUs"] == Counts(skus, refused=skus)
    assert not Goods.objects.exists()
    assert not Sku.objects.exists()
    assert not StockMovement.objects.exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1, 2]", "It is not an object."),
        (b"7", "It is not an object."),
        (b"null", "It is not an object."),
        (b'"text"', "It is not an object."),
        (b'{"id": 7, "id": 8}', "The field “id” stands in it twice."),
        (b'{"id": NaN}', "NaN is not a number."),
        (b'{"id": -Infinity}', "-Infinity is not a number."),
        (b'{"id": 7', "This is not valid JSON: Expecting ',' delimiter: line 2 column 1 (char 9)."),
        (b"id=7", "This is not valid JSON: Expecting value: line 1 column 1 (char 0)."),
        (b'{"id": "a\0b"}', "It holds NUL bytes."),
        (b"\0" * 40, "It holds NUL bytes."),
        (b'{"a":' * 100_000, "It is nested too deep."),
        (b"[" * 100_000, "It is nested too deep."),
        (b'{"id": ' + b"9" * 5000 + b"}", "This is not valid JSON: Exceeds the limit (4300 digits) for integer string"),
        ('{"name": "杯子"}'.encode("gbk"), "This is not UTF-8 text. Save the file as UTF-8."),
        (b'{"name": "\xed\xa0\x80"}', "This is not UTF-8 text. Save the file as UTF-8."),
        (b'{"name": "' + b"x" * 3_000_000 + b'"}', "It is longer than 2 MiB."),
    ],
    ids=range(17),
)
def test_a_line_that_is_no_row_is_refused_and_the_next_is_read(
    load: Loads, tmp_path: Path, line: bytes, reason: str
) -> None:
    whole = json.dumps(CUP).encode()
    result = load(write_catalogue(tmp_path / "c", one_category(line + b"\n" + whole + b"\n")))

    assert [(row["line"], row["reason"][: len(reason)]) for row in result.refused] == [(1, reason)]
    assert result.table["Goods"] == Counts(2, created=1, refused=1, mended=0)
    assert Goods.objects.get().name == "杯子"


@pytest.mark.parametrize(
    ("change", "mended", "expected"),
    [
        ({"name": " 白\u0000瓷\n杯 "}, "Control characters were taken out of “name”.", {"name": "白瓷 杯"}),
        ({"brief": "短" * 501}, "“brief” was cut to 500 characters.", {"brief": "短" * 500}),
        ({"keywords": "词" * 201}, "“keywords” was cut to 200 characters.", {"keywords": "词" * 200}),
        (
            {"detail_html": '<p onclick="x()">好<script>x()</script></p>'},
            "The markup of the details was cleaned.",
            {"detail_html": "<p>好</p>"},
        ),
        (
            {"shop_price": "8.00"},
            "“shop_price” says 8.00, which no SKU costs; the SKUs' prices count.",
            {"price": Decimal("9.90")},
        ),
        (
            {"pic_url": "javascript:alert(1)"},
            "Pictures without an address were left out of “pic_url”; without any, the placeholder is shown.",
            {"picture_urls": ["/static/mxshop/placeholder.svg"]},
        ),
        (
            {"gallery": ["https://x.example/1.jpg", "http://", 'https://x.example/"onerror=', "x" * 501]},
            "Pictures without an address were left out of “gallery”; without any, the placeholder is shown.",
            {"picture_urls": ["https://x.example/1.jpg"]},
        ),
        (
            {"attributes": [{"name": "材质", "value": "瓷"}, {"name": "空", "value": " "}]},
            "“attributes” without a name or a value were left out.",
            {},
        ),
        (
            {"attributes": [{"name": "材质", "value": "瓷" * 501}]},
            "“attributes[0].value” was cut to 500 characters.",
            {},
        ),
        (sku(price="0.00"), "“skus[0].price” is 0: it is sold for nothing.", {"price": Decimal(0)}),
    ],
    ids=range(10),
)
def test_what_can_be_mended_is_mended_and_said(
    load_goods: Any, change: dict[str, Any], mended: str, expected: dict[str, Any]
) -> None:
    result = load_goods(CUP | change)

    assert (result.status, result.mendings) == (0, [mended])
    assert result.table["Goods"] == Counts(1, created=1, mended=1)
    goods = Goods.objects.get()
    assert {name: getattr(goods, name) for name in expected} == expected
    assert load_goods(CUP | change).table["Goods"] == Counts(1, unchanged=1, mended=1)


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("0", "0.00"),
        ("9.9", "9.90"),
        ("9.9000", "9.90"),
        (9.9, "9.90"),
        (9, "9.00"),
        ("￥9元", "9.00"),
        (" 99999999.99 ", "99999999.99"),
    ],
)
def test_prices_may_be_texts_or_numbers(load_goods: Any, price: object, expected: str) -> None:
    assert load_goods(CUP | sku(price=price)).status == 0
    assert Sku.objects.get().price == Decimal(expected)


def test_whole_numbers_may_be_texts(load: Loads, tmp_path: Path) -> None:
    files = sample_files()
    for region in files["regions.jsonl"]:
        region["code"] = str(region["code"])
    files["reviews.jsonl"][0]["star"] = " 4 "
    files["goods.jsonl"][0] |= {"sort_order": "-3"}
    files["goods.jsonl"][0]["skus"][0]["stock"] = "41"

    result = load(write_catalogue(tmp_path / "c", files))

    assert (result.status, result.reasons) == (0, [])
    assert Region.objects.get(name="浙江省").code == 330000
    assert Goods.objects.get(source_key="101").position == -3
    assert Sku.objects.get(source_key="1001").stock == 41
    assert Review.objects.get(source_key="1").rating == 4


def test_keys_that_differ_only_in_their_letters_are_two(load_goods: Any) -> None:
    """MariaDB compares without regard to case, accents and width."""
    keys = ["a1", "A1", "á1", "ａ1", "a1 x", "x" * 300, "x" * 301, "1/2", "~"]
    goods = [CUP | {"id": key, "skus": [{"id": key, "price": "1"}]} for key in keys]

    assert load_goods(*goods).table["Goods"] == Counts(len(keys), created=len(keys), mended=len(keys))
    assert load_goods(*goods).table["Goods"] == Counts(len(keys), unchanged=len(keys))


def test_an_id_that_stands_twice_belongs_to_the_first(load_goods: Any) -> None:
    result = load_goods(CUP, CUP | {"name": "另一个"}, CUP, dict(reversed(CUP.items())), CUP | {"id": "7"})

    assert result.table["Goods"] == Counts(5, created=1, unchanged=3, refused=1)
    assert result.table["SKUs"] == Counts(5, created=1, unchanged=3, refused=1)
    assert [(row["line"], row["reason"]) for row in result.refused] == [
        (2, "“7” stands in line 1 already, with other content.")
    ]
    assert Goods.objects.get().name == "杯子"


def test_a_row_that_repeats_a_refused_one_is_refused_too(load_goods: Any) -> None:
    lost = CUP | {"category_id": 404}

    result = load_goods(lost, lost)

    assert result.reasons == ["There is no category “404”.", "It repeats a row that was refused."]


def test_a_sku_belongs_to_one_goods(load_goods: Any) -> None:
    assert load_goods(CUP, CUP | {"id": 8}).reasons == ["“70” belongs to line 1 already."]
    before = snapshot()

    assert load_goods(CUP | {"id": 8}).reasons == ["SKU “70” belongs to another goods."]
    assert snapshot() == before


@pytest.mark.parametrize(
    ("name", "row", "reason"),
    [
        ("brands.jsonl", {"id": 1, "name": "x" * 61}, "“name” is longer than 60 characters."),
        ("brands.jsonl", {"id": 1, "name": "x", "floor_price": "x"}, "“floor_price” is not a price: 'x'."),
        ("categories.jsonl", {"id": 1, "name": ""}, "“name” is empty."),
        ("categories.jsonl", {"id": 1, "name": "x", "parent_id": 2}, "There is no category “2” to be its parent."),
        ("categories.jsonl", {"id": 1, "name": "x", "parent_id": "1"}, "Its parents lead back to the category itself."),
        ("categories.jsonl", {"id": 1, "name": "x", "is_tab": "x"}, "“is_tab” is neither true nor false."),
        ("reviews.jsonl", {"id": 1, "goods_id": 404, "star": 5}, "There is no goods “404”."),
        ("reviews.jsonl", {"id": 1, "goods_id": 404}, "“star” is missing."),
        ("reviews.jsonl", {"id": 1, "goods_id": 404, "star": 0}, "“star” is not between 1 and 5."),
        ("reviews.jsonl", {"id": 1, "goods_id": 404, "star": 6}, "“star” is not between 1 and 5."),
        (
            "regions.jsonl",
            {"id": 1, "name": "x", "type": "street", "code": 110000},
            "“type” is none of province, city, district.",
        ),
        (
            "regions.jsonl",
            {"id": 1, "name": "x", "type": "city", "code": 110100},
            "A city or a district needs a parent.",
        ),
        ("regions.jsonl", {"id": 1, "name": "x", "type": "province"}, "“code” is missing."),
        (
            "regions.jsonl",
            {"id": 1, "name": "x", "type": "province", "code": 11},
            "“code” is not between 100000 and 999999.",
        ),
        (
            "regions.jsonl",
            {"id": 1, "name": "x", "type": "province", "code": "11 00 00"},
            "“code” is not a whole number.",
        ),
    ],
)
def test_other_rows_that_cannot_be_used(load: Loads, tmp_path: Path, name: str, row: Any, reason: str) -> None:
    result = load(write_catalogue(tmp_path / "c", {name: [row]}))

    assert (result.status, result.reasons) == (1, [reason])
    assert not any(model.objects.exists() for model in (Region, Category, Brand, Review))


def test_a_region_that_stands_under_two_ids_belongs_to_the_first(load: Loads, tmp_path: Path) -> None:
    [province, *_] = sample_rows("regions.jsonl")
    rows = [province, province | {"id": 99, "name": "浙江"}]

    assert load(write_catalogue(tmp_path / "c", {"regions.jsonl": rows})).reasons == [
        "“province 330000” belongs to line 1 already."
    ]
    assert Region.objects.get().name == "浙江省"


def test_what_hangs_on_a_refused_row_is_refused_with_it(load: Loads, tmp_path: Path) -> None:
    files = sample_files()
    files["categories.jsonl"][1]["parent_id"] = 404  # 茶, above 绿茶

    result = load(write_catalogue(tmp_path / "c", files))

    assert sorted((row["kind"], row["key"], row["reason"]) for row in result.refused) == [
        ("category", "1", "There is no category “404” to be its parent."),
        ("category", "11", "Its parent was refused."),
        ("goods", "101", "There is no category “11”."),
        ("review", "1", "There is no goods “101”."),
        ("review", "2", "There is no goods “101”."),
    ]
    assert result.accounts_for_every_row()
