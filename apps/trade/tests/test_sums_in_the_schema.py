"""The schema itself keeps an order's sums true, whoever writes them."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.trade.models import Order, OrderLine
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile


def write(model: type[Order] | type[OrderLine], **columns: object) -> None:
    """Write as somebody at the database's own prompt would."""
    names = ", ".join(f"{name} = %s" for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {names}", [str(value) for value in columns.values()])


@pytest.fixture
def order(alice: UserProfile) -> Order:
    return an_order(alice, quantity=3, price=Decimal("0.10"))


def test_an_order_of_three_dimes_is_thirty_cents(order: Order) -> None:
    line = order.lines.get()
    assert (order.goods_total, order.discount, order.freight, order.total) == (
        Decimal("0.30"), Decimal("0.00"), Decimal("0.00"), Decimal("0.30"),
    )  # fmt: skip
    assert (line.list_price, line.unit_price, line.amount) == (Decimal("0.10"), Decimal("0.10"), Decimal("0.30"))


def test_sums_that_add_up_are_taken(order: Order) -> None:
    write(Order, goods_total="0.30", discount="0.11", freight="8.10", total="8.29")
    write(OrderLine, discount="0.11", refunded_quantity=3, refunded_amount="0.19")
    write(OrderLine, discount="0.30", refunded_amount="0.00")


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        (Order, {"total": "0.29"}),
        (Order, {"total": "0.31"}),
        (Order, {"freight": "-0.10", "total": "0.20"}),
        (Order, {"discount": "-0.10", "total": "0.40"}),
        (Order, {"discount": "0.40", "total": "-0.10"}),
        (OrderLine, {"discount": "0.31"}),
        (OrderLine, {"discount": "-0.01"}),
        (OrderLine, {"refunded_quantity": "4"}),
        (OrderLine, {"refunded_amount": "0.31"}),
        (OrderLine, {"discount": "0.11", "refunded_amount": "0.20"}),
        (OrderLine, {"refunded_amount": "-0.01"}),
    ],
)
def test_sums_that_do_not_are_refused(order: Order, model: type[Order], columns: dict[str, str]) -> None:
    with pytest.raises(IntegrityError):
        write(model, **columns)
