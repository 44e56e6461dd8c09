"""Staff answer refunds and open them; each click is a right, a log entry and the same service."""

from decimal import Decimal

import pytest
from django.test import Client
from xadmin.models import Log

from apps.common.tests.back_office import act, browser_of, clerk, listed, page, send
from apps.trade.adminx.refund_gifts import Gift
from apps.trade.models import Payment, Refund, RefundEvent, RefundReason, RefundState
from apps.trade.services import refund_decisions, refunds
from apps.trade.tests.factories import PaymentFactory, an_order
from apps.trade.tests.refunding import a_refund, a_refundable_order, assert_reserves_match
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

ORDERS = "/xadmin/trade/order/"
REFUNDS = "/xadmin/trade/refund/"


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    return browser_of(superuser)


def a_return(user: UserProfile) -> Refund:
    order = a_refundable_order(user, until="received")
    return refunds.apply_for_refund(order=order, user=user, kind="return_goods", reason="damaged")


def state_of(refund: Refund) -> str:
    refund.refresh_from_db()
    return refund.state


def test_a_return_is_handled_by_clicks(alice: UserProfile) -> None:
    refund = a_return(alice)
    client = clerk("trade.change_refund", username="clerk")
    assert 'name="amount"' in send(client, REFUNDS, {"action": "approve_refund", "_selected_action": refund.pk}).text
    assert state_of(refund) == "requested"
    act(client, REFUNDS, "approve_refund", refund, note="请寄到仓库")
    assert state_of(refund) == "approved"
    act(client, REFUNDS, "goods_arrived", refund, restock="on")
    assert (state_of(refund), refund.restock) == ("arrived", True)
    act(client, REFUNDS, "approve_refund", refund, amount="25.00")
    assert (state_of(refund), refund.amount) == ("processing", Decimal("25.00"))
    events = RefundEvent.objects.filter(refund=refund, actor__username="clerk").values_list("to_state", "note")
    assert list(events) == [("approved", "请寄到仓库"), ("arrived", ""), ("processing", "")]
    assert Log.objects.count() == 3
    assert_reserves_match(refund.order)


def test_a_refusal_says_why(alice: UserProfile) -> None:
    refund = a_refund(alice)
    client = clerk("trade.change_refund")
    for _click in range(2):
        act(client, REFUNDS, "refuse_refund", refund, reason="已发货")
    assert state_of(refund) == "refused"
    assert RefundEvent.objects.filter(refund=refund).count() == 2
    assert Log.objects.get().message == "拒绝; 原因: 已发货"
    assert "该退款单当前为“商家已拒绝”，无法进行此操作。" in page(client, REFUNDS)


def test_more_than_was_asked_for_is_refused(alice: UserProfile) -> None:
    refund = a_refund(alice)
    client = clerk("trade.change_refund")
    act(client, REFUNDS, "approve_refund", refund, amount="30.01")
    assert (state_of(refund), refund.amount) == ("requested", Decimal("30.00"))
    assert "金额须在 0.01 至 30.00 之间。" in page(client, REFUNDS)


def test_what_failed_is_tried_again(alice: UserProfile) -> None:
    refund = a_refund(alice)
    number = refund.number
    refunds.withdraw_refund(refund=refund, user=alice)
    Refund.objects.update(state=RefundState.FAILED)
    act(clerk("trade.change_refund"), REFUNDS, "retry_refund", refund, note="已充值")
    assert state_of(refund) == "processing"
    assert refund.number == number, "the gateway knows nothing of it, so it is not dead"


@pytest.mark.parametrize("action", ["approve_refund", "refuse_refund", "goods_arrived", "retry_refund"])
def test_answers_need_the_right(alice: UserProfile, action: str) -> None:
    refund = a_refund(alice)
    client = clerk("trade.view_refund", "trade.add_refund", "trade.delete_refund", "trade.change_order")
    assert act(client, REFUNDS, action, refund, reason="x").status_code == 403
    assert action not in page(client, f"{REFUNDS}{refund.pk}/detail/")
    assert state_of(refund) == "requested"
    assert (RefundEvent.objects.count(), Log.objects.count()) == (1, 0)


def test_a_refund_offers_the_answers_of_its_state(alice: UserProfile) -> None:
    refund = a_return(alice)
    client = clerk("trade.change_refund")

    def offered() -> list[str]:
        shown = page(client, f"{REFUNDS}{refund.pk}/detail/")
        names = ("approve_refund", "refuse_refund", "goods_arrived", "retry_refund")
        return [name for name in names if f'value="{name}"' in shown]

    expected = {
        "requested": ["approve_refund", "refuse_refund"],
        "approved": ["goods_arrived"],
        "returning": ["refuse_refund", "goods_arrived"],
        "arrived": ["approve_refund", "refuse_refund"],
        "processing": [],
        "succeeded": [],
        "failed": ["refuse_refund", "retry_refund"],
    }
    for state, names in expected.items():
        Refund.objects.update(state=state)
        assert offered() == names, state
    Refund.objects.update(state="failed", kind="late_payment")
    assert offered() == ["retry_refund"]


