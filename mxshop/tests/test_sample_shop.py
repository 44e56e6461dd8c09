"""The sample shop: whole, consistent, usable through the API, and made only once."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db.models import Min, Sum
from django.test import override_settings
from PIL import Image
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from apps.goods.models import Banner, Brand, Category, Goods, HotWord, Sku
from apps.notifications.models import OutboxMessage
from apps.trade.models import Carrier, CartLine, Order, OrderEvent, Payment, Refund
from apps.trade.services.carriers import CARRIERS
from apps.user_operation.models import Address, Favourite
from apps.users.models import UserProfile
from apps.users.models.roles import permissions_in
from mxshop.management.commands.serve import announcement
from mxshop.sample.catalogue import read_shelves
from mxshop.sample.people import ACCOUNTS, ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def summary(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Make the shop once for all these tests, for it takes seconds; the database is emptied after them."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        out = StringIO()
        call_command("make_sample_shop", stdout=out)
        try:
            yield out.getvalue()
        finally:
            call_command("flush", interactive=False, verbosity=0)


def get(client: APIClient, path: str, **query: Any) -> Any:
    response = client.get(path, query)
    assert response.status_code == 200, response.content
    return response.json()


def picture(client: APIClient, address: str) -> Image.Image:
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg"), address
    return Image.open(BytesIO(response.getvalue()))


def test_the_summary_counts_what_was_made(summary: str) -> None:
    counted = {name: int(number) for name, number in re.findall(r"^  (\S.*?) +(\d+)$", summary, re.MULTILINE)}

    assert counted == {
        "categories": Category.objects.count(),
        "brands": Brand.objects.count(),
        "goods": Goods.objects.count(),
        "SKUs": Sku.objects.count(),
        "pictures": 2 * Goods.objects.count(),
        "banners": 6,
        "hot words": 7,
        "accounts": 3,
        "orders": 8,
    }
    assert counted["goods"] == sum(len(shelf.articles) for shelf in read_shelves()) >= 80
    assert counted["SKUs"] > counted["goods"]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in apps.get_models()}


def test_a_second_run_changes_nothing(settings: Any) -> None:
    before, files = everything(), sorted(Path(settings.MEDIA_ROOT).rglob("*"))
    out = StringIO()

    call_command("make_sample_shop", stdout=out)

    assert out.getvalue() == "The sample shop is there already; nothing was changed.\n"
    assert everything() == before
    assert sorted(Path(settings.MEDIA_ROOT).rglob("*")) == files


def test_the_menu_has_ten_tops_with_three_levels(visitor: APIClient) -> None:
    menu = get(visitor, "/categorys/")

    assert len(menu) == 10
    for top in menu:
        assert top["is_tab"]
        assert top["code"]
        assert len(top["sub_cat"]) >= 2
        assert all(second["sub_cat"] for second in top["sub_cat"])
        assert get(visitor, "/goods/", top_category=top["id"])["count"] >= 6
        for third in (third for second in top["sub_cat"] for third in second["sub_cat"]):
            assert get(visitor, "/goods/", top_category=third["id"])["count"] >= 1, third["name"]


def test_every_section_of_the_home_page_is_full(visitor: APIClient) -> None:
    sections = get(visitor, "/indexgoods/")

    assert len(sections) == 10
    assert (sections[0]["name"], sections[0]["goods"][0]["name"]) == ("新鲜水果", "云麓红苹果 脆甜多汁")
    for section in sections:
        assert len(section["goods"]) >= 6
        assert section["brands"]
        assert section["sub_cat"]
        path = Category.objects.get(goods=section["ad_goods"]["id"]).path
        assert path.startswith(f"/{section['id']}/"), "the ad belongs to its section"


def test_banners_lead_to_goods_of_their_own(visitor: APIClient) -> None:
    banners = get(visitor, "/banners/")

    assert len(banners) == len({banner["goods"] for banner in banners}) == 6
    for banner in banners:
        assert picture(visitor, banner["image"]).size == (1200, 420)
        get(visitor, f"/goods/{banner['goods']}/")


def test_every_hot_word_finds_something(visitor: APIClient) -> None:
    words = get(visitor, "/hotsearchs/")

    assert len(words) == HotWord.objects.count() == 7
    for word in words:
        assert get(visitor, "/goods/", search=word["keywords"])["count"] >= 1, word


def test_new_and_hot_goods_fill_their_places(visitor: APIClient) -> None:
    assert get(visitor, "/goods/", is_new="true")["count"] >= 12
    assert get(visitor, "/goods/", is_hot="true")["count"] >= 12


def test_no_picture_is_missing_and_no_text_empty(visitor: APIClient) -> None:
    for page in (1, 2):
        for item in get(visitor, "/goods/", page_size=100, page=page)["results"]:
            assert len(item["images"]) == 2
            for image in item["images"]:
                assert picture(visitor, image["image"]).size == (800, 800)
            for sku in item.get("skus", []):
                picture(visitor, sku["image"])
            assert all(item[field] for field in ("name", "goods_sn", "goods_brief", "goods_desc", "category"))
            assert 0 < float(item["shop_price"]) < float(item["market_price"])
    for brand in Brand.objects.all():
        assert picture(visitor, brand.picture_url).size == (240, 240)
        assert brand.goods.exists()


def test_colours_have_pictures_of_their_own(visitor: APIClient) -> None:
    shirt = Goods.objects.get(number="HOME-010")
    detail = get(visitor, f"/goods/{shirt.pk}/")

    by_colour = {
        (sku["specifications"][0]["value"], picture(visitor, sku["image"]).tobytes()) for sku in detail["skus"]
    }
    assert len(detail["skus"]) == 6
    assert len(by_colour) == len({colour for colour, _ in by_colour}) == 2
    assert [entry["name"] for entry in detail["skus"][0]["specifications"]] == ["颜色", "尺码"]


def test_the_details_are_whole_and_harmless(visitor: APIClient) -> None:
    apple = Goods.objects.get(number="FRUIT-001")
    detail = get(visitor, f"/goods/{apple.pk}/")

    assert detail["brand"]["name"] == "云麓农场"
    assert {"name": "等级", "value": "一级果"} in detail["attributes"]
    assert "<tr><th>产地</th><td>云麓台地</td></tr>" in detail["goods_desc"]
    assert [sku["shop_price"] for sku in detail["skus"]] == ["36.90", "66.90"]
    assert (detail["shop_price"], detail["market_price"], detail["sold_num"]) == ("36.90", "69.90", 1264)


def test_some_are_sold_out_and_some_kinds_of_a_goods_too(visitor: APIClient) -> None:
    stocks = dict(Goods.objects.annotate(pieces=Sum("skus__stock")).values_list("number", "pieces"))

    assert [number for number, pieces in stocks.items() if pieces == 0] == ["FRUIT-012"]
    assert Sku.objects.filter(stock=0).count() == 3


def test_stock_is_what_the_ledger_says() -> None:
    for sku in Sku.objects.annotate(booked=Sum("movements__delta")):
        assert sku.stock == (sku.booked or 0), sku.code


def test_goods_show_their_lowest_price() -> None:
    for goods in Goods.objects.annotate(lowest=Min("skus__price")):
        assert goods.price == goods.lowest


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda account: account.role)
def test_everybody_can_log_in(visitor: APIClient, account: Any) -> None:
    for name in filter(None, (account.username, account.mobile)):
        answer = visitor.post("/login/", {"username": name, "password": account.password})
        assert answer.status_code == 200
        visitor.credentials(HTTP_AUTHORIZATION=f"JWT {answer.json()['token']}")
        assert get(visitor, "/users/1/")["mobile"] == account.mobile
        visitor.credentials()


def test_rights_are_those_of_the_role() -> None:
    people = {account.role: UserProfile.objects.get(username=account.username) for account in ACCOUNTS}

    assert {role: (user.is_staff, user.is_superuser) for role, user in people.items()} == {
        "shopper": (False, False),
        "staff": (True, False),
        "superuser": (True, True),
    }
    powers = [grant for _level, grants in ROLES.values() for grant in grants.items()]
    rights = {name for resource, mask in powers for name in permissions_in(resource, mask)}
    assert people["staff"].get_all_permissions() == rights
    known = {f"{right.content_type.app_label}.{right.codename}" for right in Permission.objects.all()}
    assert rights <= known  # no resource is misspelt
    assert not people["shopper"].get_all_permissions()


def test_the_shopper_has_orders_in_every_state() -> None:
    orders = Order.objects.filter(user__username="demo")

    assert Counter(orders.values_list("status", flat=True)) == {
        "finished": 1, "received": 1, "shipped": 1, "paid": 1, "cancelled": 2, "expired": 1, "pending_payment": 1,
    }  # fmt: skip
    assert Counter(Payment.objects.values_list("status", flat=True)) == {"accepted": 4, "refunded": 1}
    assert Counter(Refund.objects.values_list("kind", "state")) == {
        ("late_payment", "succeeded"): 1, ("return_goods", "requested"): 1,
    }  # fmt: skip
    finished = orders.get(status="finished")
    assert list(OrderEvent.objects.filter(order=finished).values_list("to_status", "actor__username")) == [
        ("pending_payment", "demo"), ("paid", None), ("shipped", "clerk"), ("received", "demo"), ("finished", "clerk"),
    ]  # fmt: skip
    assert not OutboxMessage.objects.exists(), "nothing is left to be sent"


def test_what_was_shipped_left_in_parcels() -> None:
    for order in Order.objects.filter(user__username="demo"):
        gone = order.status in ("shipped", "received", "finished")
        assert order.shipments.count() == gone
        assert {line.shipped_quantity == line.quantity for line in order.lines.all()} == {gone}
    assert Carrier.objects.count() == len(CARRIERS)


@pytest.mark.parametrize(
    ("address", "status", "freight"),
    [
        ("北京市北京市朝阳区青柠路 1 号", 201, "17.00"),
        ("广东省深圳市南山区青柠路 1 号", 201, "17.00"),
        ("江苏省苏州市姑苏区青柠路 1 号", 201, "10.00"),
        ("西藏自治区拉萨市城关区青柠路 1 号", 201, "32.00"),
        ("台湾省台北市青柠路 1 号", 409, None),
        ("青柠路 1 号", 400, None),
    ],
)
def test_what_delivery_costs_depends_on_the_province(
    visitor: APIClient, address: str, status: int, freight: str | None
) -> None:
    # The lightest one weighs a further unit beyond the first.
    charged = Sku.objects.filter(goods__ships_free=False, stock__gt=0).order_by("weight", "pk").first()
    assert charged is not None
    visitor.force_authenticate(UserProfile.objects.get(username="demo"))
    to = {"address": address, "signer_name": "小满", "signer_mobile": "13800138000"}
    answer = visitor.post("/orders/", to | {"items": [{"sku": charged.pk, "nums": 1}]}, format="json")

    assert answer.status_code == status, answer.json()
    if freight:
        assert Order.objects.get(pk=answer.json()["id"]).freight == Decimal(freight)


def test_the_shopper_can_go_on_shopping(visitor: APIClient) -> None:
    token = visitor.post("/login/", {"username": "13800138000", "password": "sample-shopper"}).json()["token"]
    visitor.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    (address,) = get(visitor, "/address/")
    assert (address["province"], address["signer_mobile"]) == ("浙江省", "13800138000")
    assert Address.objects.get().region.name == "西湖区"
    assert len(get(visitor, "/orders/")) == 8
    assert len(get(visitor, "/shopcarts/")) == CartLine.objects.count() == 2
    assert len(get(visitor, "/userfavs/")) == Favourite.objects.count() == 3
    assert len(get(visitor, "/messages/")) == 1
    order = visitor.post(
        "/orders/", {"address": "浙江省杭州市西湖区", "signer_name": "小满", "singer_mobile": "13800138000"}
    )
    assert order.status_code == 201
    assert order.json()["order_mount"] == "71.50"


def test_every_start_names_the_accounts_that_still_have_their_passwords(settings: Any) -> None:
    text = announcement(8000)
    assert "shopper     demo or 13800138000    password sample-shopper" in text
    assert "sample-clerk" in text

    clerk = UserProfile.objects.get(username="clerk")
    clerk.set_password("changed since")
    clerk.save()
    UserProfile.objects.filter(username="admin").update(is_active=False)
    text = announcement(8000)
    assert "sample-shopper" in text
    assert "sample-clerk" not in text
    assert "sample-admin" not in text

    settings.SAMPLE_SHOP = False
    assert "sample-shopper" not in announcement(8000)


def test_pictures_of_banners_are_files_of_the_shop(settings: Any) -> None:
    for banner in Banner.objects.all():
        assert Path(settings.MEDIA_ROOT, banner.image.name).stat().st_size < 60_000


def test_offers_can_be_claimed_and_used(visitor: APIClient) -> None:
    demo = UserProfile.objects.get(username="demo")
    visitor.force_authenticate(demo)

    assert [coupon["name"] for coupon in get(visitor, "/coupons/")["results"]] == ["九折券", "新人券"]
    (mine,) = get(visitor, "/user-coupons/")["results"]
    assert (mine["coupon"]["name"], mine["state"]) == ("新人券", "unused")
    earned = Order.objects.get(status="finished").total
    assert get(visitor, "/points/")["balance"] == int(earned)

    pan = Sku.objects.get(code="KITCHEN-007-1")
    body = {
        "items": [{"sku": pan.pk, "nums": 1}],
        "coupon": mine["public_id"],
        "points": 50,
        "address": "浙江省杭州市西湖区",
    }
    quote = visitor.post("/quotes/", body).json()
    assert (quote["goods_total"], quote["discount"], quote["freight"]) == ("119.00", "5.50", "10.00")
