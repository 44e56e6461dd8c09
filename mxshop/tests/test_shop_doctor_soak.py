"""A hundred thousand orders are looked through in less than a minute."""

import json
import time
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F, Sum
from django.utils import timezone

from apps.goods.models import Goods, Sku, StockMovement
from apps.goods.tests.factories import CategoryFactory
from apps.trade.models import Order, OrderEvent, OrderLine, OrderStatus, Payment, PaymentAttempt
from apps.trade.tests.factories import RECIPIENT
from apps.users.models import UserProfile

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

ORDERS = 100_000
GOODS = 1_000
BATCH = 2_000
PRICE = Decimal("10.00")
SECONDS = 60


def fill_shelves() -> list[Sku]:
    category = CategoryFactory()
    goods = Goods.objects.bulk_create(Goods(category=category, name=f"商品{n}", price=PRICE) for n in range(GOODS))
    return Sku.objects.bulk_create(Sku(goods=one, price=PRICE, stock=0) for one in goods)


def write_orders(user: UserProfile, skus: list[Sku], first: int) -> None:
    """Write orders of two lines each, every fourth of them cancelled, the others paid."""
    now = timezone.now()
    orders = Order.objects.bulk_create(
        Order(
            number=f"N{n}", user=user, status=OrderStatus.PAID if n % 4 else OrderStatus.CANCELLED,
            goods_total=PRICE * 3, total=PRICE * 3, expires_at=now, **RECIPIENT,
        )
        for n in range(first, first + BATCH)
    )  # fmt: skip
    events, lines, moves, attempts = [], [], [], []
    for n, order in enumerate(orders, start=first):
        events.append(OrderEvent(order=order, to_status=OrderStatus.PENDING_PAYMENT))
        events.append(OrderEvent(order=order, from_status=OrderStatus.PENDING_PAYMENT, to_status=order.status))
        for pieces in (1, 2):
            sku = skus[(n * 7 + pieces) % GOODS]
            lines.append(
                OrderLine(
                    order=order, sku=sku, goods=sku.goods, goods_name=sku.goods.name, list_price=PRICE,
                    unit_price=PRICE, quantity=pieces,
                )
            )  # fmt: skip
            moves.append(StockMovement(sku=sku, delta=-pieces, reason="order", reference=order.number))
            if order.status == OrderStatus.CANCELLED:
                moves.append(StockMovement(sku=sku, delta=pieces, reason="cancelled", reference=order.number))
        if order.status == OrderStatus.PAID:
            attempts.append(
                PaymentAttempt(
                    order=order, channel="alipay", method="page", number=order.number, amount=order.total, state="paid"
                )
            )
    OrderEvent.objects.bulk_create(events)
    OrderLine.objects.bulk_create(lines)
    StockMovement.objects.bulk_create(moves)
    Payment.objects.bulk_create(
        Payment(
            order=one.order, attempt=one, channel="alipay", trade_no=one.number, amount=one.amount,
            status="accepted", paid_at=now,
        )
        for one in PaymentAttempt.objects.bulk_create(attempts)
    )  # fmt: skip


def balance(skus: list[Sku]) -> None:
    """Open each SKU's ledger with what was sold and some more, and count what was sold."""
    sold = dict(StockMovement.objects.values_list("sku").annotate(sum=Sum("delta")).order_by())
    StockMovement.objects.bulk_create(
        StockMovement(sku=sku, delta=5 - sold.get(sku.pk, 0), reason="opening") for sku in skus
    )
    for sku in skus:
        Goods.objects.filter(pk=sku.goods_id).update(sold_count=-sold.get(sku.pk, 0))
    Sku.objects.update(stock=F("stock") + 5)


def test_a_hundred_thousand_orders_take_less_than_a_minute(alice: UserProfile) -> None:
    skus = fill_shelves()
    for first in range(0, ORDERS, BATCH):
        write_orders(alice, skus, first)
    balance(skus)
    out = StringIO()
    started = time.monotonic()
    call_command("shop_doctor", "--json", stdout=out)
    seconds = time.monotonic() - started
    slowest = sorted(json.loads(out.getvalue())["invariants"], key=lambda report: -report["seconds"])[:5]
    print(f"{ORDERS} orders in {seconds:.1f} s; slowest: {[(one['name'], one['seconds']) for one in slowest]}")  # noqa: T201
    assert seconds < SECONDS
