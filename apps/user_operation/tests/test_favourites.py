"""Favourites: once per user, counted once, and only one's own."""

import pytest
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.goods.models import Goods
from apps.goods.tests.factories import GoodsImageFactory, SkuFactory
from apps.user_operation.exceptions import AlreadyFavourite, NotFavourite
from apps.user_operation.models import Favourite
from apps.user_operation.services.favourites import add_favourite, remove_favourite
from apps.user_operation.tests.factories import FavouriteFactory
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory


@pytest.fixture
def goods(db: None) -> Goods:
    return SkuFactory(goods__name="苹果", price="9.90").goods


def count_of(goods: Goods) -> int:
    return Goods.objects.get(pk=goods.pk).favourite_count


def test_click_on_the_heart_keeps_the_goods_and_counts_it(shopper: APIClient, alice: UserProfile, goods: Goods) -> None:
    response = shopper.post("/userfavs/", {"goods": str(goods.pk)})
    favourite = Favourite.objects.get()
    assert response.status_code == 201
    assert response.json() == {"id": favourite.pk, "goods": goods.pk}
    assert (favourite.user, favourite.goods) == (alice, goods)
    assert count_of(goods) == 1


def test_second_click_is_told_so_in_the_clients_words(shopper: APIClient, goods: Goods) -> None:
    shopper.post("/userfavs/", {"goods": goods.pk})
    response = shopper.post("/userfavs/", {"goods": goods.pk})
    assert response.status_code == 400
    assert response.json()["non_field_errors"] == ["已经收藏"]
    assert response.json()["type"] == "urn:mxshop:problem:already_favourite"
    assert Favourite.objects.count() == 1
    assert count_of(goods) == 1


def test_list_is_a_bare_array_newest_first(shopper: APIClient, alice: UserProfile, goods: Goods) -> None:
    GoodsImageFactory(goods=goods, image_url="https://pictures.example/apple.jpg")
    first = FavouriteFactory(user=alice, goods=goods)
    second = FavouriteFactory(user=alice)
    FavouriteFactory()
    body = shopper.get("/userfavs/").json()
    assert [entry["id"] for entry in body] == [second.pk, first.pk]
    assert body[1] == {
        "id": first.pk,
        "goods": {
            "id": goods.pk,
            "name": "苹果",
            "shop_price": "9.90",
            "goods_front_image": "https://pictures.example/apple.jpg",
        },
    }


@pytest.mark.parametrize("number", [1, 12])
def test_e21_list_costs_two_queries_whatever_its_length(
    shopper: APIClient, alice: UserProfile, number: int, django_assert_max_num_queries
) -> None:
    for favourite in FavouriteFactory.create_batch(number, user=alice):
        GoodsImageFactory(goods=favourite.goods)
    with django_assert_max_num_queries(2):
        assert len(shopper.get("/userfavs/").json()) == number


def test_heart_is_full_or_not(shopper: APIClient, alice: UserProfile, goods: Goods) -> None:
    assert shopper.get(f"/userfavs/{goods.pk}/").status_code == 404
    favourite = FavouriteFactory(user=alice, goods=goods)
    response = shopper.get(f"/userfavs/{goods.pk}/")
    assert response.status_code == 200
    assert response.json()["id"] == favourite.pk
    assert response.json()["goods"]["id"] == goods.pk


def test_drop_by_the_id_of_the_goods(shopper: APIClient, alice: UserProfile, goods: Goods) -> None:
    FavouriteFactory(user=alice, goods=goods)
    assert shopper.delete(f"/userfavs/{goods.pk}/").status_code == 204
    assert not Favourite.objects.exists()
    assert count_of(goods) == 0


def test_drop_what_is_not_there(shopper: APIClient, goods: Goods) -> None:
    FavouriteFactory(goods=goods)
    response = shopper.delete(f"/userfavs/{goods.pk}/")
    assert (response.status_code, response.json()["type"]) == (404, "urn:mxshop:problem:not_found")
    assert count_of(goods) == 1


def test_a11_goods_off_sale_are_not_shown_and_cannot_be_kept(
    shopper: APIClient, alice: UserProfile, goods: Goods
) -> None:
    FavouriteFactory(user=alice, goods=goods)
    hidden = SkuFactory(goods__is_on_sale=False).goods
    Goods.objects.filter(pk=goods.pk).update(is_on_sale=False)
    assert shopper.get("/userfavs/").json() == []
    assert shopper.get(f"/userfavs/{goods.pk}/").status_code == 404
    response = shopper.post("/userfavs/", {"goods": hidden.pk})
    assert response.status_code == 400
    assert response.json()["goods"] == ["该商品未在售。"]
    assert count_of(hidden) == 0
    assert shopper.delete(f"/userfavs/{goods.pk}/").status_code == 204


