"""The catalogue in the back office: what staff may type, what only services write, and what is refused in words."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from xadmin.models import Log

from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.goods.models import (
    Banner,
    Goods,
    GoodsAttribute,
    GoodsImage,
    IndexAd,
    PriceChange,
    Sku,
    StockMovement,
)
from apps.goods.services import pricing
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory, GoodsImageFactory, SkuFactory
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db

GOODS = "/xadmin/goods/goods/"
SKUS = "/xadmin/goods/sku/"
PARTS = ("skus", "images", "attributes")


@pytest.fixture
def boss(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def form(goods: Goods | None = None, **typed: Any) -> dict[str, Any]:
    """The form of a goods as a browser would send it, with its SKUs as they are."""
    data: dict[str, Any] = {"name": "苹果", "market_price": "20.00", "position": 0, "is_on_sale": "on"}
    data["category"] = goods.category_id if goods else CategoryFactory().pk
    for part in PARTS:
        data |= {f"{part}-TOTAL_FORMS": 0, f"{part}-INITIAL_FORMS": 0}
    if goods:
        skus = list(goods.skus.all())
        data |= {"skus-TOTAL_FORMS": len(skus), "skus-INITIAL_FORMS": len(skus)}
        for number, sku in enumerate(skus):
            data |= row(number, id=sku.pk, goods=goods.pk, code=sku.code, price=sku.price, is_on_sale="on")
    return data | typed


def row(number: int, part: str = "skus", **typed: Any) -> dict[str, Any]:
    return {f"{part}-{number}-{name}": value for name, value in typed.items()}


def picture(name: str = "red.png") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def errors(response: Any) -> list[str]:
    assert response.status_code == 200
    found = [[group] if isinstance(group, str) else group for group in response.context["errors"]]
    return [str(message) for group in found for message in group]


def ledger(sku: Sku) -> list[tuple[int, str, str, int | None]]:
    return list(sku.movements.order_by("id").values_list("delta", "reason", "note", "actor_id"))


# -- Adding ----------------------------------------------------------------------------------------


def test_a_goods_is_added_with_skus_pictures_and_attributes(boss: Client, superuser: UserProfile) -> None:
    data = form(
        brand=BrandFactory().pk,
        detail_html='<p onclick="x()">红<script>alert(1)</script></p>',
        **{"skus-TOTAL_FORMS": 2, "images-TOTAL_FORMS": 2, "attributes-TOTAL_FORMS": 1},
        **row(0, code="A1", price="12.5", stock=7, specifications="颜色：红\n尺码: L", is_on_sale="on"),
        **row(1, code="A2", price="9.90", stock=0, specifications="", is_on_sale="on"),
        **row(0, "images", image=picture(), position=0),
        **row(1, "images", image_url="https://pictures.example/two.jpg", position=1),
        **row(0, "attributes", name="产地", value="烟台", position=0),
    )
    assert send(boss, f"{GOODS}add/", data).status_code == 302

    goods = Goods.objects.get()
    red, plain = goods.skus.order_by("code")
    assert (goods.name, goods.detail_html, goods.price) == ("苹果", "<p>红</p>", Decimal("9.90"))
    assert red.specifications == [{"name": "颜色", "value": "红"}, {"name": "尺码", "value": "L"}]
    assert (red.price, red.stock, plain.price, plain.stock) == (Decimal("12.50"), 7, Decimal("9.90"), 0)
    assert (ledger(red), ledger(plain)) == ([(7, "opening", "", superuser.pk)], [])
    assert [bool(image.image) for image in goods.images.all()] == [True, False]
    assert goods.attributes.get().value == "烟台"
    assert Log.objects.get().object_id == str(goods.pk)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "一件商品至少要有一个 SKU。"),
        (row(0, price="", stock=1), "该字段是必填项。"),
        (row(0, price="-1"), "价格须在 0 到 99999999.99 之间。"),
        (row(0, price="100000000"), "价格须在 0 到 99999999.99 之间。"),
        (row(0, price="NaN"), "输入一个数字。"),
        (row(0, price="1", stock=-1), "确保该值大于或等于0。"),
        (row(0, price="1", stock=10**12), "确保该值小于或等于999999。"),
        (row(0, price="1", specifications="红"), "请每行填写一项名称和值，例如“颜色：红色”。"),
        (row(0, price="1", specifications="a: 1\na: 2"), "规格名称不能重复。"),
        (row(0, price="1", image_url="javascript:alert(1)"), "请填写以 http://、https:// 或 / 开头的网址。"),
        ({**row(0, price="1"), "market_price": "-1"}, "价格须在 0 到 99999999.99 之间。"),
        (row(0, price="1", image=SimpleUploadedFile("x.svg", b"<svg onload=alert(1)>")), "这不是图片，或图片已损坏。"),
        (
            {**row(0, price="1"), "images-TOTAL_FORMS": 1, **row(0, "images", position=3)},
            "请选择图片，或填写图片网址。",
        ),
    ],
)
def test_what_cannot_be_sold_is_refused_in_words(boss: Client, typed: dict[str, Any], said: str) -> None:
    count = 1 if any(name.startswith("skus-0") for name in typed) else 0
    response = send(boss, f"{GOODS}add/", form(**{"skus-TOTAL_FORMS": count}, **typed))
    assert errors(response) == [said]
    assert [model.objects.exists() for model in (Goods, Sku, GoodsImage, StockMovement)] == [False] * 4


def test_nobody_adds_a_goods_without_the_right_to_add_its_skus() -> None:
    client = clerk("goods.add_goods", "goods.change_goods")
    assert client.get(f"{GOODS}add/").status_code == 403
    assert send(client, f"{GOODS}add/", form()).status_code == 403
    assert not Goods.objects.exists()


def test_the_rights_to_add_are_enough_to_add() -> None:
    client = clerk("goods.add_goods", "goods.add_sku")
    data = form(**{"skus-TOTAL_FORMS": 1}, **row(0, price="3", stock=2, is_on_sale="on"))
    assert send(client, f"{GOODS}add/", data).status_code == 302
    assert Goods.objects.get().skus.get().stock == 2


# -- Prices ----------------------------------------------------------------------------------------


def test_a_price_changed_on_the_goods_page_is_recorded(boss: Client, superuser: UserProfile) -> None:
    cheap = SkuFactory(price=Decimal("10.00"))
    goods = cheap.goods
    dear = SkuFactory(goods=goods, price=Decimal("30.00"))
    data = form(goods, **row(0, price="25.00"))
    assert send(boss, f"{GOODS}{goods.pk}/update/", data).status_code == 302

    change = PriceChange.objects.get()
    assert (change.sku, change.old_price, change.new_price) == (cheap, Decimal("10.00"), Decimal("25.00"))
    assert change.actor == superuser
    goods.refresh_from_db()
    assert goods.price == Decimal("25.00")
    assert [sku.price for sku in goods.skus.all()] == [Decimal("25.00"), dear.price]


def test_a_price_changed_on_the_skus_own_page_is_recorded(boss: Client, superuser: UserProfile) -> None:
    sku = SkuFactory(price=Decimal("10.00"))
    data = {"code": "X", "price": "8", "is_on_sale": "on", "specifications": ""}
    assert send(boss, f"{SKUS}{sku.pk}/update/", data).status_code == 302
    sku.refresh_from_db()
    assert (sku.code, sku.price, sku.goods.price) == ("X", Decimal("8.00"), Decimal("8.00"))
    assert PriceChange.objects.get().actor == superuser


def test_what_is_taken_off_sale_counts_no_more_for_the_lowest_price(boss: Client) -> None:
    cheap = SkuFactory(price=Decimal("10.00"))
    goods = cheap.goods
    SkuFactory(goods=goods, price=Decimal("30.00"))
    data = form(goods)
    del data["skus-0-is_on_sale"]
    send(boss, f"{GOODS}{goods.pk}/update/", data)
    goods.refresh_from_db()
    assert goods.price == Decimal("30.00")
    assert not PriceChange.objects.exists()

    act(boss, SKUS, "put_on_sale", cheap)
    goods.refresh_from_db()
    assert goods.price == Decimal("10.00")


# -- Stock -----------------------------------------------------------------------------------------


def test_a_new_sku_opens_its_stock_once(boss: Client, superuser: UserProfile) -> None:
    goods = GoodsFactory()
    data = {"goods": goods.pk, "code": "N", "price": "5", "stock": 4, "is_on_sale": "on", "specifications": ""}
    assert send(boss, f"{SKUS}add/", data).status_code == 302
    sku = Sku.objects.get()
    assert (sku.stock, ledger(sku)) == (4, [(4, "opening", "", superuser.pk)])
    goods.refresh_from_db()
    assert goods.price == Decimal("5.00")


def _by_the_form(client: Client, sku: Sku) -> Any:
    return send(client, f"{SKUS}{sku.pk}/update/", {"price": sku.price, "is_on_sale": "on", "stock": 99})


def _by_the_inline(client: Client, sku: Sku) -> Any:
    return send(client, f"{GOODS}{sku.goods_id}/update/", form(sku.goods, **row(0, stock=99, code="NEW")))


def _by_a_patch(client: Client, sku: Sku) -> Any:
    return send(client, f"{SKUS}{sku.pk}/patch/", {"stock": 99})


def _by_a_patch_of_something_else(client: Client, sku: Sku) -> Any:
    return send(client, f"{GOODS}{sku.goods_id}/patch/", {"is_new": "on", "stock": 99, "skus-0-stock": 99})


def _by_the_quick_form(client: Client, sku: Sku) -> Any:
    return send(client, f"{SKUS}{sku.pk}/update/?_ajax=1&_field=stock", {"stock": 99})


def _by_a_batch(client: Client, sku: Sku) -> Any:
    return act(client, SKUS, "change_selected", sku, _batch_change_fields="stock", stock=99)


def _by_another_opening(client: Client, sku: Sku) -> Any:
    data = form(sku.goods, **{"skus-INITIAL_FORMS": 0}, **row(0, id="", stock=99))
    return send(client, f"{GOODS}{sku.goods_id}/update/", data)


def _by_saving_as_new(client: Client, sku: Sku) -> Any:
    data = {"_saveasnew": 1, "goods": sku.goods_id, "price": sku.price, "stock": 99, "is_on_sale": "on"}
    return send(client, f"{SKUS}{sku.pk}/update/", data)


@pytest.mark.parametrize(
    "way",
    [
        _by_the_form,
        _by_the_inline,
        _by_a_patch,
        _by_a_patch_of_something_else,
        _by_the_quick_form,
        _by_a_batch,
        _by_another_opening,
        _by_saving_as_new,
    ],
)
def test_nobody_types_over_a_stock(boss: Client, way: Any) -> None:
    sku = SkuFactory(stock=10)
    assert way(boss, sku).status_code < 500
    sku.refresh_from_db()
    assert (sku.stock, [entry[:2] for entry in ledger(sku)]) == (10, [(10, "opening")])


@pytest.mark.parametrize("address", [f"{SKUS}{{sku}}/update/", f"{GOODS}{{goods}}/update/"])
def test_the_stock_that_is_there_is_shown_but_is_no_input(boss: Client, address: str) -> None:
    sku = SkuFactory(stock=4711)
    shown = page(boss, address.format(sku=sku.pk, goods=sku.goods_id))
    inputs = [part.split(">")[0] for part in shown.split("<input") if 'value="4711"' in part.split(">")[0]]
    assert [" disabled" in field for field in inputs] == [True]


def test_stock_is_adjusted_for_a_reason(boss: Client, superuser: UserProfile) -> None:
    one, other = SkuFactory(stock=10), SkuFactory(stock=2)
    asked = act(boss, SKUS, "adjust_stock", one, other, delta="", note="")
    assert asked.status_code == 200
    assert 'name="delta"' in asked.content.decode()

    assert act(boss, SKUS, "adjust_stock", one, other, delta=-2, note="受潮").status_code == 302
    assert ledger(one)[1:] == [(-2, "adjustment", "受潮", superuser.pk)]
    assert ledger(other)[1:] == [(-2, "adjustment", "受潮", superuser.pk)]
    assert sorted(Sku.objects.values_list("stock", flat=True)) == [0, 8]
    assert sorted(Log.objects.values_list("object_id", flat=True)) == sorted([str(one.pk), str(other.pk)])
    assert "调整库存：已完成 2 项。" in page(boss, SKUS)


def test_an_adjustment_is_all_or_nothing_and_tells_of_each_that_refused(boss: Client) -> None:
    plenty, scarce = SkuFactory(stock=10, code="甲"), SkuFactory(stock=2, code="乙")
    response = act(boss, SKUS, "adjust_stock", plenty, scarce, delta=-3, note="受潮")
    assert response.status_code == 200
    said = response.content.decode()
    assert f"{scarce.goods.name} 乙：仅剩 2 件。" in said
    assert 'value="-3"' in said
    assert sorted(Sku.objects.values_list("stock", flat=True)) == [2, 10]
    assert StockMovement.objects.count() == 2
    assert not Log.objects.exists()


@pytest.mark.parametrize("answers", [{"delta": 0, "note": "x"}, {"delta": 1, "note": " "}, {"delta": "x", "note": "x"}])
def test_an_adjustment_without_number_or_reason_is_asked_again(boss: Client, answers: dict[str, Any]) -> None:
    sku = SkuFactory(stock=10)
    assert act(boss, SKUS, "adjust_stock", sku, **answers).status_code == 200
    assert ledger(sku) == [(10, "opening", "", None)]


def test_adjusting_takes_the_right_to_write_the_ledger() -> None:
    sku = SkuFactory(stock=10)
    client = clerk("goods.view_sku", "goods.change_sku", "goods.view_stockmovement")
    assert "adjust_stock" not in page(client, SKUS)
    assert act(client, SKUS, "adjust_stock", sku, delta=1, note="x").status_code == 403
    assert ledger(sku) == [(10, "opening", "", None)]

    keeper = clerk("goods.view_sku", "goods.add_stockmovement")
    assert act(keeper, SKUS, "adjust_stock", sku, delta=1, note="x").status_code == 302
    sku.refresh_from_db()
    assert sku.stock == 11


# -- Goods and SKUs stay -----------------------------------------------------------------------------


@pytest.mark.parametrize("address", [GOODS, SKUS])
def test_goods_and_skus_are_never_deleted(boss: Client, address: str) -> None:
    sku = SkuFactory(stock=0)  # nothing else would hold on to it
    SkuFactory(goods=sku.goods, stock=0)
    row = sku if address == SKUS else sku.goods
    assert boss.get(f"{address}{row.pk}/delete/").status_code == 403
    assert send(boss, f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert act(boss, address, "delete_selected", row).status_code == 403
    send(boss, f"{GOODS}{sku.goods_id}/update/", form(sku.goods, **{"skus-0-DELETE": "on"}))
    assert Sku.objects.count() == 2


def test_a_sku_stays_with_its_goods(boss: Client) -> None:
    sku = SkuFactory()
    data = {"goods": GoodsFactory().pk, "code": "B", "price": sku.price, "is_on_sale": "on"}
    assert send(boss, f"{SKUS}{sku.pk}/update/", data).status_code == 302
    assert Sku.objects.get().goods == sku.goods


# -- Lists -----------------------------------------------------------------------------------------


def test_goods_are_put_on_sale_and_taken_off_in_the_list(boss: Client) -> None:
    one, other = GoodsFactory(), GoodsFactory()
    assert act(boss, GOODS, "take_off_sale", one, other).status_code == 302
    assert Goods.objects.on_sale().count() == 0
    act(boss, GOODS, "put_on_sale", one)
    assert Goods.objects.on_sale().get() == one
    assert Log.objects.filter(action_flag="change").count() == 3


def test_switching_takes_the_right_to_change() -> None:
    goods = GoodsFactory()
    assert act(clerk("goods.view_goods"), GOODS, "take_off_sale", goods).status_code == 403
    assert Goods.objects.on_sale().exists()


def test_goods_are_found(boss: Client) -> None:
    top = CategoryFactory(name="水果")
    below = CategoryFactory(name="苹果类", parent=top)
    goods = GoodsFactory(name="红富士", number="H-1", keywords="脆", category=below)
    SkuFactory(goods=goods, code="KG-5", stock=3)
    GoodsFactory(name="香蕉")
    for query in ("_q_=富士", "_q_=H-1", "_q_=脆", "_q_=KG-5", f"_p_category__id__exact={top.pk}", "_p_price__gt=9"):
        assert listed(boss, GOODS, query, "name") == ["红富士"], query
    assert listed(boss, GOODS, "o=stock_sum", "name") == ["香蕉", "红富士"]
    assert listed(boss, GOODS, "o=-stock_sum", "stock_sum") == ["3", "0"]


LISTS = [
    "goods", "sku", "category", "brand", "banner", "indexad", "stockmovement", "pricechange", "goodsimage",
    "goodsattribute",
]  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_same_number_of_queries_however_long_it_is(
    boss: Client, superuser: UserProfile, name: str
) -> None:
    counts = []
    page(boss, f"/xadmin/goods/{name}/")  # content types are fetched once
    for _ in range(2):
        for _ in range(3):
            sku = SkuFactory(goods__brand=BrandFactory())
            GoodsImageFactory(goods=sku.goods)
            GoodsAttribute.objects.create(goods=sku.goods, name="产地", value="烟台")
            Banner.objects.create(goods=sku.goods, image="banners/one.png")
            IndexAd.objects.create(goods=sku.goods, category=sku.goods.category)
            pricing.set_price(sku=sku, price=Decimal("1.00"), actor_id=superuser.pk)
        with CaptureQueriesContext(connection) as queries:
            page(boss, f"/xadmin/goods/{name}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize("address", [f"{GOODS}{{goods}}/detail/", f"{SKUS}{{sku}}/detail/"])
def test_specifications_are_read_as_the_shop_shows_them(boss: Client, address: str) -> None:
    sku = SkuFactory(specifications=[{"name": "颜色", "value": "红"}, {"name": "尺码", "value": "L"}])
    shown = page(boss, address.format(goods=sku.goods_id, sku=sku.pk))
    assert "红 / L" in shown
    assert "&#x27;name&#x27;" not in shown


def test_edits_in_the_list_are_for_the_two_flags(boss: Client) -> None:
    goods = GoodsFactory()
    assert send(boss, f"{GOODS}{goods.pk}/patch/", {"is_hot": "on"}).json()["result"] == "success"
    assert send(boss, f"{GOODS}{goods.pk}/patch/", {"name": "x", "price": 1, "sold_count": 9}).status_code == 403
    goods.refresh_from_db()
    assert (goods.is_hot, goods.name == "x", goods.sold_count) == (True, False, 0)
