"""`/refunds/`: what buyers ask, see and send, and that nobody else does."""

import uuid
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from apps.trade.models import Order, Refund, RefundEvent, RefundPicture
from apps.trade.services import refund_decisions, refunds
from apps.trade.services.refund_deadlines import NOT_ANSWERED
from apps.trade.tests.refunding import a_refund, a_refundable_order, assert_reserves_match, lines_of, payment_of
from apps.users.models import UserProfile

REFUNDS = "/refunds/"


def body(order: Order, **changes: Any) -> dict[str, Any]:
    return {"order": order.pk, "kind": "refund_only", "reason": "damaged", **changes}


def a_picture(name: str = "shot.jpg") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def test_a_buyer_asks_for_pieces_of_a_line(shopper: APIClient, alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3), ("5.00", 1), until="received")
    line = lines_of(order)[0]
    wanted = body(
        order, kind="return_goods", description="瓶口有裂纹", items=[{"line": line.pk, "nums": 2, "amount": "15.00"}]
    )
    answer = shopper.post(REFUNDS, wanted)
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    refund = Refund.objects.get()
    assert shown == shopper.get(f"{REFUNDS}{refund.public_id}/").json()
    assert {name: shown[name] for name in ("public_id", "order", "order_sn", "kind", "state", "amount")} == {
        "public_id": str(refund.public_id),
        "order": order.pk,
        "order_sn": order.number,
        "kind": "return_goods",
        "state": "requested",
        "amount": "15.00",
    }
    assert shown["items"] == [
        {
            "line": line.pk,
            "goods": line.goods_id,
            "name": line.goods_name,
            "specification": "",
            "nums": 2,
            "amount": "15.00",
        }
    ]
    assert [(step["state"], step["by"]) for step in shown["events"]] == [("requested", "buyer")]


def test_the_whole_order_needs_no_items(shopper: APIClient, alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3), freight="8.00")
    shown = shopper.post(REFUNDS, body(order)).json()
    assert (shown["amount"], shown["freight_amount"]) == ("38.00", "8.00")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "late_payment"},
        {"reason": "not_taken"},
        {"reason": None},
        {"order": "x"},
        {"order": 2**63},
        {"items": []},
        {"items": [{"line": 1}]},
        {"items": [{"line": 1, "nums": 0}]},
        {"items": [{"line": 1, "nums": 2**31}]},
        {"items": [{"line": 1, "nums": 1, "amount": "0.001"}]},
        {"items": [{"line": 1, "nums": 1, "amount": "-1"}]},
        {"items": [{"line": 1, "nums": 1, "amount": "NaN"}]},
        {"items": [{"line": 10**9, "nums": 1}]},
        {"items": "all"},
        {"description": "x" * 501},
        {"freight": "perhaps"},
    ],
    ids=str,
)
def test_c1_what_cannot_be_meant(shopper: APIClient, alice: UserProfile, change: dict[str, Any]) -> None:
    order = a_refundable_order(alice)
    assert shopper.post(REFUNDS, {**body(order), **change}).status_code == 400
    assert not Refund.objects.exists()
    assert payment_of(order).refunded_amount == 0


