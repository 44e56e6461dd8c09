"""The doctor names every truth that somebody broke behind the services' back, and nothing else."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from apps.common.invariants import invariants
from apps.goods.models import Goods, Sku
from apps.goods.tests.factories import CategoryFactory, SkuFactory
from apps.trade.exceptions import NotificationRefused
from apps.trade.gateways.payment import GatewayRefund, Notification
from apps.trade.models import Order, PointsAccount
from apps.trade.services.closing import cancel_order
from apps.trade.services.fulfilment import ship_parcel
from apps.trade.services.offers import Wishes
from apps.trade.services.orders import place_order
from apps.trade.services.payments import handle_notification
from apps.trade.services.points import adjust_points
from apps.trade.services.refund_decisions import give_refund
from apps.trade.services.refund_execution import take_refund_result
from apps.trade.services.refund_sums import Wanted
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
    late = place_order(user=alice, items={sku.pk: 1}, **RECIPIENT)
    cancel_order(order=late, actor_id=alice.pk)
    pay(late)
    odd = place_order(user=alice, items={sku.pk: 1}, **RECIPIENT)
    with pytest.raises(NotificationRefused):
        pay(odd, amount=Decimal("0.01"))


def give_all_back_of_a_partly_shipped_order(buyer: UserProfile, staff: UserProfile, sku: Sku) -> None:
    """One of two pieces has left; then the money of both goes back."""
    order = place_order(user=buyer, items={sku.pk: 2}, **RECIPIENT)
    pay(order)
    ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF2", pieces={order.lines.get().pk: 1})
    refund = give_refund(order=order, actor_id=staff.pk, reason="other")
    done = GatewayRefund(state="done", amount=refund.amount, gateway_number="G2")
    take_refund_result(channel=refund.payment.channel, refund_number=refund.number, result=done)


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

# What somebody wrote, and the truth that it breaks.
BROKEN = [
    ("stock_is_its_ledger", "UPDATE goods_sku SET stock = stock + 1"),
    ("goods_price_is_its_lowest", "UPDATE goods_goods SET price = 9"),
    ("category_path_is_its_place", "UPDATE goods_category SET path = '/7/' WHERE parent_id IS NOT NULL"),
    ("favourite_count_is_its_rows", "UPDATE goods_goods SET favourite_count = 5"),
    ("sold_count_is_what_was_paid", "UPDATE goods_goods SET sold_count = sold_count - 1"),
    ("sold_count_is_what_was_paid", "UPDATE goods_goods SET sold_count = sold_count + 1"),
    ("order_total_is_its_parts", "UPDATE trade_order SET total = total + 1 WHERE status = 'cancelled'"),
    ("order_is_its_lines", f"UPDATE trade_orderline SET unit_price = 11 WHERE order_id = {CANCELLED}"),
    ("order_discount_has_its_reasons", "UPDATE trade_orderdiscount SET amount = amount + 0.01 WHERE kind = 'points'"),
    ("order_state_is_its_last_move", "UPDATE trade_order SET status = 'shipped' WHERE status = 'paid'"),
    ("order_moves_are_a_chain", "UPDATE trade_orderevent SET from_status = 'shipped' WHERE to_status = 'paid'"),
    ("paid_order_has_its_money", f"UPDATE trade_order SET total = total + 1, freight = freight + 1 WHERE {PAID}"),
    ("accepted_payment_is_what_was_asked_for", "UPDATE trade_paymentattempt SET amount = amount + 1"),
    ("odd_amount_is_a_to_do", "DELETE FROM trade_oddpayment"),
    ("odd_payment_waits_for_no_recorded_trade", f"UPDATE trade_oddpayment SET trade_no = {LATE_TRADE}"),
    ("paid_attempt_has_its_payment", "UPDATE trade_payment SET attempt_id = NULL WHERE status = 'accepted'"),
    ("order_holds_its_stock", "UPDATE goods_stockmovement SET reason = 'adjustment' WHERE reason = 'cancelled'"),
    ("stock_taken_has_its_order", "UPDATE goods_stockmovement SET reason = 'order' WHERE reason = 'opening'"),
    ("shipped_pieces_are_in_parcels", f"UPDATE trade_orderline SET shipped_quantity = 3 WHERE {OF_PAID}"),
    ("refund_is_its_parts", "UPDATE trade_refund SET freight_amount = 1 WHERE kind = 'refund_only'"),
    ("payment_reserves_its_refunds", "UPDATE trade_payment SET refunded_amount = 0 WHERE status = 'accepted'"),
    ("line_reserves_its_refunds", f"UPDATE trade_orderline SET refunded_quantity = 2 WHERE {OF_PAID}"),
    ("line_is_shared_out_to_the_cent", "UPDATE trade_refundline SET share = share - 0.01 WHERE quantity = 2"),
    ("line_is_shared_out_to_the_cent", "UPDATE trade_refundline SET share = share + 99"),
    ("refund_is_of_its_order", f"UPDATE trade_refund SET order_id = {CANCELLED} WHERE kind = 'refund_only'"),
    ("freight_reserves_its_refunds", f"UPDATE trade_order SET refunded_freight = 1 WHERE {PAID}"),
    ("refund_state_is_its_last_move", "UPDATE trade_refundevent SET to_state = 'failed' WHERE to_state = 'succeeded'"),
    ("refunded_pieces_are_back_in_stock", "UPDATE goods_stockmovement SET reason = 'import' WHERE reason = 'refunded'"),
    ("restocked_pieces_have_their_refund", "UPDATE goods_stockmovement SET reason = 'refunded' WHERE delta = 50"),
    ("late_payment_goes_back", "UPDATE trade_payment SET status = 'refunded' WHERE status = 'refund_due'"),
    ("coupon_counts_its_grants", "UPDATE trade_coupon SET claimed_count = 4"),
    ("used_coupon_has_its_order", f"UPDATE trade_coupongrant SET order_id = {CANCELLED}"),
    ("points_are_their_ledger", "UPDATE trade_pointsaccount SET balance = balance + 1"),
    ("order_spent_its_points", "UPDATE trade_orderline SET points_spent = points_spent + 1 WHERE points_spent > 0"),
    ("purchases_are_counted", "UPDATE trade_goodspurchase SET quantity = 9"),
    ("counted_line_has_its_purchase", "DELETE FROM trade_goodspurchase"),
    ("user_names_are_clear", "UPDATE users_userprofile SET username = '\u0430lice' WHERE username = 'alice'"),
]  # fmt: skip


@pytest.mark.usefixtures("shop")
def test_a_healthy_shop_has_no_findings() -> None:
    reports = examine()
    assert named(reports) == set()
    assert len(reports) == len(invariants()) == 38


@pytest.mark.usefixtures("shop")
def test_an_examination_costs_the_same_however_many_rows(
    at_most_statements: Callable[[int], AbstractContextManager[None]],
) -> None:
    with at_most_statements(len(invariants()) + 1):  # categories are read twice
        examine()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("name", "statement"), BROKEN, ids=[name for name, _ in BROKEN])
def test_what_was_broken_is_named(name: str, statement: str) -> None:
    run_sql(statement)
    found = named(examine())
    # The freight in a refund is what the order reserves, too.
    assert found - ({"freight_reserves_its_refunds"} if name == "refund_is_its_parts" else set()) == {name}


REPAIRED = [case for case in BROKEN if case[0] in {one.name for one in invariants() if one.fix}]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("name", "statement"), REPAIRED, ids=[name for name, _ in REPAIRED])
def test_what_follows_from_other_rows_is_repaired(name: str, statement: str) -> None:
    run_sql(statement)
    reports = examine("--fix")
    assert (named(reports), named(reports, "repaired")) == (set(), {name})
    assert named(examine()) == set()


@pytest.mark.usefixtures("shop")
def test_what_somebody_has_to_look_at_is_left_alone() -> None:
    run_sql("UPDATE goods_sku SET stock = 77")
    assert named(examine("--fix")) == {"stock_is_its_ledger"}
    assert Goods.objects.get().skus.get().stock == 77


@pytest.mark.usefixtures("shop")
def test_an_order_that_is_not_refunded_says_so_and_lost_all_its_money() -> None:
    run_sql("UPDATE trade_refundline SET quantity = 4")
    assert "order_follows_its_refunds" in named(examine())


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
