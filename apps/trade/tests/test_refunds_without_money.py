"""What cost nothing goes back like everything else, but for the money: no gateway hears of it, and no bill lists it."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.exceptions import InvalidInput
from apps.common.tests.back_office import act, clerk
from apps.goods.models import Sku
from apps.goods.tests.factories import SkuFactory
from apps.notifications.models import Notice
from apps.trade.exceptions import NotRefundable
from apps.trade.models import CouponGrant, Discrepancy, GoodsPurchase, Order, Payment, PointsAccount, Refund
from apps.trade.services import attempts, price_changes, reconciliation, refund_decisions, refunds, sandbox
from apps.trade.services.bill_days import day_of
from apps.trade.services.offers import Wishes
from apps.trade.services.orders import place_order
from apps.trade.services.points import adjust_points
from apps.trade.services.refund_deadlines import end_overdue_refunds
from apps.trade.services.refund_execution import settle_due_refunds
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.factories import RECIPIENT, CouponGrantFactory, a_shipment
from apps.trade.tests.refunding import Bank, lines_of, open_bank
from apps.users.models import UserProfile

ASKED = {"kind": "refund_only", "reason": "changed_mind"}


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    return open_bank(monkeypatch)


@pytest.fixture(autouse=True)
def points_may_pay_all(settings: Any) -> None:
    settings.POINTS_MOST_PERCENT = 100


@pytest.fixture
def account(alice: UserProfile) -> PointsAccount:
    account = PointsAccount.objects.create(user=alice)
    adjust_points(account=account, delta=5000, note="生日", actor_id=None)
    return account


def order_of(user: UserProfile, *prices: str, pieces: int = 3, **wishes: Any) -> Order:
    """Pieces of a limited goods for each price, paid with what the wishes say."""
    skus = [SkuFactory(price=price, stock=10, goods__purchase_limit=9) for price in prices]
    return place_order(user=user, items={sku.pk: pieces for sku in skus}, wishes=Wishes(**wishes), **RECIPIENT)


def paid_by_coupon(user: UserProfile) -> Order:
    """Three pieces of 10 yuan that a coupon of 30 covers."""
    grant = CouponGrantFactory(user=user, coupon__value=Decimal("30.00"), coupon__claimed_count=1)
    return order_of(user, "10.00", coupon=grant.public_id)


def pay(order: Order) -> Order:
    sandbox.pay_at(url=attempts.payment_url(order=order))
    order.refresh_from_db()
    return order


def state_of(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def balance(account: PointsAccount) -> int:
    account.refresh_from_db()
    return account.balance


def assert_books_are_right() -> None:
    """The doctor is content, and no bill misses anything."""
    call_command("shop_doctor", stdout=StringIO())
    for channel in ("alipay", "wechat"):
        reconciliation.reconcile(channel=channel, day=day_of(timezone.now()))
    assert list(Discrepancy.objects.values_list("kind", "reference")) == []


@pytest.mark.parametrize("restock", [True, False])
def test_an_order_that_a_coupon_paid_is_cancelled(
    alice: UserProfile, staff: UserProfile, bank: Bank, restock: bool
) -> None:
    order = paid_by_coupon(alice)
    assert (order.status, order.total) == ("paid", Decimal("0.00"))
    assert CouponGrant.objects.get().state == "used"

    refund = refunds.apply_for_refund(order=order, user=alice, **ASKED)
    assert (refund.state, refund.amount, refund.payment) == ("requested", Decimal("0.00"), None)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk, restock=restock)
    assert state_of(order) == "refunding"
    assert settle_due_refunds() == (1, 0)
    assert settle_due_refunds() == (0, 0)

    refund.refresh_from_db()
    assert (refund.state, refund.gateway_number, state_of(order)) == ("succeeded", "", "refunded")
    assert bank.calls == []
    assert Sku.objects.get().stock == (10 if restock else 7)
    assert CouponGrant.objects.get().state == "unused", "it is as if the order had never been placed"
    assert GoodsPurchase.objects.get().quantity == 0
    assert_books_are_right()


def test_a_shipped_order_that_a_coupon_paid_comes_back_step_by_step(
    alice: UserProfile, staff: UserProfile, bank: Bank
) -> None:
    order = paid_by_coupon(alice)
    a_shipment(order)
    order.refresh_from_db()

    refund = refunds.apply_for_refund(order=order, user=alice, kind="return_goods", reason="damaged")
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    refund.refresh_from_db()
    refunds.ship_return(refund=refund, user=alice, carrier="顺丰", tracking_number="SF1")
    refund_decisions.confirm_arrival(refund=refund, actor_id=staff.pk, restock=True)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    settle_due_refunds()

    steps = list(refund.events.order_by("pk").values_list("to_state", flat=True))
    assert steps == ["requested", "approved", "returning", "arrived", "processing", "succeeded"]
    assert (state_of(order), Sku.objects.get().stock, bank.calls) == ("refunded", 10, [])
    assert CouponGrant.objects.get().state == "used", "the buyer had the use of it"
    assert_books_are_right()


def test_an_order_that_points_paid_gives_them_back_piece_by_piece(
    alice: UserProfile, staff: UserProfile, account: PointsAccount, bank: Bank
) -> None:
    order = order_of(alice, "10.00", points=3000)
    assert (order.status, order.total, balance(account)) == ("paid", Decimal("0.00"), 2000)
    line = lines_of(order)[0]

    for left, points in ((1, 3000), (2, 5000)):
        wanted = [Wanted(line_id=line.pk, pieces=left)]
        refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="out_of_stock", wanted=wanted, restock=True)
        settle_due_refunds()
        assert balance(account) == points
    assert (state_of(order), bank.calls, Sku.objects.get().stock) == ("refunded", [], 10)
    assert_books_are_right()


def test_a_refund_of_money_and_points_gives_both_back(
    alice: UserProfile, staff: UserProfile, account: PointsAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the money goes through the sandbox
    order = pay(order_of(alice, "10.00", points=1500))
    assert (order.total, balance(account)) == (Decimal("15.00"), 3500)

    refund = refunds.apply_for_refund(order=order, user=alice, **ASKED)
    refund_decisions.approve_refund(refund=refund, actor_id=staff.pk)
    settle_due_refunds()

    assert (refund.amount, state_of(order), balance(account)) == (Decimal("15.00"), "refunded", 5000)
    assert Payment.objects.get().refunded_amount == Decimal("15.00")
    assert_books_are_right()


def test_a_line_that_was_free_comes_back_beside_one_that_was_paid(
    alice: UserProfile, staff: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    order = pay(order_of(alice, "0.00", "8.00", pieces=1))
    free, paid = lines_of(order)

    gift = refunds.apply_for_refund(order=order, user=alice, wanted=[Wanted(line_id=free.pk, pieces=1)], **ASKED)
    refund_decisions.approve_refund(refund=gift, actor_id=staff.pk)
    settle_due_refunds()
    gift.refresh_from_db()
    assert (gift.amount, gift.state, gift.payment, state_of(order)) == (Decimal("0.00"), "succeeded", None, "paid")
    assert_books_are_right()

    rest = refunds.apply_for_refund(order=order, user=alice, **ASKED)
    assert (rest.amount, [part.line_id for part in rest.lines.all()]) == (Decimal("8.00"), [paid.pk])
    refund_decisions.approve_refund(refund=rest, actor_id=staff.pk)
    settle_due_refunds()
    assert state_of(order) == "refunded"
    assert_books_are_right()


def test_an_order_that_staff_made_free_goes_back(alice: UserProfile, staff: UserProfile, bank: Bank) -> None:
    order = order_of(alice, "10.00")
    price_changes.change_price(order=order, goods=Decimal("0.00"), reason="赔礼", actor_id=staff.pk)
    order.refresh_from_db()

    refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other", amount=Decimal("0.00"), restock=True)
    settle_due_refunds()

    assert (state_of(order), bank.calls) == ("refunded", [])
    assert_books_are_right()


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_what_ends_otherwise_frees_its_pieces(alice: UserProfile, staff: UserProfile, end: str) -> None:
    order = paid_by_coupon(alice)
    refund = refunds.apply_for_refund(order=order, user=alice, **ASKED)
    with pytest.raises(NotRefundable):
        refunds.apply_for_refund(order=order, user=alice, **ASKED)
    if end == "refused":
        refund_decisions.refuse_refund(refund=refund, actor_id=staff.pk, reason="已发货")
    else:
        refunds.withdraw_refund(refund=refund, user=alice)
    assert lines_of(order)[0].refunded_quantity == 0
    assert refunds.apply_for_refund(order=order, user=alice, **ASKED).state == "requested"
    call_command("shop_doctor", stdout=StringIO())


def test_a_request_that_nobody_answers_is_granted(alice: UserProfile) -> None:
    refund = refunds.apply_for_refund(order=paid_by_coupon(alice), user=alice, **ASKED)
    Refund.objects.filter(pk=refund.pk).update(deadline_at=timezone.now() - timedelta(seconds=1))
    assert end_overdue_refunds() == 1
    assert settle_due_refunds() == (1, 0)
    assert state_of(refund.order) == "refunded"


def test_nothing_is_no_refund_and_neither_is_no_money_for_what_was_paid(alice: UserProfile, staff: UserProfile) -> None:
    free, paid = paid_by_coupon(alice), pay(order_of(alice, "10.00"))
    for order in (free, paid):
        with pytest.raises(NotRefundable):
            refund_decisions.give_refund(order=order, actor_id=staff.pk, reason="other", wanted=[])
    nothing = [Wanted(line_id=lines_of(paid)[0].pk, pieces=1, amount=Decimal("0.00"))]
    with pytest.raises(NotRefundable, match="有实付金额"):
        refunds.apply_for_refund(order=paid, user=alice, wanted=nothing, **ASKED)
    refund = refunds.apply_for_refund(order=free, user=alice, **ASKED)
    with pytest.raises(InvalidInput):
        refund_decisions.approve_refund(refund=refund, actor_id=staff.pk, amount=Decimal("0.01"))
    assert Refund.objects.get().state == "requested"


def test_the_schema_wants_a_payment_for_money_and_none_without(alice: UserProfile) -> None:
    paid = pay(order_of(alice, "10.00"))
    refund = refunds.apply_for_refund(order=paid, user=alice, **ASKED)
    for change in ({"payment": None}, {"amount": "0.00"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Refund.objects.filter(pk=refund.pk).update(**change)


def test_a_buyer_asks_over_the_api_and_staff_agree_by_a_click(shopper: APIClient, alice: UserProfile) -> None:
    order = paid_by_coupon(alice)

    answer = shopper.post("/refunds/", {"order": order.pk, **ASKED})

    assert (answer.status_code, answer.json()["amount"]) == (201, "0.00")
    refund = Refund.objects.get()
    act(clerk("trade.change_refund"), "/xadmin/trade/refund/", "approve_refund", refund, amount="", note="好的")
    settle_due_refunds()
    assert state_of(order) == "refunded"
    assert [step["state"] for step in shopper.get(f"/refunds/{refund.public_id}/").json()["events"]] == [
        "requested",
        "processing",
        "succeeded",
    ]
    told = Notice.objects.of(alice.pk).filter(topic__startswith="refund.").order_by("pk")
    assert [notice.topic for notice in told] == ["refund.free.requested", "refund.free.succeeded"]
    assert {row["text"] for row in shopper.get("/notices/").json()["results"]} >= {
        f"订单 {order.number} 的商品已退，该商品未支付金额，无需退款。",
        f"订单 {order.number} 的商品已全部退回。",
    }
    assert not Notice.objects.filter(topic__in=["order.refunding", "order.refunded"]).exists(), "they tell of money"
