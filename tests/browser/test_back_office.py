"""A day in the back office, as staff see it."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django import Settings

from apps.goods.models import Goods, PriceChange
from apps.goods.tests.factories import CategoryFactory, GoodsFactory, SkuFactory
from apps.trade.tests.factories import a_paid_order
from apps.users.models import UserProfile
from apps.users.tests.factories import PASSWORD
from tests.browser.conftest import shot

pytestmark = pytest.mark.browser

GOODS = "/xadmin/goods/goods/"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    """Uploads go to a folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def office(page: Page, superuser: UserProfile) -> Page:
    log_in(page, superuser.username)
    return page


def log_in(page: Page, name: str) -> None:
    page.goto("/xadmin/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("#logout-form")).to_be_visible()


def picture(colour: str) -> Any:
    data = io.BytesIO()
    Image.new("RGB", (120, 120), colour).save(data, "PNG")
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": data.getvalue()}


def choose(page: Page, field: str, option: str) -> None:
    """Choose from one of xadmin's boxes, which hides the select that it stands for."""
    page.click(f"#div_id_{field} .selectize-input")
    page.click(f"#div_id_{field} .selectize-dropdown-content >> text={option}")


def act(page: Page, action: str, *, rows: int) -> None:
    """Choose the first rows of the list and one of its actions."""
    for number in range(rows):
        page.locator("input.action-select").nth(number).check()
    page.click(".form-actions .dropdown-toggle")
    page.click(f".form-actions .dropdown-menu >> text={action}")


def save(page: Page) -> None:
    page.click("button[name=_save]:visible")
    expect(page.locator(".alert-success")).to_be_visible()


def test_a_day_with_goods(office: Page) -> None:
    CategoryFactory(name="苹果", parent=CategoryFactory(name="水果"))
    shot(office, "1-first-page")

    add_goods(office)
    shot(office, "3-goods-added")
    find_goods(office)
    shot(office, "4-goods-found")
    change_price(office)
    shot(office, "5-price-changed")
    take_off_sale(office)
    shot(office, "6-taken-off-sale")
    adjust_stock(office)
    shot(office, "8-stock-adjusted")
    export(office)
    log_out(office)


def add_goods(page: Page) -> None:
    page.goto(f"{GOODS}add/")
    page.fill("#id_name", "红富士苹果")
    choose(page, "category", "水果 / 苹果")
    page.fill("#id_market_price", "20")
    page.fill("#id_skus-0-code", "APPLE-5")
    page.fill("#id_skus-0-specifications", "净重：5 斤")
    page.fill("#id_skus-0-price", "39.9")
    page.fill("#id_skus-0-stock", "30")
    page.click("#skus-add-row .icon")
    page.fill("#id_skus-1-code", "APPLE-10")
    page.fill("#id_skus-1-specifications", "净重：10 斤")
    page.fill("#id_skus-1-price", "69.9")
    page.fill("#id_skus-1-stock", "12")
    for number, colour in enumerate(["red", "green"]):
        page.click("#images-add-row .icon")
        page.set_input_files(f"#id_images-{number}-image", picture(colour))
        page.fill(f"#id_images-{number}-position", str(number))
    shot(page, "2-goods-typed")
    save(page)

    goods = Goods.objects.get()
    assert [(sku.code, sku.stock, str(sku.price)) for sku in goods.skus.all()] == [
        ("APPLE-5", 30, "39.90"),
        ("APPLE-10", 12, "69.90"),
    ]
    assert goods.images.count() == 2


def find_goods(page: Page) -> None:
    GoodsFactory(name="香蕉")
    page.goto(GOODS)
    expect(page.locator(".results tbody tr")).to_have_count(2)
    page.fill("#searchbar", "富士")
    page.press("#searchbar", "Enter")
    expect(page.locator(".results tbody tr")).to_have_count(1)
    row = page.locator(".results tbody tr")
    expect(row).to_contain_text("红富士苹果")
    expect(row).to_contain_text("39.90")
    expect(row).to_contain_text("42")  # in stock, of both SKUs
    assert row.locator("img.picture-cell").evaluate("image => image.naturalWidth") == 120


def change_price(page: Page) -> None:
    page.click(".results tbody >> text=红富士苹果")
    expect(page.locator("#id_skus-0-stock")).to_be_disabled()
    page.fill("#id_skus-0-price", "35")
    save(page)
    expect(page.locator(".results tbody tr").first).to_contain_text("35.00")
    change = PriceChange.objects.get()
    assert (str(change.old_price), str(change.new_price), change.actor.username) == ("39.90", "35.00", "root")


def take_off_sale(page: Page) -> None:
    page.goto(f"{GOODS}?_q_=香蕉")
    act(page, "下架", rows=1)
    expect(page.locator(".alert-success")).to_contain_text("下架：已完成 1 项。")
    assert Goods.objects.get(name="香蕉").is_on_sale is False
    assert Goods.objects.get(name="红富士苹果").is_on_sale is True


def adjust_stock(page: Page) -> None:
    page.goto("/xadmin/goods/sku/")
    act(page, "调整库存", rows=2)
    page.fill("#id_delta", "-20")
    page.fill("#id_note", "受潮")
    page.click("form.exform button[type=submit]")
    expect(page.locator(".alert-danger")).to_contain_text("仅剩 12 件。")
    shot(page, "7-stock-refused")
    page.fill("#id_delta", "-2")
    page.click("form.exform button[type=submit]")
    expect(page.locator(".alert-success")).to_contain_text("调整库存：已完成 2 项。")
    assert [sku.stock for sku in Goods.objects.get(name="红富士苹果").skus.all()] == [28, 10]


def export(page: Page) -> None:
    page.goto(GOODS)
    page.click(".export .dropdown-toggle")
    page.click(".export .dropdown-menu >> text=CSV")
    with page.expect_download() as download:
        page.click("#export-modal-csv button[type=submit]")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "红富士苹果" in text
    assert '"35.00"' in text


def log_out(page: Page) -> None:
    page.goto("/xadmin/")
    page.click("#logout-form button")
    expect(page.locator("#logout-form")).to_have_count(0)
    page.goto(GOODS)
    expect(page.locator("input[name=password]")).to_be_visible()


def test_goods_are_searched_for_where_there_are_too_many_to_list(office: Page) -> None:
    GoodsFactory(name="红富士苹果")
    GoodsFactory(name="香蕉")
    office.goto("/xadmin/goods/banner/add/")
    office.locator("#div_id_goods .selectize-input input").press_sequentially("富士")
    office.keyboard.press("Shift")  # typed characters come without keys; an input method sends some
    office.click("#div_id_goods .selectize-dropdown-content >> text=富士苹果")
    office.set_input_files("#id_image", picture("blue"))
    save(office)
    expect(office.locator(".results tbody tr")).to_contain_text("红富士苹果")


def test_the_first_page_leads_to_what_waits(office: Page, alice: UserProfile) -> None:
    order = a_paid_order(alice)
    office.goto("/xadmin/")
    shot(office, "first-page-with-work")
    expect(office.locator(".latest tbody tr")).to_contain_text(order.number)
    office.click("#to-dos >> text=订单 · 待发货")
    expect(office.locator(".results tbody tr")).to_contain_text(order.number)


def test_a_goods_without_price_comes_back_with_what_was_typed(office: Page) -> None:
    CategoryFactory(name="水果")
    office.goto(f"{GOODS}add/")
    office.fill("#id_name", "红富士苹果")
    choose(office, "category", "水果")
    office.locator("#id_skus-0-price").evaluate("field => field.required = false")  # the browser would not even send it
    office.click("button[name=_save]:visible")
    expect(office.locator(".alert-danger").first).to_be_visible()
    expect(office.locator("#id_name")).to_have_value("红富士苹果")
    expect(office.locator("td.error")).to_contain_text("该字段是必填项。")
    assert not Goods.objects.exists()


def test_a_flag_is_switched_in_the_list(office: Page) -> None:
    goods = SkuFactory(goods__name="红富士苹果").goods
    office.goto(GOODS)
    office.locator(".editable-handler[data-editable-field=is_hot]").click()
    office.check(".editpop input[name=is_hot]")
    office.click(".editpop button[type=submit]")
    expect(office.locator(".editpop")).to_have_count(0)
    goods.refresh_from_db()
    assert goods.is_hot is True


def test_a_shoppers_password_is_set(office: Page, alice: UserProfile) -> None:
    office.goto(f"/xadmin/users/userprofile/{alice.pk}/update/")
    shot(office, "user")
    office.click("text=设置密码")
    office.fill("#id_password1", "another good one 9")
    office.fill("#id_password2", "another good one 9")
    office.click("input[type=submit]")
    expect(office.locator(".alert-success")).to_be_visible()
    alice.refresh_from_db()
    assert alice.check_password("another good one 9")
