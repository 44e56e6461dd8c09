from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from apps.common.imports import Outcome, Verdict
from apps.goods.models import Brand, Category, Goods, GoodsAttribute, GoodsImage, PriceChange, Sku, StockMovement
from apps.goods.services import stock
from apps.goods.services.imports.brands import brand_keys, import_brands
from apps.goods.services.imports.goods import import_goods
from apps.goods.services.imports.rows import BrandRow, GoodsRow, SkuRow
from apps.goods.tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db

CREATED, UPDATED, UNCHANGED, REFUSED = Verdict


@pytest.fixture(autouse=True)
def category() -> Category:
    return CategoryFactory(source="test", source_key="c1")


RED = SkuRow(key="1", price=Decimal("9.90"), stock=5, specifications=(("颜色", "红"),))
BLUE = SkuRow(
    key="2", price=Decimal("8.80"), stock=7, specifications=(("颜色", "蓝"),), image_url="https://x.example/b.jpg"
)
CUP = GoodsRow(
    key="cup",
    name="杯子",
    category_key="c1",
    brief="又大又轻",
    keywords="杯,水杯",
    unit="只",
    number="C-1",
    detail_html='<p>好杯<script>alert(1)</script><img src="https://x.example/d.jpg"/></p>',
    market_price=Decimal("12.00"),
    is_new=True,
    position=3,
    attributes=(("材质", "瓷"), ("容量", "300ml")),
    picture_urls=("https://x.example/1.jpg", "https://x.example/2.jpg"),
    skus=(RED, BLUE),
)


def load(*rows: GoodsRow, **options: Any) -> list[Outcome]:
    categories = dict(Category.objects.filter(source="test").values_list("source_key", "pk"))
    return import_goods(rows=rows, source="test", categories=categories, brands=brand_keys(source="test"), **options)


def verdict(row: GoodsRow, **options: Any) -> tuple[Verdict, list[Verdict]]:
    [outcome] = load(row, **options)
    return outcome.verdict, list(outcome.parts)


def everything() -> list[list[dict[str, Any]]]:
    models = (Goods, Sku, GoodsAttribute, GoodsImage, StockMovement, PriceChange, Brand, Category)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@contextmanager
def nothing_changes() -> Iterator[None]:
    before = everything()
    yield
    assert everything() == before


def ledger_is_true() -> bool:
    return all(
        booked == sku_stock
        for booked, sku_stock in Sku.objects.annotate(booked=Sum("movements__delta", default=0)).values_list(
            "booked", "stock"
        )
    )


def test_a_goods_comes_with_all_that_belongs_to_it(category: Category) -> None:
    import_brands(rows=[BrandRow(key="b", name="好瓷")], source="test")

    assert verdict(replace(CUP, brand_key="b")) == (CREATED, [CREATED, CREATED])

    goods = Goods.objects.get()
    assert (goods.name, goods.category, goods.brand and goods.brand.name) == ("杯子", category, "好瓷")
    assert (goods.brief, goods.keywords, goods.unit, goods.number) == ("又大又轻", "杯,水杯", "只", "C-1")
    assert (goods.price, goods.market_price) == (Decimal("8.80"), Decimal("12.00"))
    assert (goods.is_on_sale, goods.is_new, goods.is_hot, goods.position) == (True, True, False, 3)
    assert goods.detail_html == '<p>好杯<img src="https://x.example/d.jpg"></p>'
    assert list(goods.attributes.values_list("name", "value")) == [("材质", "瓷"), ("容量", "300ml")]
    assert goods.picture_urls == ["https://x.example/1.jpg", "https://x.example/2.jpg"]
    assert list(goods.skus.values_list("source_key", "price", "stock", "specifications", "image_url")) == [
        ("1", Decimal("9.90"), 5, [{"name": "颜色", "value": "红"}], ""),
        ("2", Decimal("8.80"), 7, [{"name": "颜色", "value": "蓝"}], "https://x.example/b.jpg"),
    ]
    opened = StockMovement.objects.order_by("pk").values_list("sku__source_key", "delta", "reason", "reference")
    assert list(opened) == [("1", 5, "opening", "test"), ("2", 7, "opening", "test")]
    assert not PriceChange.objects.exists()


