"""What a buyer is told at each step of a refund."""

import pytest
from rest_framework.test import APIClient

from apps.notifications.models import Notice
from apps.trade.models import Refund
from apps.trade.services.refund_decisions import approve_refund, refuse_refund
from apps.trade.services.refund_execution import settle_due_refunds
from apps.trade.tests.refunding import a_refund, open_bank
from apps.users.models import UserProfile


def topics(user: UserProfile) -> list[str]:
    told = Notice.objects.of(user.pk).filter(topic__startswith="refund.").order_by("pk")
    return list(told.values_list("topic", flat=True))


def test_a_buyer_is_told_from_the_request_to_the_money(
    alice: UserProfile, staff: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_bank(monkeypatch)
    refund = a_refund(alice)
    approve_refund(refund=refund, actor_id=staff.pk)
    settle_due_refunds()

    assert Refund.objects.get().state == "succeeded"
    assert topics(alice) == ["refund.requested", "refund.processing", "refund.succeeded"]


def test_a_buyer_is_told_of_a_refusal_in_their_language(
    shopper: APIClient, alice: UserProfile, staff: UserProfile
) -> None:
    refund = a_refund(alice)
    refuse_refund(refund=refund, actor_id=staff.pk, reason="已经使用过")

    assert topics(alice) == ["refund.requested", "refund.refused"]
    newest = shopper.get("/notices/").json()["results"][0]
    assert newest["text"] == f"您对订单 {refund.order.number} 退款 ¥30.00 的申请未通过，原因见退款详情。"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_step_has_its_words(shopper: APIClient, alice: UserProfile, language: str) -> None:
    refund = a_refund(alice)

    answer = shopper.get("/notices/", headers={"accept-language": language}).json()["results"][0]

    assert refund.order.number in answer["text"]
    assert "30.00" in answer["text"]
