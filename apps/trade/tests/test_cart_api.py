"""`/shopcarts/`: contract section 5, and what the cart refuses."""

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.goods.tests.factories import GoodsImageFactory, SkuFactory
from apps.trade.models import CartLine
from apps.trade.tests.factories import CartLineFactory
from apps.users.models import UserProfile


def cart_of(user: UserProfile) -> dict[int, int]:
    return dict(CartLine.objects.of(user).values_list("sku_id", "quantity"))


def test_the_list_is_a_bare_array_with_the_price_of_the_lines_sku(shopper: APIClient, alice: UserProfile) -> None:
    sku = SkuFactory(price=Decimal(94), stock=7, specifications=[{"name": "规格", "value": "500g"}])
    SkuFactory(goods=sku.goods, price=Decimal(3))
    GoodsImageFactory(goods=sku.goods, image_url="https://pictures.example/apple.jpg")
    line = CartLineFactory(user=alice, sku=sku, quantity=2)

    answer = shopper.get("/shopcarts/").json()

    assert len(answer[0].pop("add_time")) == len("2026-11-23 08:00:00")
    assert answer == [
        {
            "goods": {
                "id": sku.goods_id,
                "name": sku.goods.name,
                "shop_price": "94.00",
                "goods_front_image": "https://pictures.example/apple.jpg",
            },
            "nums": 2,
            "sku": line.sku_id,
            "specification": "500g",
            "goods_num": 7,
            "added_price": None,
            "changes": [],
        }
    ]


def test_the_list_takes_few_queries_however_long_it_is(
    visitor: APIClient, alice: UserProfile, alice_token: str, at_most_statements
) -> None:
    for _ in range(10):
        GoodsImageFactory(goods=CartLineFactory(user=alice).sku.goods)
    with at_most_statements(3):  # one for the token
        assert len(visitor.get("/shopcarts/", headers={"Authorization": f"JWT {alice_token}"}).json()) == 10


@pytest.mark.parametrize("nums", [2, "2"])
def test_adding_makes_a_line_and_adds_to_it(shopper: APIClient, alice: UserProfile, nums: object) -> None:
    sku = SkuFactory()
    first = shopper.post("/shopcarts/", {"goods": str(sku.goods_id), "nums": nums})
    second = shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 1})

    assert first.status_code == second.status_code == 201
    assert first.json() == {"goods": sku.goods_id, "nums": 2, "sku": sku.pk}
    assert second.json()["nums"] == 3
    assert cart_of(alice) == {sku.pk: 3}


@pytest.mark.parametrize("nums", [0, -1, 2**31, 2**63, 1e30, 1.5, "NaN", "", "two", [1], {"a": 1}, None, True, 10000])
@pytest.mark.parametrize("method", ["post", "patch"])
def test_c1_amounts_that_are_none_are_refused(
    shopper: APIClient, alice: UserProfile, method: str, nums: object
) -> None:
    line = CartLineFactory(user=alice, quantity=3)
    path = "/shopcarts/" if method == "post" else f"/shopcarts/{line.sku.goods_id}/"

    answer = getattr(shopper, method)(path, {"goods": line.sku.goods_id, "nums": nums})

    assert answer.status_code == 400
    assert set(answer.json()) == {"type", "title", "status", "detail", "nums"}
    assert cart_of(alice) == {line.sku_id: 3}


def test_c1_a_bare_nan_is_no_json(shopper: APIClient) -> None:
    answer = shopper.post("/shopcarts/", '{"goods": 1, "nums": NaN}', content_type="application/json")
    assert answer.status_code == 400


def test_c2_more_than_the_stock_is_refused(shopper: APIClient, alice: UserProfile) -> None:
    sku = SkuFactory(stock=5)
    shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 3})

    answer = shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 3})

    assert answer.status_code == 409
    body = answer.json()
    assert body["type"] == "urn:mxshop:problem:insufficient_stock"
    assert body["available"] == 5
    assert len(body["non_field_errors"]) == 1
    assert shopper.patch(f"/shopcarts/{sku.goods_id}/", {"nums": 6}).status_code == 409
    assert cart_of(alice) == {sku.pk: 3}


def test_c3_repeated_adds_stop_at_the_limit_of_a_line(shopper: APIClient, alice: UserProfile, settings) -> None:
    settings.MAX_LINE_QUANTITY = 50
    sku = SkuFactory(stock=2_000_000_000)
    answers = [shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 20}).status_code for _ in range(4)]

    assert answers == [201, 201, 400, 400]
    assert cart_of(alice) == {sku.pk: 40}


def test_a_full_cart_takes_no_further_line_but_more_of_the_same(
    shopper: APIClient, alice: UserProfile, settings
) -> None:
    settings.MAX_CART_LINES = 1
    line = CartLineFactory(user=alice)

    answer = shopper.post("/shopcarts/", {"goods": SkuFactory().goods_id, "nums": 1})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mxshop:problem:cart_full")
    assert shopper.post("/shopcarts/", {"goods": line.sku.goods_id, "nums": 1}).status_code == 201
    assert cart_of(alice) == {line.sku_id: 2}


@pytest.mark.parametrize("goods", [0, -1, 999_999, 2**63, 2**64, "x", None, [], "1; drop"])
def test_unknown_goods_are_refused_under_goods(shopper: APIClient, alice: UserProfile, goods: object) -> None:
    answer = shopper.post("/shopcarts/", {"goods": goods, "nums": 1})

    assert answer.status_code == 400
    assert "goods" in answer.json()
    assert cart_of(alice) == {}