def test_the_same_row_again_changes_nothing() -> None:
    load(CUP)

    with nothing_changes():
        assert verdict(CUP) == (UNCHANGED, [UNCHANGED, UNCHANGED])


def test_markup_that_was_taken_out_is_reported() -> None:
    plain = replace(CUP, key="plain", detail_html="<p>好<br/></p>", skus=(replace(RED, key="3"),))

    outcomes = load(CUP, plain)

    assert [[str(repair) for repair in outcome.repairs] for outcome in outcomes] == [["详情中的标记已被清理。"], []]


def test_fields_follow_the_row_and_the_price_leaves_a_record() -> None:
    load(CUP)
    changed = replace(
        CUP,
        name="大杯子",
        is_on_sale=False,
        skus=(replace(RED, price=Decimal("7.00")), replace(BLUE, specifications=(("颜色", "深蓝"),))),
    )

    assert verdict(changed) == (UPDATED, [UPDATED, UPDATED])

    goods = Goods.objects.get()
    assert (goods.name, goods.is_on_sale, goods.price) == ("大杯子", False, Decimal("7.00"))
    assert list(PriceChange.objects.values_list("sku__source_key", "old_price", "new_price", "source")) == [
        ("1", Decimal("9.90"), Decimal("7.00"), "test")
    ]
    assert Sku.objects.get(source_key="2").specification_text == "深蓝"
    assert verdict(changed) == (UNCHANGED, [UNCHANGED, UNCHANGED])


def test_what_staff_changed_follows_the_row_again() -> None:
    load(CUP)
    Goods.objects.update(name="staff's name", is_hot=True)
    Sku.objects.filter(source_key="1").update(is_on_sale=False)

    assert verdict(CUP) == (UPDATED, [UPDATED, UNCHANGED])
    goods = Goods.objects.get()
    assert (goods.name, goods.is_hot, goods.price) == ("杯子", False, Decimal("8.80"))


def test_a_known_stock_is_not_touched() -> None:
    load(CUP)
    stock.take(quantities={Sku.objects.get(source_key="1").pk: 2}, reference="ORDER1")
    more = replace(CUP, skus=(replace(RED, stock=50), replace(BLUE, stock=0)))

    with nothing_changes():
        assert verdict(more) == (UNCHANGED, [UNCHANGED, UNCHANGED])


def test_a_known_stock_follows_when_it_is_asked_through_the_ledger() -> None:
    load(CUP)
    stock.take(quantities={Sku.objects.get(source_key="1").pk: 2}, reference="ORDER1")
    counted = replace(CUP, skus=(replace(RED, stock=50), replace(BLUE, stock=None)))

    assert verdict(counted, set_stock=True) == (UNCHANGED, [UPDATED, UNCHANGED])

    assert list(Sku.objects.order_by("pk").values_list("stock", flat=True)) == [50, 7]
    last = StockMovement.objects.latest("pk")
    assert (last.sku.source_key, last.delta, last.reason, last.reference) == ("1", 47, "import", "test")
    assert ledger_is_true()
    assert verdict(counted, set_stock=True) == (UNCHANGED, [UNCHANGED, UNCHANGED])


def test_a_missing_stock_is_opened_with_the_default_once() -> None:
    silent = replace(CUP, detail_html="", skus=(replace(RED, stock=None), BLUE))

    [outcome] = load(silent, default_stock=30)
    assert [(str(repair), repair.count) for repair in outcome.repairs] == [("未给出库存：按 30 开账。", 1)]
    assert list(Sku.objects.order_by("pk").values_list("stock", flat=True)) == [30, 7]

    [outcome] = load(silent, default_stock=99)
    assert (outcome.verdict, outcome.repairs) == (UNCHANGED, ())
    assert ledger_is_true()


def test_no_stock_opens_no_ledger() -> None:
    load(replace(CUP, skus=(replace(RED, stock=0),)))

    assert Sku.objects.get().stock == 0
    assert not StockMovement.objects.exists()


