"""A visitor of an attached Vue shop, in both dialects, from the home page to a paid order."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from playwright.sync_api import Page, expect

from apps.goods.models import Goods, Sku
from apps.trade.models import Order, OrderStatus
from apps.users.models import UserProfile
from tests.browser.conftest import shot

pytestmark = pytest.mark.browser

STAND_IN = Path(__file__).parent / "stand_in" / "shop.js"
MOBILE = "13912345678"


@pytest.fixture(params=["classic", "modern"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(dialect: str, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a server with the sample shop, to which a built shop of this dialect was attached."""
    settings.MXSHOP_PUBLIC_URL = live_server.url  # where the sandbox's notification finds the shop
    settings.SMS_OUTBOX_FILE = tmp_path / "sms.jsonl"
    settings.SHOP_DIR = tmp_path / "shop"
    settings.SHOP_DIR.mkdir()
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static", settings.SHOP_DIR]
    finders.get_finder.cache_clear()
    bundle = tmp_path / "dist"
    bundle.mkdir()
    (bundle / settings.SHOP_ENTRY).write_text(f'var dialect = "{dialect}";\n{STAND_IN.read_text()}')
    call_command("attach_shop", str(bundle))
    call_command("make_sample_shop", verbosity=0)
    yield str(live_server.url)
    finders.get_finder.cache_clear()


def code_sent_to(mobile: str, outbox: Path) -> str:
    messages = [json.loads(line) for line in outbox.read_text().splitlines()]
    return str(next(message["code"] for message in reversed(messages) if message["mobile"] == mobile))


def on_page(page: Page, name: str) -> None:
    expect(page.locator("#page")).to_have_attribute("data-page", name)


def test_from_home_to_a_paid_order(shop: str, dialect: str, page: Page, settings: Any) -> None:
    page.goto(shop + "/")
    on_page(page, "home")
    assert page.locator("#sections article").count() > 0
    assert page.locator("#banners img").count() > 0
    shot(page, f"shop-{dialect}-home")

    sign_up(page, settings.SMS_OUTBOX_FILE)
    user = UserProfile.objects.get(mobile=MOBILE)

    goods = goods_in_stock()
    fill_cart(page, shop, goods, pieces=2)
    give_address(page)
    shot(page, f"shop-{dialect}-cart")
    page.locator("#pay").click()

    page.wait_for_url("**/sandbox/alipay/**")
    shot(page, f"shop-{dialect}-cashier")
    order = Order.objects.get(user=user)
    assert order.status == OrderStatus.PENDING_PAYMENT
    page.locator("button[type=submit]").click()

    on_page(page, "orders")
    assert page.url.startswith(f"{shop}/")
    expect(page.locator("#page li")).to_have_attribute("data-status", "TRADE_SUCCESS")
    shot(page, f"shop-{dialect}-orders")
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert order.total == goods.price * 2 == order.payments.get().amount

    page.locator("#page li a").click()
    on_page(page, "order")
    expect(page.locator("#recipient")).to_contain_text("李雷 13912345678 浙江省杭州市西湖区文三路 1 号")
    expect(page.locator("#cart-count")).to_have_text("0")


def sign_up(page: Page, outbox: Path) -> None:
    page.get_by_role("link", name="注册").click()
    on_page(page, "register")
    page.get_by_label("手机号码").fill(MOBILE)
    with page.expect_response("**/code/") as answer:
        page.locator("#send-code").click()
    assert answer.value.status == 201
    page.get_by_label("密码").fill("a long pass phrase")
    page.get_by_label("验证码").fill(f"{(int(code_sent_to(MOBILE, outbox)) + 1) % 10000:04}")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#error")).to_have_text("验证码错误")
    page.get_by_label("验证码").fill(code_sent_to(MOBILE, outbox))
    page.get_by_role("button", name="提交").click()
    on_page(page, "home")


def goods_in_stock() -> Goods:
    sku = Sku.objects.filter(stock__gt=10, goods__is_on_sale=True).order_by("pk")[0]
    return sku.goods


def fill_cart(page: Page, shop: str, goods: Goods, *, pieces: int) -> None:
    page.goto(f"{shop}/#/app/home/productDetail/{goods.pk}")
    on_page(page, "detail")
    expect(page.locator("#page h1")).to_have_text(goods.name)
    page.locator("#add").click()
    expect(page.locator("#cart-count")).to_have_text("1")
    page.get_by_role("link", name="购物车").click()
    on_page(page, "cart")
    for _ in range(pieces - 1):
        page.locator("button.plus").click()
    expect(page.locator("#page li b")).to_have_text(str(pieces))


def give_address(page: Page) -> None:
    fields = ["浙江省", "杭州市", "西湖区", "文三路 1 号", "李雷", "13912345678"]
    for label, value in zip(["省", "市", "区", "详细地址", "收货人", "电话"], fields, strict=True):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#address")).to_have_text("浙江省杭州市西湖区文三路 1 号")


def test_profile_favourites_and_messages(shop: str, page: Page, settings: Any) -> None:
    """What else the client's pages do: lists, search, the profile sent back whole, a message without a file."""
    page.goto(shop + "/index/?email=left-by-a-form")
    on_page(page, "home")
    sign_up(page, settings.SMS_OUTBOX_FILE)

    page.locator("nav a").first.click()
    on_page(page, "list")
    assert int(page.locator("#count").inner_text()) > 0
    page.locator("#hot-words a").first.click()
    on_page(page, "search")
    assert int(page.locator("#count").inner_text()) > 0

    page.locator("#page a.goods").first.click()
    on_page(page, "detail")
    with page.expect_response("**/userfavs/") as answer:
        page.locator("#favourite").click()
    assert answer.value.status == 201

    page.get_by_role("link", name="用户信息").click()
    on_page(page, "userinfo")
    expect(page.locator("#mobile")).to_have_text(MOBILE)
    page.get_by_label("邮箱").fill("lilei@example.com")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#app")).to_have_attribute("data-saved", "yes")
    assert UserProfile.objects.get(mobile=MOBILE).email == "lilei@example.com"

    page.get_by_role("link", name="我的留言").click()
    on_page(page, "messages")
    page.get_by_label("主题").fill("发票")
    page.get_by_label("内容").fill("可以开发票吗")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#page li")).to_have_text("发票: 可以开发票吗")
    expect(page.locator("#page li")).to_have_attribute("data-kind", "留言")