def test_too_many_pieces_are_a_conflict(shopper: APIClient, alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    answer = shopper.post(REFUNDS, body(order, items=[{"line": lines_of(order)[0].pk, "nums": 4}]))
    assert (answer.status_code, answer.json()["type"], answer.json()["left"]) == (
        409,
        "urn:mxshop:problem:not_refundable",
        3,
    )
    assert not Refund.objects.exists()


def test_an_unpaid_order_says_its_state(shopper: APIClient, alice: UserProfile) -> None:
    order = a_refundable_order(alice)
    Order.objects.update(status="pending_payment")
    answer = shopper.post(REFUNDS, body(order))
    assert (answer.status_code, answer.json()["state"]) == (409, "pending_payment")


def test_c8_the_same_key_is_one_refund(shopper: APIClient, alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    wanted = body(order, items=[{"line": lines_of(order)[0].pk, "nums": 1}])
    first, again = (shopper.post(REFUNDS, wanted, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (201, 201, "true")
    assert first.json() == again.json()
    other = shopper.post(REFUNDS, body(order), headers={"Idempotency-Key": "k-1"})
    assert other.status_code == 422
    assert Refund.objects.count() == 1


def test_the_buyer_sees_each_step_in_their_language(shopper: APIClient, alice: UserProfile, staff: UserProfile) -> None:
    refund = a_refund(alice, until="received")
    refund_decisions.approve_refund(refund=refund, actor_id=None, note=NOT_ANSWERED)
    address = f"{REFUNDS}{refund.public_id}/"
    chinese = shopper.get(address, headers={"accept-language": "zh-hans"}).json()
    english = shopper.get(address, headers={"accept-language": "en"}).json()
    assert [(step["text"], step["note"], step["by"]) for step in chinese["events"]] == [
        ("待商家处理", "", "buyer"),
        ("退款处理中", "商家逾期未处理，系统已自动同意。", "shop"),
    ]
    assert [step["text"] for step in english["events"]] == ["waiting for the shop's answer", "money on its way back"]
    assert english["events"][1]["note"] == NOT_ANSWERED


def test_what_staff_say_is_shown_as_they_said_it(shopper: APIClient, alice: UserProfile, staff: UserProfile) -> None:
    refund = a_refund(alice)
    refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="已超出售后范围")
    last = shopper.get(f"{REFUNDS}{refund.public_id}/").json()["events"][-1]
    assert (last["state"], last["note"], last["by"]) == ("refused", "已超出售后范围", "staff")


def test_a_request_is_withdrawn_once(shopper: APIClient, alice: UserProfile) -> None:
    refund = a_refund(alice)
    address = f"{REFUNDS}{refund.public_id}/withdraw/"
    first, again = shopper.post(address), shopper.post(address)
    assert (first.status_code, first.json()["state"]) == (200, "withdrawn")
    assert (again.status_code, again.json()["type"], again.json()["state"]) == (
        409,
        "urn:mxshop:problem:illegal_refund_move",
        "withdrawn",
    )
    assert RefundEvent.objects.filter(refund=refund).count() == 2
    assert_reserves_match(refund.order)


def test_the_return_gets_its_tracking_number(shopper: APIClient, alice: UserProfile, staff: UserProfile) -> None:
    order = a_refundable_order(alice, until="received")
    refund = refunds.apply_for_refund(order=order, user=alice, kind="return_goods", reason="damaged")
    address, parcel = (
        f"{REFUNDS}{refund.public_id}/shipment/",
        {"carrier": "顺丰速运", "tracking_number": "SF1234567890"},
    )
    assert shopper.post(address, parcel).status_code == 409, "nobody agreed yet"
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    assert shopper.post(address, {**parcel, "tracking_number": "SF 1"}).status_code == 400
    shown = shopper.post(address, parcel).json()
    assert (shown["state"], shown["carrier"], shown["tracking_number"]) == ("returning", "顺丰速运", "SF1234567890")


def test_pictures_are_drawn_anew_and_shown(
    shopper: APIClient, alice: UserProfile, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    refund = a_refund(alice)
    address = f"{REFUNDS}{refund.public_id}/pictures/"
    answer = shopper.post(address, {"image": a_picture("../../x.html")}, format="multipart")
    assert answer.status_code == 201, answer.content
    (shown,) = answer.json()["pictures"]
    assert shown.startswith("/media/refunds/")
    assert shown.endswith(".jpg")
    assert shopper.get(shown).status_code == 200
    bad = SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    assert "image" in shopper.post(address, {"image": bad}, format="multipart").json()
    for _ in range(8):
        assert shopper.post(address, {"image": a_picture()}, format="multipart").status_code == 201
    assert shopper.post(address, {"image": a_picture()}, format="multipart").status_code == 409
    refunds.withdraw_refund(refund=Refund.objects.get(), user=alice)
    assert shopper.post(address, {"image": a_picture()}, format="multipart").status_code == 409
    assert RefundPicture.objects.count() == 9


def test_refunds_are_listed_and_narrowed(shopper: APIClient, alice: UserProfile) -> None:
    first, second = a_refund(alice), a_refund(alice)
    refunds.withdraw_refund(refund=first, user=alice)

    def listed(query: str = "") -> list[str]:
        return [refund["number"] for refund in shopper.get(f"{REFUNDS}{query}").json()["results"]]

    assert listed() == [second.number, first.number]
    assert listed("?state=withdrawn") == listed(f"?order={first.order_id}") == [first.number]
    assert shopper.get(f"{REFUNDS}?state=lost").status_code == 400
    assert shopper.get(f"{REFUNDS}?order=1e99").status_code == 400


def test_a_list_costs_the_same_however_long(shopper: APIClient, alice: UserProfile, at_most_statements: Any) -> None:
    for _ in range(12):
        a_refund(alice)
    with at_most_statements(5):
        assert len(shopper.get(REFUNDS).json()["results"]) == 12


def test_to_ask_costs_few_statements(shopper: APIClient, alice: UserProfile, at_most_statements: Any) -> None:
    order = a_refundable_order(alice, ("10.00", 1), ("5.00", 2), freight="8.00")
    with at_most_statements(24):
        assert shopper.post(REFUNDS, body(order)).status_code == 201


def test_a1_nobody_without_a_token(visitor: APIClient, alice: UserProfile) -> None:
    refund = a_refund(alice)
    one = f"{REFUNDS}{refund.public_id}/"
    answers = [visitor.get(REFUNDS), visitor.get(one), visitor.post(REFUNDS, body(refund.order))]
    answers += [visitor.post(f"{one}{path}/") for path in ("withdraw", "shipment", "pictures")]
    assert [answer.status_code for answer in answers] == [401] * 6


def test_a2_a_stranger_finds_nothing_and_changes_nothing(
    stranger: APIClient, alice: UserProfile, staff: UserProfile
) -> None:
    order = a_refundable_order(alice, until="received")
    refund = refunds.apply_for_refund(order=order, user=alice, kind="return_goods", reason="other")
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    before = list(Refund.objects.values())
    one = f"{REFUNDS}{refund.public_id}/"
    parcel = {"carrier": "顺丰", "tracking_number": "SF1234"}
    answers = [
        stranger.get(one),
        stranger.post(f"{one}withdraw/"),
        stranger.post(f"{one}shipment/", parcel),
        stranger.post(f"{one}pictures/", {"image": a_picture()}, format="multipart"),
        stranger.post(REFUNDS, body(a_refundable_order(alice))),
        stranger.get(f"{REFUNDS}{uuid.uuid4()}/"),
        stranger.get(f"{REFUNDS}{'-' * 36}/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    assert stranger.get(REFUNDS).json()["results"] == []
    assert stranger.get(f"{REFUNDS}?order={order.pk}").json()["count"] == 0
    assert list(Refund.objects.values()) == before
    assert not RefundPicture.objects.exists()


def test_c5_owner_amount_and_state_in_the_body_are_ignored(shopper: APIClient, alice: UserProfile) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    extra = {"amount": "9999.00", "state": "succeeded", "user": 1, "number": "R1", "restock": True}
    assert shopper.post(REFUNDS, body(order, **extra)).status_code == 201
    refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.restock) == (Decimal("30.00"), "requested", False)