def test_a_sku_that_is_gone_goes_off_sale_and_comes_back() -> None:
    load(CUP)

    assert verdict(replace(CUP, skus=(RED,))) == (UPDATED, [UNCHANGED])
    assert list(Sku.objects.order_by("pk").values_list("is_on_sale", "stock")) == [(True, 5), (False, 7)]
    assert Goods.objects.get().price == Decimal("9.90")
    with nothing_changes():
        assert verdict(replace(CUP, skus=(RED,))) == (UNCHANGED, [UNCHANGED])

    assert verdict(CUP) == (UNCHANGED, [UNCHANGED, UPDATED])
    assert Goods.objects.get().price == Decimal("8.80")


def test_a_new_sku_joins_a_known_goods() -> None:
    load(replace(CUP, skus=(RED,)))

    assert verdict(CUP) == (UNCHANGED, [UNCHANGED, CREATED])
    assert Goods.objects.get().price == Decimal("8.80")
    assert ledger_is_true()


def test_attributes_and_pictures_follow_the_row_but_uploads_stay(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    load(CUP)
    goods = Goods.objects.get()
    upload = GoodsImage.objects.create(goods=goods, image=ContentFile(b"x", "own.jpg"), position=9)

    changed = replace(CUP, attributes=(("容量", "300ml"),), picture_urls=("https://x.example/2.jpg",))
    assert verdict(changed) == (UPDATED, [UNCHANGED, UNCHANGED])

    assert list(goods.attributes.values_list("name", "value")) == [("容量", "300ml")]
    assert goods.picture_urls == ["https://x.example/2.jpg", upload.image.url]
    assert verdict(changed) == (UNCHANGED, [UNCHANGED, UNCHANGED])


def test_a_row_that_names_something_unknown_is_refused_whole() -> None:
    load(CUP)
    rows = [
        replace(CUP, name="x", category_key="c404"),
        replace(CUP, key="new", brand_key="b404", skus=(replace(RED, key="8"),)),
        replace(CUP, key="thief", skus=(replace(RED, key="9"), replace(BLUE, key="2"))),
    ]

    with nothing_changes():
        outcomes = load(*rows)

    assert [str(outcome.reason) for outcome in outcomes] == [
        "没有分类“c404”。",
        "没有品牌“b404”。",
        "SKU“2”属于另一个商品。",
    ]
    assert [outcome.parts for outcome in outcomes] == [(REFUSED, REFUSED), (REFUSED,), (REFUSED, REFUSED)]


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    load(CUP)
    rows = [
        replace(
            CUP, name="x", attributes=(), skus=(replace(RED, price=Decimal(1)), replace(BLUE, key="3", stock=None))
        ),
        replace(CUP, key="new", skus=(replace(RED, key="8"),)),
        replace(CUP, key="bad", category_key="c404", skus=(replace(RED, key="9"),)),
    ]

    with nothing_changes():
        expected = load(*rows, set_stock=True, dry_run=True)

    assert load(*rows, set_stock=True) == expected
    assert [outcome.verdict for outcome in expected] == [UPDATED, CREATED, REFUSED]


def test_the_number_of_queries_does_not_grow_with_the_rows() -> None:
    def queries(keys: range, price: str) -> int:
        skus = {key: (replace(RED, key=f"s{key}", price=Decimal(price)),) for key in keys}
        with CaptureQueriesContext(connection) as captured:
            load(*(replace(CUP, key=f"g{key}", name=price, skus=skus[key]) for key in keys))
        return len(captured)

    assert queries(range(2), "1.00") == queries(range(2, 10), "1.00")
    assert queries(range(2), "2.00") == queries(range(2, 10), "2.00")


def test_brands_follow_the_rows() -> None:
    good = BrandRow(key="1", name="好瓷", desc="x", image_url="https://x.example/l.png", position=2)

    assert [outcome.verdict for outcome in import_brands(rows=[good], source="test", dry_run=True)] == [CREATED]
    assert not Brand.objects.exists()
    assert [outcome.verdict for outcome in import_brands(rows=[good], source="test")] == [CREATED]
    assert [outcome.verdict for outcome in import_brands(rows=[good], source="test")] == [UNCHANGED]
    assert [outcome.verdict for outcome in import_brands(rows=[replace(good, name="更好")], source="test")] == [UPDATED]
    assert list(Brand.objects.values_list("name", "desc", "image_url", "position")) == [
        ("更好", "x", "https://x.example/l.png", 2)
    ]