@pytest.mark.parametrize(
    ("answers", "amount"),
    [
        ({}, "35.00"),
        ({"with_freight": "on"}, "43.00"),
        ({"pieces": "1x2, 2x1"}, "25.00"),
        ({"pieces": "1×1，2×1"}, "15.00"),
        ({"pieces": "1x2", "amount": "0.50"}, "0.50"),
        ({"pieces": "0x0", "with_freight": "on"}, "8.00"),
    ],
    ids=str,
)
def test_staff_open_a_refund_of_an_order(alice: UserProfile, answers: dict[str, str], amount: str) -> None:
    order = a_refundable_order(alice, ("10.00", 3), ("5.00", 1), freight="8.00")
    client = clerk("trade.view_order", "trade.add_refund", username="clerk")
    act(client, ORDERS, "give_refund", order, reason="out_of_stock", restock="on", **answers)
    refund = Refund.objects.get()
    assert (refund.state, refund.amount, refund.restock) == ("processing", Decimal(amount), True)
    assert refund.events.get().actor.username == "clerk"
    assert Log.objects.count() == 1
    assert_reserves_match(order)


@pytest.mark.parametrize("answers", [{"pieces": "3x1"}, {"pieces": "1x9"}, {"pieces": "x"}, {"amount": "99"}], ids=str)
def test_what_cannot_be_meant_opens_nothing(alice: UserProfile, answers: dict[str, str]) -> None:
    order = a_refundable_order(alice, ("10.00", 3))
    act(clerk("trade.view_order", "trade.add_refund"), ORDERS, "give_refund", order, reason="other", **answers)
    assert not Refund.objects.exists()
    assert not Log.objects.exists()


def test_to_open_one_needs_the_right(alice: UserProfile) -> None:
    order = a_refundable_order(alice)
    client = clerk("trade.view_order", "trade.change_order", "trade.change_refund")
    assert act(client, ORDERS, "give_refund", order, reason="other").status_code == 403
    assert "give_refund" not in page(client, f"{ORDERS}{order.pk}/detail/")
    assert not Refund.objects.exists()


def test_an_unpaid_order_offers_no_refund(alice: UserProfile) -> None:
    order = an_order(alice)
    client = clerk("trade.view_order", "trade.add_refund")
    assert "give_refund" not in page(client, f"{ORDERS}{order.pk}/detail/")
    act(client, ORDERS, "give_refund", order, reason="other")
    assert "订单待支付，没有可退的款项。" in page(client, ORDERS)


def test_the_page_of_a_refund(office: Client, alice: UserProfile, staff: UserProfile) -> None:
    refund = a_return(alice)
    refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="不是本店商品")
    shown = page(office, f"{REFUNDS}{refund.pk}/detail/")
    for text in (refund.number, refund.order.number, "30.00", "商品破损或有质量问题", "不是本店商品", "商家已拒绝"):
        assert text in shown, text


def test_refunds_are_found_and_wait_in_a_shortcut(office: Client, alice: UserProfile) -> None:
    waiting, over = a_refund(alice), a_refund(alice)
    refunds.withdraw_refund(refund=over, user=alice)
    assert listed(office, REFUNDS, f"_q_={over.order.number}") == [str(over.pk)]
    assert listed(office, REFUNDS, "_p_state__in=requested,arrived") == [str(waiting.pk)]
    assert listed(office, REFUNDS, "_p_kind__exact=return_goods") == []


def test_not_even_a_superuser_types_over_a_refund(office: Client, alice: UserProfile) -> None:
    refund = a_refund(alice)
    before = list(Refund.objects.values())
    for model in ("refund", "refundline", "refundevent", "refundpicture"):
        for path in ("add/", f"{refund.pk}/update/", f"{refund.pk}/delete/", f"{refund.pk}/patch/"):
            assert send(office, f"/xadmin/trade/{model}/{path}", {"state": "succeeded"}).status_code in (403, 404)
    assert list(Refund.objects.values()) == before


def test_money_that_went_back_is_not_red_any_more(office: Client, alice: UserProfile) -> None:
    payment = PaymentFactory(order=an_order(alice), status=Payment.Status.REFUNDED)
    assert '<tr class="grid-item danger"' not in page(office, "/xadmin/trade/payment/")
    assert "待退款" not in page(office, f"{ORDERS}{payment.order_id}/detail/")


@pytest.mark.parametrize("model", ["refund", "refundline", "refundevent"])
def test_a_list_costs_the_same_however_long(office: Client, model: str, django_assert_max_num_queries: object) -> None:
    for _row in range(20):
        a_refund(UserFactory())
    with django_assert_max_num_queries(12):
        assert page(office, f"/xadmin/trade/{model}/").count('class="grid-item') == 20


def test_staff_cannot_give_the_reason_that_is_the_shops_own(alice: UserProfile) -> None:
    offered = dict(Gift().fields["reason"].choices)
    assert RefundReason.OUT_OF_STOCK in offered
    assert RefundReason.NOT_TAKEN not in offered
