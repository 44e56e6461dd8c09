"""A hundred thousand orders: two hundred that the services placed, with all that came of them, and copies of these.

What is sold is not copied: of a few SKUs very much is bought, as in shops.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from django.db import connection, models
from django.db.models import F, Max, Model

from apps.goods.models import Goods, Sku, StockMovement
from apps.goods.tests.factories import FreightTemplateFactory, FreightZoneFactory, SkuFactory
from apps.trade.models import (
    Coupon,
    CouponGrant,
    GoodsPurchase,
    Order,
    OrderDiscount,
    OrderEvent,
    OrderLine,
    Payment,
    PaymentAttempt,
    PointsAccount,
    PointsEntry,
    Refund,
    RefundEvent,
    RefundLine,
    Shipment,
    ShipmentLine,
)
from apps.trade.services import closing, fulfilment, refund_decisions, refund_execution, refunds, sandbox
from apps.trade.services.attempts import payment_url
from apps.trade.services.coupons import grant_coupon
from apps.trade.services.offers import Wishes
from apps.trade.services.orders import place_order
from apps.trade.services.points import adjust_points
from apps.trade.services.refund_sums import Wanted
from apps.trade.tests.factories import RECIPIENT, CarrierFactory, CouponFactory
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

BUYERS, ORDERS_EACH = 20, 10
SKUS = 12
# Copies that are written by one statement: it ends long before the connection's patience does.
AT_ONCE = 50

# In an order in which each refers only to those before it.
COPIED: tuple[type[Model], ...] = (
    UserProfile, Order, OrderLine, OrderEvent, OrderDiscount, PaymentAttempt, Payment, Refund, RefundLine, RefundEvent,
    Shipment, ShipmentLine, CouponGrant, PointsAccount, PointsEntry, GoodsPurchase, StockMovement,
)  # fmt: skip
# Texts by which rows find each other, or of which there may be no two.
NAMES = frozenset({"username", "number", "reference", "trade_no"})
EMPTIED = frozenset({"mobile", "verified_email"})


# -- What the services did -------------------------------------------------------------------------
def place_orders() -> None:
    """Let each buyer place ten orders of two goods, one for each fate."""
    freight = FreightZoneFactory(template=FreightTemplateFactory()).template
    skus = [
        SkuFactory(
            price=Decimal(f"{number + 3}.33"),
            stock=2000,
            goods__ships_free=False,
            goods__freight_template=freight,
            goods__purchase_limit=100 if number % 3 == 0 else None,
        )
        for number in range(SKUS)
    ]
    coupon = CouponFactory(user_limit=ORDERS_EACH)
    shelf = cycle(skus)
    for _ in range(BUYERS):
        buyer = UserFactory()
        adjust_points(account=PointsAccount.objects.create(user=buyer), delta=1000, note="生日", actor_id=None)
        for fate in FATES:
            one, other = islice(shelf, 2)
            grant = grant_coupon(coupon=coupon, name=buyer.username)
            wishes = Wishes(address=RECIPIENT["address"], coupon=grant.public_id, points=50)
            order = place_order(user=buyer, items={one.pk: 2, other.pk: 1}, wishes=wishes, **RECIPIENT)
            fate(order)
        next(shelf)  # the next buyer wants other pairs
    while refund_execution.settle_due_refunds()[0]:  # one call takes a batch
        pass


def stays_unpaid(order: Order) -> None:
    pass


def is_cancelled(order: Order) -> None:
    closing.cancel_order(order=order, actor_id=order.user_id)


def expires(order: Order) -> None:
    closing.expire_order(order=order)


def is_paid_too_late(order: Order) -> None:
    cashier = payment_url(order=order)
    is_cancelled(order)
    sandbox.pay_at(url=cashier)


def is_paid(order: Order) -> None:
    sandbox.pay_at(url=payment_url(order=order))
    order.refresh_from_db()


def is_shipped_in_part(order: Order) -> None:
    is_paid(order)
    line = order.lines.earliest("pk")
    fulfilment.ship_parcel(order=order, carrier=CarrierFactory(), tracking_number="SF1", pieces={line.pk: 1})


def is_finished(order: Order) -> None:
    is_paid(order)
    fulfilment.ship_order(order=order, carrier=CarrierFactory(), tracking_number="SF2")
    fulfilment.receive_order(order=order)
    fulfilment.finish_order(order=order)


def loses_a_piece(order: Order) -> None:
    is_finished(order)
    wanted = [Wanted(line_id=order.lines.earliest("pk").pk, pieces=1)]
    refund_decisions.give_refund(order=order, actor_id=order.user_id, reason="damaged", wanted=wanted, restock=True)


def goes_back_whole(order: Order) -> None:
    is_paid(order)
    refund_decisions.give_refund(order=order, actor_id=order.user_id, reason="other", with_freight=True, restock=True)


def is_complained_of(order: Order) -> None:
    is_finished(order)
    refunds.apply_for_refund(order=order, user=order.user, kind="return_goods", reason="damaged")


FATES: tuple[Callable[[Order], None], ...] = (
    stays_unpaid, is_cancelled, expires, is_paid_too_late, is_paid, is_shipped_in_part, is_finished, loses_a_piece,
    goes_back_whole, is_complained_of,
)  # fmt: skip


# -- And what is copied of it ----------------------------------------------------------------------
def multiply(times: int) -> None:
    """Copy all that was bought until there is so many times as much of it."""
    spans = {model: model._base_manager.aggregate(last=Max("pk"))["last"] for model in COPIED}
    with connection.cursor() as cursor:
        for model in COPIED:
            statement = _copying(model, spans)
            for first in range(1, times, AT_ONCE):
                cursor.execute(statement, [first, min(first + AT_ONCE, times) - 1])
        if connection.vendor == "mysql":  # it counts by itself, too, some seconds after rows have become many
            cursor.execute(f"ANALYZE TABLE {', '.join(model._meta.db_table for model in COPIED)}")
    Sku.objects.update(stock=F("stock") * times)
    Goods.objects.update(sold_count=F("sold_count") * times)
    Coupon.objects.update(claimed_count=F("claimed_count") * times)


def _copying(model: type[Model], spans: Mapping[type[Model], int]) -> str:
    """Return the statement that copies a table: parameters are the first and the last copy's number."""
    table, fields = model._meta.db_table, model._meta.concrete_fields
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join(_value(field, spans) for field in fields)
    numbers = "WITH RECURSIVE copies (copy) AS (SELECT %s UNION ALL SELECT copy + 1 FROM copies WHERE copy < %s)"
    rows = f"SELECT {values} FROM {table}, copies WHERE {table}.id <= {spans[model]}"
    return f"INSERT INTO {table} ({columns}) {numbers} {rows}"


def _value(field: "models.Field[Any, Any]", spans: Mapping[type[Model], int]) -> str:
    """Return what a copy has in a column: itself, but keys and names are its own, and so are those it refers to."""
    is_sqlite, column = connection.vendor == "sqlite", connection.ops.quote_name(field.column)
    of = field.model if field.primary_key else field.related_model
    if of in spans:
        return f"{column} + copy * {spans[of]}"
    if isinstance(field, models.UUIDField):
        return "lower(hex(randomblob(16)))" if is_sqlite else "uuid()"
    if field.name in NAMES:
        return f"{column} || '-' || copy" if is_sqlite else f"concat({column}, '-', copy)"
    return "NULL" if field.name in EMPTIED else column
