"""The doctor names every truth that somebody broke behind the services' back, and nothing else."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from apps.common.invariants import invariants
from apps.goods.models import Goods, Sku
from apps.goods.services.pricing import set_price
from apps.goods.tests.factories import CategoryFactory, SkuFactory
from apps.trade.exceptions import NotificationRefused
from apps.trade.gateways.payment import GatewayRefund, Notification
from apps.trade.models import IdempotencyKey, Order, PointsAccount
from apps.trade.services.closing import cancel_order
from apps.trade.services.fulfilment import finish_order, receive_order, ship_order, ship_parcel
from apps.trade.services.invoices import request_invoice
from apps.trade.services.offers import Wishes
from apps.trade.services.orders import place_order
from apps.trade.services.payments import handle_notification
from apps.trade.services.points import adjust_points
from apps.trade.services.price_changes import change_price
from apps.trade.services.refund_decisions import give_refund
from apps.trade.services.refund_execution import take_refund_result
from apps.trade.services.refund_sums import Wanted
from apps.trade.services.refunds import apply_for_refund
from apps.trade.tests.factories import RECIPIENT, CarrierFactory, CouponGrantFactory
from apps.user_operation.services.favourites import add_favourite
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db


def examine(*arguments: str) -> dict[str, dict[str, Any]]:
    """Ask the doctor, and return its reports by name."""
    out = StringIO()
    try:
        call_command("shop_doctor", *arguments, "--json", stdout=out, stderr=StringIO())
        ended_well = True
    except CommandError:
        ended_well = False
    told = json.loads(out.getvalue())
    assert ended_well == (told["left"] == 0)
    return {report["name"]: report for report in told["invariants"]}


def named(reports: dict[str, dict[str, Any]], what: str = "findings") -> set[str]:
    return {name for name, report in reports.items() if report[what]}


def pay(order: Order, *, amount: Decimal | None = None) -> None:
    attempt = order.attempts.get()
    handle_notification(
        notification=Notification(
            channel=attempt.channel,
            number=attempt.number,
            trade_no=f"trade-{order.pk}",
            amount=attempt.amount if amount is None else amount,
            is_paid=True,
            paid_at=timezone.now(),
        )
    )


@pytest.fixture
def shop(alice: UserProfile, staff: UserProfile) -> None:
    """A shop that has seen everything: order 1 is paid, partly shipped and refunded, order 2 was paid too late.

    Of the last one a gateway told another amount than it costs.
    """
    sku = SkuFactory(price=Decimal("10.00"), stock=50, goods__purchase_limit=20)
    CategoryFactory(parent=sku.goods.category)
    add_favourite(user_id=alice.pk, goods_id=sku.goods.pk)
    adjust_points(account=PointsAccount.objects.create(user=alice), delta=1000, note="生日", actor_id=None)
    grant = CouponGrantFactory(user=alice)
    wishes = Wishes(address=RECIPIENT["address"], coupon=grant.public_id, points=200)
    order = place_order(user=alice, items={sku.pk: 4}, wishes=wishes, **RECIPIENT)
    pay(order)
    line = order.lines.get()
    ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF1", pieces={line.pk: 2})
    refund = give_refund(
        order=order, actor_id=staff.pk, reason="other", wanted=[Wanted(line_id=line.pk, pieces=1)], restock=True
    )
    done = GatewayRefund(state="done", amount=refund.amount, gateway_number="G1")
    take_refund_result(channel=refund.payment.channel, refund_number=refund.number, result=done)
    give_all_back_of_a_partly_shipped_order(alice, staff, sku)
    late = place_order(
        user=alice, items={sku.pk: 1}, wishes=Wishes(address=RECIPIENT["address"], points=50), **RECIPIENT
    )
    cancel_order(order=late, actor_id=alice.pk)
    pay(late)
    odd = place_order(user=alice, items={sku.pk: 1}, **RECIPIENT)
    with pytest.raises(NotificationRefused):
        pay(odd, amount=Decimal("0.01"))
    ask_for_the_money_of_a_finished_order(alice, sku)
    change_the_price_of_an_unpaid_order(alice, sku)
    set_price(sku=sku, price=Decimal("11.00"))
    IdempotencyKey.objects.create(user=alice, route="order", key="k", request_hash="h", status=201)


def give_all_back_of_a_partly_shipped_order(buyer: UserProfile, staff: UserProfile, sku: Sku) -> None:
    """One of two pieces has left; then the money of both goes back."""
    order = place_order(user=buyer, items={sku.pk: 2}, **RECIPIENT)
    pay(order)
    ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF2", pieces={order.lines.get().pk: 1})
    refund = give_refund(order=order, actor_id=staff.pk, reason="other")
    done = GatewayRefund(state="done", amount=refund.amount, gateway_number="G2")
    take_refund_result(channel=refund.payment.channel, refund_number=refund.number, result=done)


def ask_for_the_money_of_a_finished_order(buyer: UserProfile, sku: Sku) -> None:
    """It has earned points, and an invoice is asked for; then the buyer wants to send it back."""
    order = place_order(user=buyer, items={sku.pk: 1}, **RECIPIENT)
    pay(order)
    order.refresh_from_db()
    ship_order(order=order, carrier=CarrierFactory(), tracking_number="SF3")
    receive_order(order=order)
    finish_order(order=order)
    request_invoice(order=order, kind="personal", heading="李四", tax_number="", email="li@example.com")
    apply_for_refund(order=order, user=buyer, kind="return_goods", reason="damaged")


def change_the_price_of_an_unpaid_order(buyer: UserProfile, sku: Sku) -> None:
    order = place_order(user=buyer, items={sku.pk: 1}, **RECIPIENT)
    change_price(order=order, goods=Decimal("8.00"), reason="老顾客", actor_id=None)
    change_price(order=order, freight=Decimal("5.00"), reason="偏远", actor_id=None)


@contextmanager
def without_checks() -> Iterator[None]:
    """Let rows be written that the schema forbids, as a restored backup may hold them."""
    switch = (
        "PRAGMA ignore_check_constraints = {}" if connection.vendor == "sqlite" else "SET check_constraint_checks = {}"
    )
    on, off = (0, 1) if connection.vendor == "sqlite" else (1, 0)
    with connection.cursor() as cursor:
        cursor.execute(switch.format(off))
        try:
            yield
        finally:
            cursor.execute(switch.format(on))


def run_sql(*statements: str) -> None:
    with without_checks(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


PAID = "status = 'paid'"
OF_PAID = "order_id = (SELECT id FROM trade_order WHERE status = 'paid')"

CANCELLED = "(SELECT id FROM trade_order WHERE status = 'cancelled')"
LATE_TRADE = "(SELECT trade_no FROM trade_payment WHERE status = 'refund_due')"

FINISHED = "(SELECT id FROM trade_order WHERE status = 'finished')"
REQUESTED = "(SELECT id FROM trade_refund WHERE state = 'requested')"
BACK = "(SELECT id FROM trade_refund WHERE kind = 'refund_only' AND restock)"


def moved(row: str, *states: str, of: str = "order") -> str:
    """Return the statements that write moves of a row from the first of these states through the others."""
    column = "status" if of == "order" else "state"
    said = "reason" if of == "order" else "note, old_number"
    nothing = "''" if of == "order" else "'', ''"
    return "; ".join(
        f"INSERT INTO trade_{of}event ({of}_id, from_{column}, to_{column}, {said}, created_at) "
        f"SELECT id, '{before}', '{after}', {nothing}, created_at FROM trade_{of} WHERE id = {row}"
        for before, after in pairwise(states)
    )


def booked_again(reason: str) -> str:
    """Return the statements that book an entry of points once more, and the balance with it."""
    return (
        "INSERT INTO trade_pointsentry (account_id, delta, reason, order_id, reference, note, created_at) "
        f"SELECT account_id, delta, reason, order_id, 'again', '', created_at FROM trade_pointsentry WHERE reason = "
        f"'{reason}'; UPDATE trade_pointsaccount SET balance = (SELECT SUM(delta) FROM trade_pointsentry)"
    )


KEPT_FOR_STAFF = (
    "INSERT INTO trade_oddrefund (refund_id, number, amount, gateway_number, told_at, state, note, created_at) "
    "SELECT id, number, amount, '', created_at, 'open', '', created_at FROM trade_refund WHERE kind = 'refund_only'"
)
# The truths that are broken, and what somebody wrote.
BROKEN: list[tuple[set[str], str]] = [
    ({"stock_is_its_ledger"}, "UPDATE goods_sku SET stock = stock + 1"),
    ({"goods_price_is_its_lowest"}, "UPDATE goods_goods SET price = 9"),
    ({"category_path_is_its_place"}, "UPDATE goods_category SET path = '/7/' WHERE parent_id IS NOT NULL"),
    ({"favourite_count_is_its_rows"}, "UPDATE goods_goods SET favourite_count = 5"),
    ({"sold_count_is_what_was_paid"}, "UPDATE goods_goods SET sold_count = sold_count - 1"),
    ({"sold_count_is_what_was_paid"}, "UPDATE goods_goods SET sold_count = sold_count + 1"),
    ({"order_total_is_its_parts"}, "UPDATE trade_order SET total = total + 1 WHERE status = 'cancelled'"),
    ({"order_is_its_lines", "line_costs_at_most_its_list_price"},
     f"UPDATE trade_orderline SET unit_price = 11 WHERE order_id = {CANCELLED}"),
    ({"order_discount_has_its_reasons"},
     "UPDATE trade_orderdiscount SET amount = amount + 0.01 WHERE kind = 'points'"),
    ({"order_state_is_its_last_move", "shipped_order_is_all_away"},
     "UPDATE trade_order SET status = 'shipped' WHERE status = 'paid'"),
    ({"order_moves_are_a_chain", "order_moves_are_legal"},
     "UPDATE trade_orderevent SET from_status = 'shipped' WHERE to_status = 'paid'"),
    ({"paid_order_has_its_money"}, f"UPDATE trade_order SET total = total + 1, freight = freight + 1 WHERE {PAID}"),
    ({"accepted_payment_is_what_was_asked_for"}, "UPDATE trade_paymentattempt SET amount = amount + 1"),
    ({"odd_amount_is_a_to_do"}, "DELETE FROM trade_oddpayment"),
    ({"odd_payment_waits_for_no_recorded_trade"}, f"UPDATE trade_oddpayment SET trade_no = {LATE_TRADE}"),
    ({"paid_attempt_has_its_payment"}, "UPDATE trade_payment SET attempt_id = NULL WHERE status = 'accepted'"),
    ({"order_holds_its_stock"}, "UPDATE goods_stockmovement SET reason = 'adjustment' WHERE reason = 'cancelled'"),
    ({"stock_taken_has_its_order"}, "UPDATE goods_stockmovement SET reason = 'order' WHERE reason = 'opening'"),
    ({"shipped_pieces_are_in_parcels"}, f"UPDATE trade_orderline SET shipped_quantity = 1 WHERE {OF_PAID}"),
    ({"refund_is_its_parts", "freight_reserves_its_refunds"},
     "UPDATE trade_refund SET freight_amount = 1 WHERE kind = 'refund_only'"),
    ({"payment_reserves_its_refunds"}, "UPDATE trade_payment SET refunded_amount = 0 WHERE status = 'accepted'"),
    ({"line_reserves_its_refunds"}, f"UPDATE trade_orderline SET refunded_quantity = 2 WHERE {OF_PAID}"),
    ({"line_is_shared_out_to_the_cent"}, "UPDATE trade_refundline SET share = share - 0.01 WHERE quantity = 2"),
    ({"line_is_shared_out_to_the_cent"}, "UPDATE trade_refundline SET share = share + 99"),
    ({"refund_is_of_its_order", "points_entry_has_its_cause"},
     f"UPDATE trade_refund SET order_id = {CANCELLED} WHERE kind = 'refund_only'"),
    ({"freight_reserves_its_refunds"}, f"UPDATE trade_order SET refunded_freight = 1 WHERE {PAID}"),
    ({"refund_state_is_its_last_move"},
     "UPDATE trade_refundevent SET to_state = 'failed' WHERE to_state = 'succeeded'"),
    ({"refunded_pieces_are_back_in_stock"},
     "UPDATE goods_stockmovement SET reason = 'import' WHERE reason = 'refunded'"),
    ({"restocked_pieces_have_their_refund"}, "UPDATE goods_stockmovement SET reason = 'refunded' WHERE delta = 50"),
    ({"money_paid_back_is_booked"}, KEPT_FOR_STAFF),
    ({"late_payment_goes_back"}, "UPDATE trade_payment SET status = 'refunded' WHERE status = 'refund_due'"),
    ({"coupon_counts_its_grants"}, "UPDATE trade_coupon SET claimed_count = 4"),
    ({"used_coupon_has_its_order", "coupon_discount_has_its_coupon"},
     f"UPDATE trade_coupongrant SET order_id = {CANCELLED}"),
    ({"points_are_their_ledger"}, "UPDATE trade_pointsaccount SET balance = balance + 1"),
    ({"order_spent_its_points"}, f"UPDATE trade_orderline SET points_spent = 201 WHERE {OF_PAID}"),
    ({"purchases_are_counted"}, "UPDATE trade_goodspurchase SET quantity = 19"),
    ({"counted_line_has_its_purchase"}, "DELETE FROM trade_goodspurchase"),
    # -- Histories
    ({"order_moves_are_legal"}, moved(CANCELLED, "cancelled", "expired", "cancelled")),
    ({"failed_refund_puts_its_order_back"}, moved(FINISHED, "finished", "refunding", "received") + "; "
     "UPDATE trade_order SET status = 'received' WHERE status = 'finished'"),
    ({"order_has_the_times_of_its_moves"}, f"UPDATE trade_order SET paid_at = NULL WHERE {PAID}"),
    ({"order_has_the_times_of_its_moves"},
     "UPDATE trade_order SET received_at = created_at WHERE status = 'cancelled'"),
    ({"refund_moves_are_a_chain", "refund_moves_are_legal"},
     "UPDATE trade_refundevent SET from_state = 'returning' WHERE to_state = 'succeeded'"),
    ({"refund_moves_are_legal"}, moved(REQUESTED, "requested", "arrived", "requested", of="refund")),
    ({"refund_paid_after_all_had_been_sent"},
     "UPDATE trade_refundevent SET to_state = 'requested' WHERE from_state = '' "
     f"AND refund_id = {BACK}; UPDATE trade_refundevent SET from_state = 'requested', to_state = 'refused' WHERE "
     f"from_state = 'processing' AND refund_id = {BACK}; " + moved(BACK, "refused", "succeeded", of="refund")),
    # -- Points and coupons
    ({"points_entry_has_its_cause"}, "UPDATE trade_pointsentry SET reference = NULL WHERE reason = 'spent'"),
    ({"refunds_returned_their_points"}, ("DELETE FROM trade_pointsentry WHERE reason = 'refund_returned'; "
     "UPDATE trade_pointsaccount SET balance = balance - 50")),
    ({"refunds_returned_their_points", "points_entry_has_its_cause"}, booked_again("refund_returned")),
    ({"closed_order_returned_its_points"}, ("DELETE FROM trade_pointsentry WHERE reason = 'closed'; "
     "UPDATE trade_pointsaccount SET balance = balance - 50")),
    ({"order_earned_its_points_once", "points_entry_has_its_cause"}, booked_again("earned")),
    ({"order_earned_its_points_once", "points_entry_has_its_cause"},
     f"UPDATE trade_pointsentry SET order_id = {CANCELLED} WHERE reason = 'earned'"),
    ({"points_discount_was_paid_with_points"},
     "UPDATE trade_orderdiscount SET kind = 'reduction' WHERE kind = 'points'"),
    ({"coupon_discount_has_its_coupon"},
     "UPDATE trade_coupongrant SET state = 'unused', order_id = NULL, used_at = NULL"),
    ({"used_coupon_has_its_order"}, "UPDATE trade_orderdiscount SET kind = 'reduction' WHERE kind = 'coupon'"),
    # -- Prices
    ({"line_costs_at_most_its_list_price"}, "UPDATE trade_orderline SET list_price = 1"),
    ({"price_changes_are_a_chain"}, "UPDATE trade_orderpricechange SET old_freight = old_freight + 1"),
    ({"order_costs_what_staff_said_last"}, "UPDATE trade_orderpricechange SET new_freight = 7 WHERE new_freight > 0"),
    ({"price_change_is_a_discount"}, "UPDATE trade_orderdiscount SET kind = 'reduction' WHERE kind = 'price_change'"),
    ({"order_costs_what_staff_said_last", "price_change_is_a_discount"},
     ("INSERT INTO trade_orderpricechange (order_id, old_goods, new_goods, old_freight, new_freight, reason, "
     "created_at) "
     f"SELECT id, 10, 9, 0, 0, '', created_at FROM trade_order WHERE {PAID}")),
    ({"sku_costs_what_was_said_last"}, "UPDATE goods_pricechange SET new_price = 99"),
    # -- Parcels
    ({"parcel_is_of_its_order"}, f"UPDATE trade_shipment SET order_id = {CANCELLED} WHERE tracking_number = 'SF1'"),
    ({"parcel_holds_something"},
     ("INSERT INTO trade_shipment (public_id, order_id, carrier_id, tracking_number, state, shipped_at, checks) "
     "SELECT '01234567-89ab-1cde-8f01-23456789abcd', order_id, carrier_id, 'SF9', state, shipped_at, 0 "
     "FROM trade_shipment WHERE tracking_number = 'SF1'")),
    # -- Payments and refunds
    ({"settled_pieces_are_back"}, "UPDATE trade_orderline SET settled_quantity = 0"),
    ({"payment_is_of_its_attempt"}, "UPDATE trade_payment SET channel = 'wechat' WHERE status = 'accepted'"),
    ({"payment_ends_its_attempt"},
     "UPDATE trade_paymentattempt SET state = 'open', next_query_at = created_at WHERE state = 'paid'"),
    ({"billed_payment_has_its_bill"}, "UPDATE trade_payment SET billed_on = '2026-01-01'"),
    ({"billed_refund_has_its_bill"}, "UPDATE trade_refund SET billed_on = '2026-01-01'"),
    ({"refund_takes_of_what_counts", "paid_order_has_its_money", "late_payment_goes_back"},
     "UPDATE trade_payment SET status = 'refund_due' WHERE status = 'accepted'"),
    # -- What somebody has to come back to
    ({"refund_on_its_way_is_asked_about"}, "UPDATE trade_refund SET next_try_at = NULL"),
    ({"refund_on_its_way_is_asked_about"}, "UPDATE trade_refund SET next_try_at = created_at"),
    ({"refund_waits_until_a_time"}, "UPDATE trade_refund SET deadline_at = NULL"),
    ({"refund_waits_until_a_time"}, "UPDATE trade_refund SET deadline_at = created_at"),
    ({"open_attempt_is_asked_about"}, "UPDATE trade_paymentattempt SET next_query_at = NULL"),
    ({"open_attempt_is_asked_about"}, "UPDATE trade_paymentattempt SET next_query_at = created_at"),
    ({"key_is_claimed_or_answered"}, "UPDATE trade_idempotencykey SET status = 0"),
    ({"key_is_claimed_or_answered"}, "UPDATE trade_idempotencykey SET claimed_until = created_at"),
    ({"invoice_is_of_a_paid_order"}, f"UPDATE trade_invoicerequest SET order_id = {CANCELLED}"),
    ({"issued_invoice_has_its_number"}, "UPDATE trade_invoicerequest SET state = 'issued'"),
    ({"user_names_are_clear"}, "UPDATE users_userprofile SET username = '\u0430lice' WHERE username = 'alice'"),
]  # fmt: skip
# Broken in tests of their own.
ELSEWHERE = {
    "goods_on_sale_has_a_sku",
    "order_follows_its_refunds",
    "erased_buyer_is_not_named",
    "erased_payer_is_not_named",
}


@pytest.mark.usefixtures("shop")
def test_a_healthy_shop_has_no_findings() -> None:
    reports = examine()
    assert named(reports) == set()
    assert len(reports) == len(invariants())


@pytest.mark.usefixtures("shop")
def test_an_examination_costs_the_same_however_many_rows(
    at_most_statements: Callable[[int], AbstractContextManager[None]],
) -> None:
    with at_most_statements(len(invariants()) + 1):  # categories are read twice
        examine()


@contextmanager
def broken(statements: str) -> Iterator[None]:
    """Break the shop for as long as the block lasts: to build one for each case would take long."""
    with transaction.atomic():
        run_sql(*statements.split("; "))
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("shop")
def test_what_was_broken_is_named() -> None:
    found = {}
    for _names, statements in BROKEN:
        with broken(statements):
            found[statements] = named(examine())
    assert found == {statements: names for names, statements in BROKEN}


def test_every_truth_is_broken_once() -> None:
    assert set.union(ELSEWHERE, *(names for names, _statements in BROKEN)) == {one.name for one in invariants()}


REPAIRED = [case for case in BROKEN if case[0] <= {one.name for one in invariants() if one.fix}]


@pytest.mark.usefixtures("shop")
def test_what_follows_from_other_rows_is_repaired() -> None:
    found = {}
    for _names, statements in REPAIRED:
        with broken(statements):
            reports = examine("--fix")
            found[statements] = (named(reports, "repaired"), named(reports) | named(examine()))
    assert found == {statements: (names, set()) for names, statements in REPAIRED}


@pytest.mark.usefixtures("shop")
def test_what_somebody_has_to_look_at_is_left_alone() -> None:
    run_sql("UPDATE goods_sku SET stock = 77")
    assert named(examine("--fix")) == {"stock_is_its_ledger"}
    assert Goods.objects.get().skus.get().stock == 77


@pytest.mark.usefixtures("shop")
def test_an_order_that_is_not_refunded_says_so_and_lost_all_its_money() -> None:
    run_sql("UPDATE trade_refundline SET quantity = 4")
    assert "order_follows_its_refunds" in named(examine())


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("state", ["shipped", "received", "finished"])
def test_an_order_that_went_on_without_all_of_its_pieces_is_named(state: str) -> None:
    stations = ("paid", "shipped", "received", "finished")
    way = moved(f"(SELECT id FROM trade_order WHERE {PAID})", *stations[: stations.index(state) + 1])
    times = "shipped_at = created_at" if state == "shipped" else "shipped_at = created_at, received_at = created_at"
    run_sql(*way.split("; "), f"UPDATE trade_order SET status = '{state}', {times} WHERE {PAID}")
    assert named(examine()) == {"shipped_order_is_all_away"}


@pytest.mark.usefixtures("shop")
def test_an_order_that_still_waits_for_parcels_of_nothing_is_named() -> None:
    run_sql(
        "UPDATE trade_shipmentline SET quantity = 3 WHERE order_line_id = "
        f"(SELECT id FROM trade_orderline WHERE {OF_PAID})",
        f"UPDATE trade_orderline SET shipped_quantity = 3 WHERE {OF_PAID}",
    )
    assert named(examine()) == {"shipped_order_is_all_away"}


def test_a_goods_without_skus_is_named(db: None) -> None:
    sku = SkuFactory(stock=0)
    goods = sku.goods
    sku.delete()
    run_sql(f"UPDATE goods_goods SET price = 0 WHERE id = {goods.pk}")
    assert named(examine()) == {"goods_on_sale_has_a_sku"}


def test_one_thing_can_be_asked_for_and_read_by_people(db: None) -> None:
    SkuFactory(stock=3)
    run_sql("UPDATE goods_sku SET stock = 4", "UPDATE goods_goods SET favourite_count = 2")
    out = StringIO()
    with pytest.raises(CommandError, match="1 findings"):
        call_command("shop_doctor", "--only", "stock_is_its_ledger", stdout=out)
    assert "has a stock of 4, its ledger says 3" in out.getvalue()
    assert "favourite" not in out.getvalue()


def test_the_list_says_what_must_be_true() -> None:
    out = StringIO()
    call_command("shop_doctor", "--list", stdout=out)
    assert "stock_is_its_ledger\n  The stock of a SKU is the sum of its movements." in out.getvalue()


def test_the_sample_shop_is_healthy(tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        call_command("make_sample_shop", stdout=StringIO())
    assert named(examine()) == set()