@pytest.mark.parametrize(
    "wrong", ["", "x", "0", "-1", "999999", "9" * 30, None, True, [], {}, [1], {"id": 1}, "１", 1e30, "1; DROP"]
)
def test_e4_odd_goods_are_refused(shopper: APIClient, db: None, wrong: object) -> None:
    response = shopper.post("/userfavs/", {"goods": wrong})
    assert (response.status_code, response.json()["type"]) == (400, "urn:mxshop:problem:invalid_input")
    assert "goods" in response.json()
    assert not Favourite.objects.exists()


@pytest.mark.parametrize("wrong", ["x", "1.5", "-1", "%00", "9" * 18, "9" * 30, "１", "1;"])
def test_e4_odd_ids_are_not_found(shopper: APIClient, wrong: str) -> None:
    for method in (shopper.get, shopper.delete):
        assert method(f"/userfavs/{wrong}/").status_code == 404


def test_a1_visitors_are_asked_to_sign_in(visitor: APIClient, goods: Goods) -> None:
    favourite = FavouriteFactory(goods=goods)
    path = f"/userfavs/{goods.pk}/"
    for response in (
        visitor.get("/userfavs/"),
        visitor.post("/userfavs/", {"goods": goods.pk}),
        visitor.get(path),
        visitor.delete(path),
    ):
        assert (response.status_code, response.json()["type"]) == (401, "urn:mxshop:problem:not_authenticated")
    assert list(Favourite.objects.all()) == [favourite]


def test_a4_a_stranger_sees_and_drops_nothing(stranger: APIClient, alice: UserProfile, goods: Goods) -> None:
    FavouriteFactory(user=alice, goods=goods)
    assert stranger.get("/userfavs/").json() == []
    assert stranger.get(f"/userfavs/{goods.pk}/").status_code == 404
    assert stranger.delete(f"/userfavs/{goods.pk}/").status_code == 404
    assert Favourite.objects.filter(user=alice, goods=goods).exists()
    assert count_of(goods) == 1


def test_a5_the_body_does_not_choose_the_user(
    shopper: APIClient, alice: UserProfile, charlie: UserProfile, goods: Goods
) -> None:
    shopper.post("/userfavs/", {"goods": goods.pk, "user": charlie.pk, "user_id": charlie.pk, "id": 77})
    favourite = Favourite.objects.get()
    assert favourite.user == alice
    assert favourite.pk != 77


def outcome_of(function, **kwargs: object) -> str:
    try:
        function(**kwargs)
    except (AlreadyFavourite, NotFavourite) as refusal:
        return type(refusal).__name__
    return "done"


@pytest.mark.django_db(transaction=True)
def test_c16_five_clicks_at_once_are_one_favourite() -> None:
    user, goods = UserFactory(), SkuFactory().goods
    outcomes = run_together(5, lambda _n: outcome_of(add_favourite, user_id=user.pk, goods_id=goods.pk))
    assert sorted(outcomes) == ["AlreadyFavourite"] * 4 + ["done"]
    assert Favourite.objects.count() == 1
    assert count_of(goods) == 1


@pytest.mark.django_db(transaction=True)
def test_c16_five_drops_at_once_are_counted_once() -> None:
    favourite = FavouriteFactory()
    FavouriteFactory(goods=favourite.goods)
    ids = {"user_id": favourite.user_id, "goods_id": favourite.goods_id}
    outcomes = run_together(5, lambda _n: outcome_of(remove_favourite, **ids))
    assert sorted(outcomes) == ["NotFavourite"] * 4 + ["done"]
    assert Favourite.objects.count() == 1
    assert count_of(favourite.goods) == 1


@pytest.mark.django_db(transaction=True)
def test_c16_twelve_users_at_once_are_all_counted() -> None:
    users, goods = UserFactory.create_batch(12), SkuFactory().goods
    outcomes = run_together(12, lambda n: outcome_of(add_favourite, user_id=users[n].pk, goods_id=goods.pk))
    assert outcomes == ["done"] * 12
    assert Favourite.objects.count() == 12
    assert count_of(goods) == 12
