"""`/coupons/`, `/user-coupons/` and `/points/`."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tests.back_office import act, clerk
from apps.trade.models import Coupon, CouponGrant, PointsAccount
from apps.trade.services.points import adjust_points
from apps.trade.tests.factories import CouponFactory, CouponGrantFactory
from apps.users.models import UserProfile


def claim(client: APIClient, coupon: Coupon) -> Any:
    return client.post(f"/coupons/{coupon.public_id}/claim/")


def test_what_can_be_claimed_is_listed(shopper: APIClient) -> None:
    coupon = CouponFactory(name="五元券", total_limit=2)
    CouponFactory(code="SECRET")
    CouponFactory(total_limit=1, claimed_count=1)
    CouponFactory(ends_at=timezone.now())

    assert shopper.get("/coupons/").json()["results"] == [
        {
            "public_id": str(coupon.public_id),
            "name": "五元券",
            "kind": "fixed",
            "value": "5.00",
            "cap": None,
            "minimum": "0.00",
            "category": None,
            "goods": None,
            "starts_at": timezone.localtime(coupon.starts_at).isoformat(),
            "ends_at": timezone.localtime(coupon.ends_at).isoformat(),
        }
    ]


def test_a_coupon_is_claimed_as_often_as_each_may(shopper: APIClient, stranger: APIClient) -> None:
    coupon = CouponFactory(user_limit=2)
    assert [claim(shopper, coupon).status_code for _ in range(3)] == [201, 201, 409]
    assert claim(stranger, coupon).status_code == 201
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == 3
    mine = shopper.get("/user-coupons/").json()
    assert (mine["count"], [row["state"] for row in mine["results"]]) == (2, ["unused", "unused"])


def test_a_claim_that_is_sent_again_under_its_key_is_one_claim(shopper: APIClient) -> None:
    coupon, code = CouponFactory(user_limit=2), CouponFactory(user_limit=2, code="SPRING")
    key = {"Idempotency-Key": "once"}
    for _ in range(2):
        assert shopper.post(f"/coupons/{coupon.public_id}/claim/", headers=key).status_code == 201
        assert shopper.post("/coupons/redeem/", {"code_word": "SPRING"}, headers=key).status_code == 201
    assert CouponGrant.objects.filter(coupon=coupon).count() == 1
    assert CouponGrant.objects.filter(coupon=code).count() == 1


@pytest.mark.parametrize("wrong", [{"total_limit": 0}, {"ends_at": timezone.now()}, {"user_limit": 0}])
def test_one_that_is_gone_is_refused_and_not_counted(shopper: APIClient, wrong: dict[str, Any]) -> None:
    coupon = CouponFactory(**wrong)
    answer = claim(shopper, coupon)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:mxshop:problem:coupon_gone")
    coupon.refresh_from_db()
    assert coupon.claimed_count == CouponGrant.objects.count() == 0


def test_a_code_is_redeemed_however_it_is_typed_and_never_claimed_by_id(shopper: APIClient) -> None:
    coupon = CouponFactory(code="SPRING-26")
    assert claim(shopper, coupon).status_code == 404
    answer = shopper.post("/coupons/redeem/", {"code_word": " spring-26 "})
    assert answer.status_code == 201
    assert answer.json()["coupon"]["public_id"] == str(coupon.public_id)
    assert "SPRING" not in answer.content.decode()
    assert shopper.post("/coupons/redeem/", {"code_word": "SPRING-26"}).status_code == 409
    answer = shopper.post("/coupons/redeem/", {"code_word": "SUMMER"})
    assert (answer.status_code, "code_word" in answer.json()) == (400, True)


def test_a1_a_visitor_gets_401_and_an_unknown_coupon_is_404(visitor: APIClient, shopper: APIClient) -> None:
    coupon = CouponFactory()
    for path in ("/coupons/", "/user-coupons/", "/points/"):
        assert visitor.get(path).status_code == 401
    assert claim(visitor, coupon).status_code == 401
    assert visitor.post("/coupons/redeem/", {"code_word": "x"}).status_code == 401
    assert shopper.post("/coupons/00000000-0000-4000-8000-000000000000/claim/").status_code == 404
    assert not CouponGrant.objects.exists()


def test_a2_nobody_sees_anothers_coupons_and_points(stranger: APIClient, alice: UserProfile) -> None:
    CouponGrantFactory(user=alice)
    adjust_points(account=PointsAccount.objects.create(user=alice), delta=5, note="x", actor_id=None)
    assert stranger.get("/user-coupons/").json()["count"] == 0
    assert stranger.get("/points/").json() == {
        "balance": 0, "count": 0, "next": None, "previous": None, "results": [],
    }  # fmt: skip


def test_points_are_shown_with_their_ledger(shopper: APIClient, alice: UserProfile) -> None:
    account = PointsAccount.objects.create(user=alice)
    for delta in (50, -20):
        adjust_points(account=account, delta=delta, note="补偿", actor_id=None)
    body = shopper.get("/points/").json()
    assert (body["balance"], body["count"]) == (30, 2)
    first = body["results"][0]
    assert (first["delta"], first["reason"], first["order"], first["note"]) == (-20, "adjustment", None, "补偿")


@pytest.mark.parametrize(("path", "allowed"), [("/coupons/", 2), ("/user-coupons/", 2), ("/points/", 3)])
def test_lists_take_few_queries(
    shopper: APIClient, alice: UserProfile, at_most_statements: Any, path: str, allowed: int
) -> None:
    account = PointsAccount.objects.create(user=alice)
    for _ in range(8):
        CouponGrantFactory(user=alice)
        adjust_points(account=account, delta=5, note="x", actor_id=None)
    with at_most_statements(allowed):
        assert shopper.get(path).json()["count"] == 8


def test_own_coupons_are_narrowed_by_state(shopper: APIClient, alice: UserProfile) -> None:
    CouponGrantFactory(user=alice)
    CouponGrantFactory(user=alice, state="void")
    assert shopper.get("/user-coupons/?state=void").json()["count"] == 1
    assert shopper.get("/user-coupons/?state=x").status_code == 400


def test_staff_give_coupons_and_take_them_back(alice: UserProfile) -> None:
    coupon = CouponFactory()
    giver = clerk("trade.view_coupon", "trade.add_coupongrant")
    act(giver, "/xadmin/trade/coupon/", "grant_coupon", coupon, name="nobody")
    assert not CouponGrant.objects.exists()
    act(giver, "/xadmin/trade/coupon/", "grant_coupon", coupon, name="13800000001")
    grant = CouponGrant.objects.get()
    assert (grant.user, grant.state) == (alice, "unused")

    taker = clerk("trade.view_coupongrant", "trade.change_coupongrant")
    act(taker, "/xadmin/trade/coupongrant/", "void_grant", grant)
    grant.refresh_from_db()
    assert grant.state == "void"


def test_staff_adjust_points_with_the_right_to(alice: UserProfile) -> None:
    account = PointsAccount.objects.create(user=alice)
    viewer = clerk("trade.view_pointsaccount", "trade.change_pointsaccount")
    answers = {"delta": 50, "note": "补偿"}
    assert act(viewer, "/xadmin/trade/pointsaccount/", "adjust_points", account, **answers).status_code == 403
    adjuster = clerk("trade.view_pointsaccount", "trade.add_pointsentry", username="adjuster")
    act(adjuster, "/xadmin/trade/pointsaccount/", "adjust_points", account, **answers)
    account.refresh_from_db()
    entry = account.entries.get()
    assert (account.balance, entry.note, entry.actor.username) == (50, "补偿", "adjuster")
