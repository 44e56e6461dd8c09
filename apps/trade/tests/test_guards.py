"""Each guard holds by itself, on every database: who read something a moment ago, and is too late, is told so.

Races find the same with many at once (`tests/concurrency`); here the other one was simply first.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.money import ZERO
from apps.trade.exceptions import CouponNotUsable, InFlight, NotEnoughPoints, NotRefundable
from apps.trade.models import IdempotencyKey, PointsAccount, Refund, RefundLine, RefundState
from apps.trade.services import coupons, idempotency, points, refund_execution, refund_moves, refund_reserves
from apps.trade.states import UNDECIDED
from apps.trade.tests.factories import CouponGrantFactory, an_order
from apps.trade.tests.refunding import a_refund, a_refundable_order, lines_of
from apps.trade.tests.test_refunds_api import REFUNDS, a_picture
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db


def test_points_are_spent_as_far_as_there_are_any(alice: UserProfile) -> None:
    order = an_order(alice)
    PointsAccount.objects.create(user=alice, balance=5)

    with pytest.raises(NotEnoughPoints) as refusal:
        points.spend_points(order=order, points=6)

    assert refusal.value.members == {"available": 5}
    assert PointsAccount.objects.get().balance == 5


def test_a_coupon_is_used_for_the_first_order(alice: UserProfile) -> None:
    grant, first, second = CouponGrantFactory(user=alice), an_order(alice), an_order(alice)
    coupons.use_coupon(grant=grant, order=first)

    with pytest.raises(CouponNotUsable):
        coupons.use_coupon(grant=grant, order=second)

    grant.refresh_from_db()
    assert grant.order == first


def test_pieces_are_promised_to_the_first_refund(alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    [line] = lines_of(order)
    order.lines.update(refunded_quantity=2)
    late = RefundLine(line=line, quantity=2, share=ZERO, amount=ZERO)

    with pytest.raises(NotRefundable, match="这些商品已在其他退款单中"):
        refund_reserves.reserve(refund=Refund(order=order), parts=[late])

    assert order.lines.get().refunded_quantity == 2


def test_a_refund_is_asked_about_by_who_came_first(alice: UserProfile) -> None:
    refund = a_refund(alice)
    refund_moves.move(refund=refund, to=RefundState.PROCESSING)
    Refund.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
    read = Refund.objects.get()
    # Another asked since, and the lease has ended.
    Refund.objects.update(attempts=1)

    assert refund_execution._claim(read) is False
    assert Refund.objects.get().attempts == 1


def test_an_answer_is_kept_under_the_token_that_had_the_effect(alice: UserProfile) -> None:
    def taken_over() -> dict[str, Any]:
        IdempotencyKey.objects.update(token="01234567-89ab-1cde-8f01-23456789abcd")
        return {}

    with pytest.raises(InFlight):
        idempotency.answer_once(user=alice, route="r", key="k", request=None, status=201, effect=taken_over)


@pytest.mark.parametrize("state", [state for state in RefundState if state not in UNDECIDED])
def test_a_decided_refund_takes_no_pictures(state: str, shopper: APIClient, alice: UserProfile) -> None:
    refund = a_refund(alice)
    Refund.objects.update(state=state)

    answer = shopper.post(f"{REFUNDS}{refund.public_id}/pictures/", {"image": a_picture()}, format="multipart")

    assert (answer.status_code, answer.json()["state"]) == (409, state)
    assert answer.json()["detail"] == "该退款单已处理，不能再添加图片。"
    assert not refund.pictures.exists()
