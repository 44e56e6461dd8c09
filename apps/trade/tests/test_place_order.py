"""Placing an order: what is written, at which price, and what a refusal leaves behind."""

from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db.models import Sum

from apps.goods.exceptions import InsufficientStock, NotOnSale
from apps.goods.models import StockMovement
from apps.goods.services.pricing import set_price
from apps.goods.tests.factories import GoodsImageFactory, SkuFactory
from apps.trade.exceptions import CartChanged, EmptyCart, OrderTooLarge
from apps.trade.models import CartLine, Order, OrderEvent, OrderStatus
from apps.trade.services import closing, orders
from apps.trade.services.orders import place_order
from apps.trade.tests.factories import RECIPIENT, CartLineFactory, an_order
from apps.users.models import UserProfile


def assert_nothing_happened(*skus, user: UserProfile) -> None:
    assert not Order.objects.exists()
    assert CartLine.objects.of(user).count() == len(skus)
    for sku in skus:
        before = sku.stock
        sku.refresh_from_db()
        assert sku.stock == before
        assert sku.movements.filter(reason=StockMovement.Reason.ORDER).count() == 0


def test_an_order_copies_lines_prices_and_address(alice: UserProfile) -> None:
    sku = SkuFactory(price=Decimal("3.10"), stock=5, specifications=[{"name": "规格", "value": "500g"}])
    GoodsImageFactory(goods=sku.goods, image_url="https://pictures.example/apple.jpg")
    CartLineFactory(user=alice, sku=sku, quantity=2)

    order = place_order(user=alice, note="请快一点", **RECIPIENT)

    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT
    assert order.total == Decimal("6.20")
    assert (order.recipient_name, order.address, order.note) == ("李雷", RECIPIENT["address"], "请快一点")
    line = order.lines.get()
    assert (line.sku_id, line.goods_id, line.quantity, line.unit_price) == (sku.pk, sku.goods_id, 2, Decimal("3.10"))
    assert (line.goods_name, line.specification) == (sku.goods.name, "500g")
    assert line.image == "https://pictures.example/apple.jpg"
    sku.refresh_from_db()
    assert sku.stock == 3
    assert not CartLine.objects.of(alice).exists()
    assert list(OrderEvent.objects.values_list("from_status", "to_status", "actor_id")) == [
        ("", "pending_payment", alice.pk)
    ]


def test_c6_an_empty_cart_makes_no_order(alice: UserProfile) -> None:
    with pytest.raises(EmptyCart):
        place_order(user=alice, **RECIPIENT)
    assert not Order.objects.exists()


def test_c2_more_than_the_stock_is_refused_and_nothing_is_taken(alice: UserProfile) -> None:
    plenty, scarce = SkuFactory(stock=10), SkuFactory(stock=1)
    CartLineFactory(user=alice, sku=plenty, quantity=3)
    CartLineFactory(user=alice, sku=scarce, quantity=2)

    with pytest.raises(InsufficientStock) as refusal:
        place_order(user=alice, **RECIPIENT)

    assert refusal.value.members == {"sku": scarce.pk, "available": 1}
    assert_nothing_happened(plenty, scarce, user=alice)


@pytest.mark.parametrize("of_goods", [True, False])
def test_a11_what_is_off_sale_cannot_be_bought(alice: UserProfile, of_goods: bool) -> None:
    sku = CartLineFactory(user=alice).sku
    withdrawn = sku.goods if of_goods else sku
    withdrawn.is_on_sale = False
    withdrawn.save()

    with pytest.raises(NotOnSale, match=sku.goods.name):
        place_order(user=alice, **RECIPIENT)

    assert_nothing_happened(sku, user=alice)


def test_c9_the_current_price_counts_not_the_one_seen_in_the_cart(alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, sku=SkuFactory(price=Decimal("10.00")))
    set_price(sku=line.sku, price=Decimal("12.50"))

    assert place_order(user=alice, **RECIPIENT).total == Decimal("12.50")


def test_c9_a_price_changed_while_the_order_waits_for_stock_counts(alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, sku=SkuFactory(price=Decimal("10.00")))
    take = orders.stock.take

    def change_price_then_take(**kwargs):
        set_price(sku=line.sku, price=Decimal("12.50"))
        take(**kwargs)

    with patch.object(orders.stock, "take", change_price_then_take):
        assert place_order(user=alice, **RECIPIENT).total == Decimal("12.50")


def test_c10_a_placed_order_keeps_its_price(alice: UserProfile) -> None:
    order = an_order(alice, price=Decimal("10.00"))
    line = order.lines.get()
    set_price(sku=line.sku, price=Decimal("99.00"))

    order.refresh_from_db()
    line.refresh_from_db()
    assert (order.total, line.unit_price) == (Decimal("10.00"), Decimal("10.00"))


def test_c11_three_times_ten_fen_is_thirty_fen(alice: UserProfile) -> None:
    assert an_order(alice, price=Decimal("0.10"), quantity=3).total == Decimal("0.30")


def test_c12_order_numbers_are_unique_and_have_no_pattern(alice: UserProfile) -> None:
    numbers = [an_order(alice).number for _ in range(20)]

    assert len({number[8:] for number in numbers}) == 20
    assert all(len(number) == 24 and number.isdigit() for number in numbers)
    assert len({number[8:13] for number in numbers}) > 15


def test_a_sum_too_large_to_store_is_refused(alice: UserProfile) -> None:
    skus = [SkuFactory(price=Decimal("99999999.99"), stock=9999) for _ in range(2)]
    for sku in skus:
        CartLineFactory(user=alice, sku=sku, quantity=9999)

    with pytest.raises(OrderTooLarge):
        place_order(user=alice, **RECIPIENT)

    assert_nothing_happened(*skus, user=alice)


def test_a_quantity_changed_meanwhile_is_not_lost_in_silence(alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, quantity=1)
    read = orders._lines_in_cart

    def read_then_be_overtaken(**arguments):
        rows = read(**arguments)
        CartLine.objects.filter(pk=line.pk).update(quantity=5)
        return rows

    with patch.object(orders, "_lines_in_cart", read_then_be_overtaken), pytest.raises(CartChanged):
        place_order(user=alice, **RECIPIENT)

    assert not Order.objects.exists()
    assert CartLine.objects.of(alice).get().pk == line.pk


def test_c22_the_ledger_equals_the_stock_after_every_move(alice: UserProfile) -> None:
    kept, dropped = an_order(alice, quantity=2, stock=10), an_order(alice, quantity=3, stock=10)
    closing.cancel_order(order=dropped, actor_id=alice.pk)

    for order, left in ((kept, 8), (dropped, 10)):
        sku = order.lines.get().sku
        assert sku.stock == left
        assert sku.movements.aggregate(sum=Sum("delta"))["sum"] == left
        assert set(sku.movements.exclude(reference="").values_list("reference", flat=True)) == {order.number}


def test_placing_an_order_of_one_line_takes_few_queries(alice: UserProfile, at_most_statements) -> None:
    CartLineFactory(user=alice)
    with at_most_statements(13):
        place_order(user=alice, **RECIPIENT)
