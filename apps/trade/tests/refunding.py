"""Orders that were paid, and a gateway that pays back as it is told, for tests of refunds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from apps.goods.tests.factories import SkuFactory
from apps.trade.gateways.payment import GatewayRefund, GatewayUnavailable
from apps.trade.models import Order, OrderLine, OrderStatus, Payment, Refund
from apps.trade.services import refund_execution, refunds
from apps.trade.services.order_moves import move
from apps.trade.services.orders import place_order
from apps.trade.tests.factories import RECIPIENT, CartLineFactory, PaymentFactory
from apps.users.models import UserProfile

STATIONS = (OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED)


@transaction.atomic
def a_refundable_order(
    user: UserProfile,
    *lines: tuple[str, int],
    until: str = OrderStatus.PAID,
    freight: str = "0.00",
    discounts: tuple[str, ...] = (),
) -> Order:
    """An order of new SKUs, given as price and pieces, with freight and discounts, that came so far."""
    for price, pieces in lines or (("10.00", 3),):
        CartLineFactory(user=user, sku=SkuFactory(price=price, stock=100), quantity=pieces)
    order = place_order(user=user, **RECIPIENT)
    _reprice(order, Decimal(freight), [Decimal(discount) for discount in discounts])
    PaymentFactory(order=order, amount=order.total, trade_no=f"trade-{order.pk}")
    for station in STATIONS[: STATIONS.index(OrderStatus(until)) + 1]:
        move(order=order, to=station, reason="test")
        if station == OrderStatus.SHIPPED:
            order.lines.update(shipped_quantity=F("quantity"))
    return order


def _reprice(order: Order, freight: Decimal, discounts: list[Decimal]) -> None:
    for line, discount in zip(lines_of(order), discounts, strict=False):
        OrderLine.objects.filter(pk=line.pk).update(discount=discount)
    order.freight, order.discount = freight, sum(discounts, Decimal("0.00"))
    order.total = order.goods_total - order.discount + freight
    order.save(update_fields=["freight", "discount", "total"])


def a_refund(user: UserProfile, **how: Any) -> Refund:
    """The money of a paid order of one new SKU, asked for by its buyer."""
    order = a_refundable_order(user, **how)
    return refunds.apply_for_refund(order=order, user=user, kind="refund_only", reason="other")


def lines_of(order: Order) -> list[OrderLine]:
    return list(order.lines.order_by("pk"))


def payment_of(order: Order) -> Payment:
    return Payment.objects.get(order=order)


@dataclass
class Bank:
    """A gateway that keeps books of its own: a refund number moves money once, however often it is sent."""

    answers: str = "done"  # or pending, refused, silent (nothing arrives), deaf (it arrives, the answer does not)
    books: dict[str, GatewayRefund] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def refund(
        self, *, number: str, trade_no: str, refund_number: str, amount: Decimal, total: Decimal, reason: str
    ) -> GatewayRefund:
        self.calls.append("refund")
        if self.answers == "silent":
            raise GatewayUnavailable("it did not answer")
        state: Any = "done" if self.answers == "deaf" else self.answers
        told = GatewayRefund(state=state, amount=amount, gateway_number=f"G{refund_number}", reason="no money")
        kept = self.books.setdefault(refund_number, told)
        if self.answers == "deaf":
            raise GatewayUnavailable("it did not answer")
        return kept

    def query_refund(self, *, number: str, refund_number: str) -> GatewayRefund | None:
        self.calls.append("query")
        if self.answers == "silent":
            raise GatewayUnavailable("it did not answer")
        return self.books.get(refund_number)

    def finish(self) -> None:
        """What was pending is done."""
        self.books = {
            number: GatewayRefund(state="done", amount=told.amount, gateway_number=told.gateway_number)
            for number, told in self.books.items()
        }

    @property
    def paid_back(self) -> Decimal:
        return sum((told.amount for told in self.books.values() if told.state == "done"), Decimal("0.00"))


def open_bank(monkeypatch: pytest.MonkeyPatch, **how: Any) -> Bank:
    bank = Bank(**how)
    gateway: Callable[[str], Bank] = lambda channel: bank  # noqa: E731
    monkeypatch.setattr(refund_execution, "payment_gateway", gateway)
    return bank


def due_now() -> None:
    """Let the pause of every refund be over."""
    Refund.objects.filter(state="processing").update(next_try_at="2026-01-01T00:00:00Z")


def assert_reserves_match(order: Order) -> None:
    """What is reserved is what live refunds are for, to the cent, and within what was paid."""
    live = [r for r in order.refunds.all() if r.state not in ("refused", "withdrawn", "lapsed", "failed")]
    order.refresh_from_db()
    payment = payment_of(order)
    assert payment.refunded_amount == sum((r.amount for r in live), Decimal("0.00")) <= payment.amount
    assert order.refunded_freight == sum((r.freight_amount for r in live), Decimal("0.00")) <= order.freight
    for line in lines_of(order):
        mine = [part for refund in live for part in refund.lines.all() if part.line_id == line.pk]
        assert line.refunded_quantity == sum(part.quantity for part in mine) <= line.quantity
        assert line.refunded_amount == sum((part.amount for part in mine), Decimal("0.00")) <= line.amount