@pytest.mark.parametrize("of_goods", [True, False])
def test_a11_what_is_off_sale_cannot_be_put_into_the_cart(
    shopper: APIClient, alice: UserProfile, of_goods: bool
) -> None:
    sku = SkuFactory()
    withdrawn = sku.goods if of_goods else sku
    withdrawn.is_on_sale = False
    withdrawn.save()

    for body in ({"goods": sku.goods_id, "nums": 1}, {"goods": sku.goods_id, "sku": sku.pk, "nums": 1}):
        assert shopper.post("/shopcarts/", body).status_code == 400
    assert cart_of(alice) == {}


def test_without_a_sku_the_cheapest_in_stock_is_meant(shopper: APIClient, alice: UserProfile) -> None:
    goods = SkuFactory(price=Decimal(1), stock=0).goods
    cheap = SkuFactory(goods=goods, price=Decimal(5))
    SkuFactory(goods=goods, price=Decimal(9))
    SkuFactory(goods=goods, price=Decimal(2), is_on_sale=False)

    assert shopper.post("/shopcarts/", {"goods": goods.pk, "nums": 1}).json()["sku"] == cheap.pk


def test_when_all_are_sold_out_the_cheapest_says_so(shopper: APIClient) -> None:
    cheap = SkuFactory(price=Decimal(1), stock=0)
    SkuFactory(goods=cheap.goods, price=Decimal(2), stock=0)

    answer = shopper.post("/shopcarts/", {"goods": cheap.goods_id, "nums": 1})

    assert (answer.status_code, answer.json()["sku"]) == (409, cheap.pk)


def test_a_sku_of_other_goods_is_refused_under_sku(shopper: APIClient, alice: UserProfile) -> None:
    answer = shopper.post("/shopcarts/", {"goods": SkuFactory().goods_id, "sku": SkuFactory().pk, "nums": 1})

    assert answer.status_code == 400
    assert "sku" in answer.json()
    assert cart_of(alice) == {}


def test_each_sku_has_a_line_of_its_own(shopper: APIClient, alice: UserProfile) -> None:
    red, blue = (SkuFactory(goods=goods) for goods in [SkuFactory().goods] * 2)
    path = f"/shopcarts/{red.goods_id}/"
    for sku in (red, blue):
        shopper.post("/shopcarts/", {"goods": sku.goods_id, "sku": sku.pk, "nums": 1})

    refusal = shopper.patch(path, {"nums": 5})
    assert refusal.status_code == 400
    assert "sku" in refusal.json()
    assert shopper.patch(path, {"nums": 5, "sku": blue.pk}).json() == {"goods": red.goods_id, "nums": 5, "sku": blue.pk}
    assert cart_of(alice) == {red.pk: 1, blue.pk: 5}
    assert shopper.delete(f"{path}?sku={red.pk}").status_code == 204
    assert cart_of(alice) == {blue.pk: 5}


def test_patch_sets_the_amount_without_naming_the_goods(shopper: APIClient, alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, quantity=5)
    answer = shopper.patch(f"/shopcarts/{line.sku.goods_id}/", {"nums": "2"})

    assert answer.status_code == 200
    assert answer.json() == {"goods": line.sku.goods_id, "nums": 2, "sku": line.sku_id}
    assert cart_of(alice) == {line.sku_id: 2}


def test_delete_takes_all_lines_of_the_goods(shopper: APIClient, alice: UserProfile) -> None:
    kept, red = CartLineFactory(user=alice), CartLineFactory(user=alice)
    CartLineFactory(user=alice, sku=SkuFactory(goods=red.sku.goods))

    assert shopper.delete(f"/shopcarts/{red.sku.goods_id}/").status_code == 204
    assert cart_of(alice) == {kept.sku_id: 1}
    assert shopper.delete(f"/shopcarts/{red.sku.goods_id}/").status_code == 404


@pytest.mark.parametrize("goods", ["0", "999999", "9" * 18, "9" * 30, "x", "-1", "1.5", "%00"])
def test_e4_odd_ids_are_not_found(shopper: APIClient, goods: str) -> None:
    assert shopper.patch(f"/shopcarts/{goods}/", {"nums": 1}).status_code == 404
    assert shopper.delete(f"/shopcarts/{goods}/").status_code == 404


def test_a1_a4_the_cart_is_ones_own(
    visitor: APIClient, stranger: APIClient, shopper: APIClient, alice: UserProfile
) -> None:
    line = CartLineFactory(user=alice, quantity=3)
    path = f"/shopcarts/{line.sku.goods_id}/"

    assert visitor.get("/shopcarts/").status_code == 401
    assert visitor.post("/shopcarts/", {"goods": line.sku.goods_id, "nums": 1}).status_code == 401
    assert stranger.get("/shopcarts/").json() == []
    assert stranger.patch(path, {"nums": 1}).status_code == 404
    assert stranger.delete(path).status_code == 404
    assert cart_of(alice) == {line.sku_id: 3}


def test_a5_a_user_in_the_body_is_ignored(shopper: APIClient, alice: UserProfile, charlie: UserProfile) -> None:
    sku = SkuFactory()
    shopper.post("/shopcarts/", {"goods": sku.goods_id, "nums": 1, "user": charlie.pk, "user_id": charlie.pk})

    assert cart_of(alice) == {sku.pk: 1}
    assert cart_of(charlie) == {}


def test_the_clear_button_of_the_client_empties_ones_own_cart(
    visitor: APIClient, shopper: APIClient, alice: UserProfile, charlie: UserProfile
) -> None:
    CartLineFactory(user=alice)
    CartLineFactory(user=charlie)

    assert visitor.post("/shoppingCart/clear").status_code == 401
    assert shopper.post("/shoppingCart/clear").status_code == 204
    assert cart_of(alice) == {}
    assert len(cart_of(charlie)) == 1
