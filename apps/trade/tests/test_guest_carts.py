"""`/guest-carts/`: a cart for whoever knows its UUID, which becomes the user's own at log-in."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.goods.models import Sku
from apps.goods.services import pricing
from apps.goods.tests.factories import GoodsImageFactory, SkuFactory
from apps.trade.models import CartLine, GuestCart, GuestCartLine
from apps.trade.services import guest_carts
from apps.trade.services.cart import add_to_cart
from apps.trade.tests.factories import CartLineFactory, GuestCartFactory, GuestCartLineFactory
from apps.users.models import UserProfile, VerifyCode
from apps.users.services import accounts, codes
from apps.users.services.sessions import Device
from apps.users.tests.factories import UserFactory
from conftest import client_of

pytestmark = pytest.mark.django_db

DEVICE = Device(ip=None, user_agent="a browser")
PASSWORD = "right horse battery"


def path_of(cart: GuestCart, tail: str = "") -> str:
    return f"/guest-carts/{cart.public_id}/{tail}"


def guests(cart: GuestCart) -> dict[int, int]:
    return dict(cart.lines.values_list("sku_id", "quantity"))


def users(user: UserProfile) -> dict[int, int]:
    return dict(CartLine.objects.of(user).values_list("sku_id", "quantity"))


@pytest.fixture
def cart() -> GuestCart:
    return GuestCartFactory()


@pytest.fixture
def member() -> UserProfile:
    user = UserFactory(username="member", mobile="13800000009")
    user.set_password(PASSWORD)
    user.save()
    return user


# -- The resource ----------------------------------------------------------------------------------
def test_a_guest_makes_a_cart_fills_it_and_reads_it(visitor: APIClient) -> None:
    sku = SkuFactory(price=Decimal(94), stock=7, specifications=[{"name": "规格", "value": "500g"}])
    GoodsImageFactory(goods=sku.goods, image_url="https://pictures.example/apple.jpg")
    made = visitor.post("/guest-carts/")
    assert made.status_code == 201
    assert set(made.json()) == {"public_id", "created_at", "touched_at", "lines"}
    assert made.json()["lines"] == []
    path = f"/guest-carts/{made.json()['public_id']}/"

    added = visitor.post(f"{path}lines/", {"goods": str(sku.goods_id), "nums": "2"})
    assert (added.status_code, added.json()) == (201, {"goods": sku.goods_id, "nums": 2, "sku": sku.pk})
    assert visitor.post(f"{path}lines/", {"sku": sku.pk, "nums": 1}).json()["nums"] == 3

    line = visitor.get(path).json()["lines"][0]
    assert "T" in line.pop("added_at")
    assert line == {
        "goods": {
            "id": sku.goods_id,
            "name": sku.goods.name,
            "shop_price": "94.00",
            "goods_front_image": "https://pictures.example/apple.jpg",
        },
        "nums": 3,
        "sku": sku.pk,
        "specification": "500g",
        "goods_num": 7,
        "added_price": "94.00",
        "changes": [],
    }
    assert visitor.patch(f"{path}lines/{sku.pk}/", {"nums": 5}).json() == {
        "goods": sku.goods_id,
        "nums": 5,
        "sku": sku.pk,
    }
    assert visitor.delete(f"{path}lines/{sku.pk}/").status_code == 204
    assert visitor.get(path).json()["lines"] == []
    assert visitor.delete(path).status_code == 204
    assert visitor.get(path).status_code == 404


def test_to_know_one_uuid_is_to_know_one_cart(visitor: APIClient, cart: GuestCart) -> None:
    other = GuestCartLineFactory(quantity=3)
    sku = other.sku_id

    assert visitor.get(path_of(cart)).json()["lines"] == []
    assert visitor.get("/guest-carts/").status_code == 405
    assert visitor.patch(path_of(cart, f"lines/{sku}/"), {"nums": 1}).status_code == 404
    assert visitor.delete(path_of(cart, f"lines/{sku}/")).status_code == 404
    for odd in (str(uuid.uuid4()), "1", "x" * 36, f"{cart.pk}", "%00", str(cart.public_id).replace("-", "")):
        for path, body in ((f"/guest-carts/{odd}/lines/", {"sku": sku, "nums": 1}), (f"/guest-carts/{odd}/", {})):
            assert visitor.get(f"/guest-carts/{odd}/").status_code == 404
            assert visitor.post(path, body).status_code in (404, 405)
        assert visitor.delete(f"/guest-carts/{odd}/").status_code == 404
        assert visitor.patch(f"/guest-carts/{odd}/lines/{sku}/", {"nums": 1}).status_code == 404
    assert guests(other.cart) == {sku: 3}
    assert guests(cart) == {}


def test_a_uuid_may_be_written_in_capitals(visitor: APIClient, cart: GuestCart) -> None:
    sku, address = SkuFactory(), f"/guest-carts/{str(cart.public_id).upper()}/"
    assert visitor.post(f"{address}lines/", {"goods": sku.goods_id, "nums": 1}).status_code == 201
    assert visitor.get(address).json()["public_id"] == str(cart.public_id)
    assert visitor.delete(address).status_code == 204


def test_a_token_that_has_ended_keeps_no_guest_out(cart: GuestCart) -> None:
    assert APIClient(headers={"authorization": "JWT x.y.z"}).get(path_of(cart)).status_code == 200


def test_the_carts_of_users_stay_closed_to_guests(visitor: APIClient, cart: GuestCart, alice: UserProfile) -> None:
    CartLineFactory(user=alice)
    assert visitor.get("/shopcarts/").status_code == 401
    assert visitor.get(f"/shopcarts/?guest_cart={cart.public_id}").status_code == 401
    assert visitor.post("/shopcarts/", {"goods": 1, "nums": 1}).status_code == 401


@pytest.mark.parametrize("nums", [0, -1, 2**31, 2**63, 1.5, "NaN", "", [1], None, True, 10000])
@pytest.mark.parametrize("method", ["post", "patch"])
def test_c1_amounts_that_are_none_are_refused(visitor: APIClient, method: str, nums: object) -> None:
    line = GuestCartLineFactory(quantity=3)
    tail = "lines/" if method == "post" else f"lines/{line.sku_id}/"

    answer = getattr(visitor, method)(path_of(line.cart, tail), {"sku": line.sku_id, "nums": nums})

    assert answer.status_code == 400
    assert "nums" in answer.json()
    assert guests(line.cart) == {line.sku_id: 3}


def test_c2_more_than_the_stock_or_a_line_takes_is_refused(visitor: APIClient, settings: Any) -> None:
    line = GuestCartLineFactory(sku__stock=5, quantity=3)
    path = path_of(line.cart, "lines/")

    assert visitor.post(path, {"sku": line.sku_id, "nums": 3}).json()["available"] == 5
    assert visitor.patch(f"{path}{line.sku_id}/", {"nums": 6}).status_code == 409
    settings.MAX_LINE_QUANTITY = 4
    assert visitor.post(path, {"sku": line.sku_id, "nums": 2}).status_code == 400
    assert guests(line.cart) == {line.sku_id: 3}


@pytest.mark.parametrize("body", [{"nums": 1}, {"goods": 999_999, "nums": 1}, {"sku": 999_999, "nums": 1}])
def test_what_is_not_on_sale_or_not_named_is_refused(visitor: APIClient, cart: GuestCart, body: Any) -> None:
    answer = visitor.post(path_of(cart, "lines/"), body)

    assert answer.status_code == 400
    assert answer.json().keys() & {"goods", "sku"}
    assert guests(cart) == {}


def test_a_full_cart_takes_no_further_line(visitor: APIClient, settings: Any) -> None:
    settings.MAX_CART_LINES = 1
    line = GuestCartLineFactory()

    answer = visitor.post(path_of(line.cart, "lines/"), {"sku": SkuFactory().pk, "nums": 1})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mxshop:problem:cart_full")
    assert guests(line.cart) == {line.sku_id: 1}


def test_making_carts_is_limited(visitor: APIClient, settings: Any) -> None:
    settings.THROTTLE_SCALE = 1
    answers = [visitor.post("/guest-carts/").status_code for _ in range(121)]

    assert answers == [201] * 120 + [429]
    assert visitor.get(path_of(GuestCart.objects.first())).status_code == 200


def test_the_cart_takes_few_queries_however_full_it_is(visitor: APIClient, cart: GuestCart, at_most_statements) -> None:
    for _ in range(10):
        GoodsImageFactory(goods=GuestCartLineFactory(cart=cart).sku.goods)
    with at_most_statements(3):
        assert len(visitor.get(path_of(cart)).json()["lines"]) == 10


def test_carts_are_forgotten_a_month_after_the_last_change(visitor: APIClient) -> None:
    old, changed = (GuestCartLineFactory() for _ in range(2))
    GuestCart.objects.update(touched_at=timezone.now() - timedelta(days=30, seconds=1))
    visitor.patch(path_of(changed.cart, f"lines/{changed.sku_id}/"), {"nums": 2})

    guest_carts.forget_guest_carts()

    assert list(GuestCart.objects.values_list("pk", flat=True)) == [changed.cart_id]
    assert not GuestCartLine.objects.filter(pk=old.pk).exists()


# -- What has changed since ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("price", "stock", "is_on_sale", "changes"),
    [
        ("10.00", 5, True, []),
        ("10.01", 5, True, ["price_raised"]),
        ("9.99", 4, True, ["price_lowered", "less_in_stock"]),
        ("10.00", 0, True, ["sold_out"]),
        ("10.00", 5, False, ["off_sale"]),
    ],
)
def test_m40_carts_show_what_has_changed_since(
    shopper: APIClient,
    visitor: APIClient,
    alice: UserProfile,
    cart: GuestCart,
    price: str,
    stock: int,
    is_on_sale: bool,
    changes: list[str],
) -> None:
    sku = SkuFactory(price=Decimal(10), stock=9)
    shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 5})
    visitor.post(path_of(cart, "lines/"), {"goods": sku.goods_id, "nums": 5})
    pricing.set_price(sku=sku, price=Decimal(price))
    Sku.objects.update(stock=stock, is_on_sale=is_on_sale)

    for line in (shopper.get("/shopcarts/").json()[0], visitor.get(path_of(cart)).json()["lines"][0]):
        assert (line["added_price"], line["goods"]["shop_price"], line["changes"]) == ("10.00", price, changes)


def test_m40_who_adds_again_has_seen_the_price(shopper: APIClient, alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, added_price=Decimal(3))
    assert shopper.get("/shopcarts/").json()[0]["changes"] == ["price_raised"]

    shopper.post("/shopcarts/", {"goods": line.sku.goods_id, "nums": 1})

    shown = shopper.get("/shopcarts/").json()[0]
    assert (shown["added_price"], shown["changes"]) == (shown["goods"]["shop_price"], [])


def test_m40_a_line_from_before_is_shown_without_a_price_of_its_own(shopper: APIClient, alice: UserProfile) -> None:
    CartLineFactory(user=alice, added_price=None)
    shown = shopper.get("/shopcarts/").json()[0]
    assert (shown["added_price"], shown["changes"]) == (None, [])


# -- At log-in -------------------------------------------------------------------------------------
def log_in(member: UserProfile, guest_cart: object) -> Any:
    body = {"username": member.username, "password": PASSWORD, "guest_cart": guest_cart}
    return APIClient().post("/login/", body)


def test_m40_a_guests_cart_is_merged_at_log_in(member: UserProfile, cart: GuestCart, settings: Any) -> None:
    both, new, short, gone, sold_out = (SkuFactory(stock=10) for _ in range(5))
    mine = {both: 2, short: 7}
    for sku, quantity in mine.items():
        CartLineFactory(user=member, sku=sku, quantity=quantity)
    for sku, quantity in {both: 3, new: 4, short: 8, gone: 1, sold_out: 1}.items():
        GuestCartLineFactory(cart=cart, sku=sku, quantity=quantity, added_price=Decimal(1))
    Sku.objects.filter(pk=gone.pk).update(is_on_sale=False)
    Sku.objects.filter(pk=sold_out.pk).update(stock=0)

    answer = log_in(member, str(cart.public_id))

    assert answer.status_code == 200
    assert set(answer.json()) == {"token", "user"}
    assert users(member) == {both.pk: 5, new.pk: 4, short.pk: 10}
    assert CartLine.objects.get(sku=new).changes == ["price_raised"], "the guest saw another price"
    assert guests(cart) == {}
    log_in(member, str(cart.public_id))
    assert users(member) == {both.pk: 5, new.pk: 4, short.pk: 10}


def test_a_merge_takes_nothing_away_and_passes_no_limit(member: UserProfile, cart: GuestCart, settings: Any) -> None:
    settings.MAX_LINE_QUANTITY, settings.MAX_CART_LINES = 6, 1
    line = CartLineFactory(user=member, sku__stock=10, quantity=8)
    GuestCartLineFactory(cart=cart, sku=line.sku, quantity=3)
    GuestCartLineFactory(cart=cart, quantity=3)

    assert log_in(member, str(cart.public_id)).status_code == 200

    assert users(member) == {line.sku_id: 8}


@pytest.mark.parametrize("odd", [None, "", "x", 7, [], {"a": 1}, "１" * 36, "0" * 32, "0" * 4000])
def test_no_odd_uuid_fails_a_log_in(member: UserProfile, odd: object) -> None:
    line = GuestCartLineFactory(quantity=3)

    assert log_in(member, odd).status_code == 200

    assert users(member) == {}
    assert guests(line.cart) == {line.sku_id: 3}


def test_a_refused_log_in_moves_nothing(member: UserProfile) -> None:
    line = GuestCartLineFactory(quantity=3)

    answer = APIClient().post(
        "/login/", {"username": "member", "password": "wrong", "guest_cart": str(line.cart.public_id)}
    )

    assert answer.status_code == 400
    assert users(member) == {}
    assert guests(line.cart) == {line.sku_id: 3}


def test_a_guests_cart_is_merged_at_registration(visitor: APIClient) -> None:
    line = GuestCartLineFactory(quantity=3)
    mobile, purpose = "13800000007", VerifyCode.Purpose.REGISTER
    VerifyCode.objects.create(
        address=mobile,
        purpose=purpose,
        code_hash=codes._hash(mobile, purpose, "", "1234"),
        expires_at=timezone.now() + timedelta(minutes=5),
    )

    answer = visitor.post(
        "/users/",
        {"username": mobile, "password": PASSWORD, "code": "1234", "guest_cart": str(line.cart.public_id)},
    )

    assert answer.status_code == 201
    assert users(UserProfile.objects.get(username=mobile)) == {line.sku_id: 3}
    assert guests(line.cart) == {}


# -- At the same moment ----------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_log_ins_at_once_merge_once(member: UserProfile) -> None:
    lines = [GuestCartLineFactory(cart=GuestCartFactory(), quantity=2)]
    lines += [GuestCartLineFactory(cart=lines[0].cart, quantity=3) for _ in range(3)]

    answers = run_together(6, lambda _: log_in(member, str(lines[0].cart.public_id)).status_code)

    assert answers == [200] * 6
    assert users(member) == {line.sku_id: line.quantity for line in lines}
    assert guests(lines[0].cart) == {}


@pytest.mark.django_db(transaction=True)
def test_no_piece_is_lost_between_adding_as_guest_adding_as_user_and_merging(member: UserProfile) -> None:
    sku = SkuFactory(stock=100)
    cart = GuestCartFactory()

    def act(number: int) -> int:
        if number == 0:
            accounts.log_in(name="member", password=PASSWORD, device=DEVICE, guest_cart=cart.public_id)
        elif number % 2:
            guest_carts.add_to_guest_cart(public_id=cart.public_id, quantity=1, sku_id=sku.pk)
        else:
            add_to_cart(user=member, goods_id=sku.goods_id, quantity=1)
        return number

    run_together(9, act)

    assert users(member).get(sku.pk, 0) + guests(cart).get(sku.pk, 0) == 8


@pytest.mark.django_db(transaction=True)
def test_c14_sixteen_adds_of_a_guest_count_sixteen() -> None:
    sku, cart = SkuFactory(stock=100), GuestCartFactory()

    answers = run_together(
        16, lambda _: client_of(None).post(path_of(cart, "lines/"), {"sku": sku.pk, "nums": 1}).status_code
    )

    assert answers == [201] * 16
    assert guests(cart) == {sku.pk: 16}
