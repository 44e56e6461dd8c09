"""The rest of the catalogue in the back office: the tree, brands, the home page, the ledgers."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.goods.models import Banner, Brand, Category, HotWord, IndexAd, PriceChange, StockMovement
from apps.goods.services import pricing
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory, SkuFactory
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db

CATEGORIES = "/xadmin/goods/category/"
BRANDS = "/xadmin/goods/brand/"
LEDGERS = ["/xadmin/goods/stockmovement/", "/xadmin/goods/pricechange/"]


@pytest.fixture
def boss(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def places() -> list[tuple[str, int, str]]:
    return sorted(Category.objects.values_list("name", "level", "path"))


# -- The tree --------------------------------------------------------------------------------------


def test_a_category_gets_its_place(boss: Client) -> None:
    top = CategoryFactory(name="水果")
    data = {"name": "苹果", "parent": top.pk, "position": 3, "is_tab": "on"}
    assert send(boss, f"{CATEGORIES}add/", data).status_code == 302
    below = Category.objects.get(name="苹果")
    assert (below.parent, below.level, below.path) == (top, 2, f"/{top.pk}/{below.pk}/")
    send(boss, f"{CATEGORIES}add/", {"name": "蔬菜", "position": 0})
    assert ("蔬菜", 1) in [place[:2] for place in places()]


def test_a_category_moves_with_everything_below_it(boss: Client) -> None:
    old, new = CategoryFactory(name="旧"), CategoryFactory(name="新")
    moved = CategoryFactory(name="中", parent=old)
    leaf = CategoryFactory(name="叶", parent=moved)
    data = {"name": "中", "parent": new.pk, "position": 0}
    assert send(boss, f"{CATEGORIES}{moved.pk}/update/", data).status_code == 302
    leaf.refresh_from_db()
    assert leaf.path == f"/{new.pk}/{moved.pk}/{leaf.pk}/"

    send(boss, f"{CATEGORIES}{moved.pk}/update/", data | {"parent": ""})
    leaf.refresh_from_db()
    assert (leaf.level, leaf.path) == (2, f"/{moved.pk}/{leaf.pk}/")


@pytest.mark.parametrize("below", ["itself", "its child"])
def test_a_loop_is_an_error_of_the_form(boss: Client, below: str) -> None:
    top = CategoryFactory(name="上")
    child = CategoryFactory(name="下", parent=top)
    before = places()
    parent = top if below == "itself" else child
    response = send(boss, f"{CATEGORIES}{top.pk}/update/", {"name": "新名", "parent": parent.pk, "position": 0})
    assert response.status_code == 200
    assert response.context["form"].errors == {"parent": ["分类不能移动到它自己的下级"]}
    assert places() == before


def test_a_tree_too_deep_is_an_error_of_the_form(boss: Client) -> None:
    deep = CategoryFactory(name="深")
    Category.objects.filter(pk=deep.pk).update(path="/" + "9" * 697 + "/")
    response = send(boss, f"{CATEGORIES}add/", {"name": "更深", "parent": deep.pk, "position": 0})
    assert response.context["form"].errors == {"parent": ["此处分类层级过深。"]}
    assert Category.objects.get() == deep


def test_a_place_is_not_written_around_the_service(boss: Client) -> None:
    one, other = CategoryFactory(), CategoryFactory()
    before = places()
    for written in ({"parent": other.pk}, {"path": "/1/"}, {"level": 7}):
        assert send(boss, f"{CATEGORIES}{one.pk}/patch/", written).status_code == 403
    send(boss, f"{CATEGORIES}{one.pk}/patch/", {"position": 7, "parent": other.pk, "path": "/1/"})
    assert places() == before
    assert Category.objects.get(position=7) == one


def test_the_tree_is_listed_as_a_tree_and_offered_by_full_names(boss: Client) -> None:
    top = CategoryFactory(name="水果")
    CategoryFactory(name="蔬菜")
    leaf = CategoryFactory(name="苹果", parent=top)
    assert [name.strip("\u3000") for name in listed(boss, CATEGORIES, field="place")] == ["水果", "苹果", "蔬菜"]
    assert f'<option value="{leaf.pk}">水果 / 苹果</option>' in page(boss, "/xadmin/goods/goods/add/")


def test_deleting_what_others_need_says_so(boss: Client) -> None:
    goods = GoodsFactory(brand=BrandFactory())
    for address, row in ((CATEGORIES, goods.category), (BRANDS, goods.brand)):
        shown = page(boss, f"{address}{row.pk}/delete/")
        assert goods.name in shown
        assert send(boss, f"{address}{row.pk}/delete/", {"post": "yes"}).status_code == 302
        assert "无法删除，仍被以下数据引用：商品。" in page(boss, f"{address}{row.pk}/delete/")
        assert act(boss, address, "delete_selected", row).status_code == 200
    assert (Category.objects.count(), Brand.objects.count()) == (1, 1)


def test_what_nobody_needs_is_deleted(boss: Client) -> None:
    assert send(boss, f"{BRANDS}{BrandFactory().pk}/delete/", {"post": "yes"}).status_code == 302
    assert send(boss, f"{CATEGORIES}{CategoryFactory().pk}/delete/", {"post": "yes"}).status_code == 302
    assert (Category.objects.count(), Brand.objects.count()) == (0, 0)


# -- The home page -----------------------------------------------------------------------------------


def picture() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(data, "PNG")
    return SimpleUploadedFile("red.png", data.getvalue(), "image/png")


def test_banners_hot_words_and_ads_are_kept(boss: Client) -> None:
    goods = GoodsFactory()
    banner = {"goods": goods.pk, "image": picture(), "position": 1, "is_shown": "on"}
    assert send(boss, "/xadmin/goods/banner/add/", banner).status_code == 302
    assert Banner.objects.shown().get().image.name.startswith("banners/")
    assert (
        send(boss, "/xadmin/goods/hotword/add/", {"word": "苹果", "position": 1, "is_shown": "on"}).status_code == 302
    )
    assert HotWord.objects.get().is_shown is True
    ad = {"category": goods.category_id, "goods": goods.pk}
    assert send(boss, "/xadmin/goods/indexad/add/", ad).status_code == 302
    assert IndexAd.objects.get().goods == goods
    for name in ("banner", "hotword", "indexad"):
        assert page(boss, f"/xadmin/goods/{name}/")


def test_a_second_banner_of_a_goods_and_an_ad_of_a_lower_category_are_refused(boss: Client) -> None:
    goods = GoodsFactory(category=CategoryFactory(parent=CategoryFactory()))
    banner = Banner.objects.create(goods=goods, image="banners/one.png")
    data: dict[str, Any] = {"goods": goods.pk, "image": picture(), "position": 1}
    response = send(boss, "/xadmin/goods/banner/add/", data)
    assert list(response.context["form"].errors) == ["goods"]
    response = send(boss, "/xadmin/goods/indexad/add/", {"goods": goods.pk, "category": goods.category_id})
    assert list(response.context["form"].errors) == ["category"]
    assert (Banner.objects.get(), IndexAd.objects.count()) == (banner, 0)


# -- The ledgers -------------------------------------------------------------------------------------


@pytest.fixture
def told(staff: UserProfile) -> None:
    sku = SkuFactory(code="KG-5", stock=3, goods__name="红富士")
    pricing.set_price(sku=sku, price=Decimal("9.00"), actor_id=staff.pk)
    SkuFactory(code="OTHER", stock=2)


@pytest.mark.parametrize("address", LEDGERS)
def test_the_ledgers_are_read_by_nobody_else_and_written_by_nobody(boss: Client, told: None, address: str) -> None:
    model: Any = StockMovement if "stock" in address else PriceChange
    row = model.objects.first()
    before = list(model.objects.values())
    assert clerk("goods.view_sku").get(address).status_code == 403
    assert listed(boss, address, "_q_=富士", "goods") == ["红富士"]
    assert "红富士" in page(boss, address)
    assert row.sku.code in page(boss, f"{address}{row.pk}/detail/")
    for path in ("add/", f"{row.pk}/update/", f"{row.pk}/delete/", f"{row.pk}/patch/"):
        assert boss.get(f"{address}{path}").status_code == 403, path
        assert send(boss, f"{address}{path}", {"delta": 5, "new_price": 5, "post": "yes"}).status_code == 403, path
    assert act(boss, address, "delete_selected", row).status_code == 403
    assert list(model.objects.values()) == before


def test_the_ledgers_tell_who_and_why(boss: Client, told: None) -> None:
    assert listed(boss, LEDGERS[0], "_p_reason__exact=opening&_q_=KG", "delta") == ["3"]
    assert listed(boss, LEDGERS[1], field="actor") == ["staff"]


# -- Exports -----------------------------------------------------------------------------------------


def test_a_list_is_exported_as_it_is_shown(boss: Client) -> None:
    SkuFactory(goods__name="=1+1", price=Decimal("9.90"), stock=4)
    export = boss.get("/xadmin/goods/goods/?_do_=export&export_type=csv&export_csv_header=on").content.decode()
    header, row = export.strip().splitlines()[:2]
    assert ("名称" in header, "库存" in header, "图片" in header) == (True, True, False)
    assert row.startswith('"\'=1+1"')
    assert '"4"' in row
