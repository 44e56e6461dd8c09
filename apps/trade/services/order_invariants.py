"""What must always be true of orders, their stock and parcels, and the money they brought in."""

from collections.abc import Iterator

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, When

from apps.common.invariants import Finding, count_of, differs, invariant, rewrite, sum_of
from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.goods.models import Goods, StockMovement
from apps.trade.models import (
    Order,
    OrderLine,
    Payment,
)
from apps.trade.services.personal_data import GONE, cut_down
from apps.trade.services.pieces import lines_not_done
from apps.trade.states import CLOSED, UNDER_WAY, UNPAID, OrderStatus

SENT = (OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED)
OF_UNPAID_ORDERS = (StockMovement.Reason.ORDER, StockMovement.Reason.CANCELLED, StockMovement.Reason.EXPIRED)


@invariant("order_total_is_its_parts")
def find_orders_off_their_parts() -> Iterator[Finding]:
    """The total of an order is its goods, less its discount, plus its freight."""
    off = Order.objects.filter(differs("total", F("goods_total") - F("discount") + F("freight")))
    for order in off.order_by("pk").iterator():
        parts = f"{order.goods_total} - {order.discount} + {order.freight}"
        yield Finding(order.pk, f"order {order.number}", f"has a total of {order.total}, its parts are {parts}")


@invariant("order_is_its_lines")
def find_orders_off_their_lines() -> Iterator[Finding]:
    """The goods and the discount of an order are the sums of its lines, of which it has at least one."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"))
    orders = Order._base_manager.annotate(
        line_count=count_of(lines, by="order"),
        line_goods=sum_of(lines, by="order", column=F("unit_price") * F("quantity"), zero=ZERO),
        line_discount=sum_of(lines, by="order", column="discount", zero=ZERO),
    )
    off = Q(line_count=0) | differs("line_goods", F("goods_total")) | differs("line_discount", F("discount"))
    for order in orders.filter(off).order_by("pk").iterator():
        says, lines_say = f"{order.goods_total} - {order.discount}", f"{order.line_goods} - {order.line_discount}"
        yield Finding(order.pk, f"order {order.number}", f"says {says}, its {order.line_count} lines say {lines_say}")


@invariant("paid_order_has_its_money")
def find_orders_without_their_money() -> Iterator[Finding]:
    """An order that was paid has one accepted payment, of its total, or costs nothing; any other has none."""
    accepted = Payment.objects.filter(order=OuterRef("pk"), status=Payment.Status.ACCEPTED)
    orders = Order._base_manager.annotate(
        paid_sum=sum_of(accepted, by="order", column="amount", zero=ZERO), payments_taken=count_of(accepted, by="order")
    )
    unpaid = Q(status__in=UNPAID)
    wrong = (unpaid & ~Q(payments_taken=0)) | (~unpaid & (differs("paid_sum", F("total")) | Q(payments_taken__gt=1)))
    for order in orders.filter(wrong).order_by("pk").iterator():
        detail = (
            f"is {order.status}, costs {order.total}, and {order.payments_taken} payments of {order.paid_sum} count"
        )
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("order_holds_its_stock")
def find_orders_off_the_ledger() -> Iterator[Finding]:
    """The ledger took for each line all of its pieces, and gave them back if the order was closed unpaid."""
    moved = StockMovement.objects.filter(
        reference=OuterRef("order__number"), sku=OuterRef("sku"), reason__in=OF_UNPAID_ORDERS
    )
    held = Case(When(order__status__in=CLOSED, then=0), default=F("quantity"), output_field=IntegerField())
    lines = OrderLine.objects.annotate(moved=sum_of(moved, by="sku", column="delta"), held=held)
    off = lines.annotate(taken=-F("moved")).exclude(taken=F("held"))
    for line in off.select_related("order").order_by("pk").iterator():
        detail = f"is {line.order.status} and holds {line.held} of SKU {line.sku_id}, the ledger took {line.taken}"
        yield Finding(line.order_id, f"order {line.order.number}", detail)


@invariant("stock_taken_has_its_order")
def find_stock_taken_for_nothing() -> Iterator[Finding]:
    """What the ledger took or gave back for an order is pieces of a line of that order."""
    lines = OrderLine.objects.filter(order__number=OuterRef("reference"), sku=OuterRef("sku"))
    moves = StockMovement.objects.filter(~Exists(lines), reason__in=OF_UNPAID_ORDERS)
    for move in moves.order_by("pk").iterator():
        yield Finding(
            move.pk, f"SKU {move.sku_id}", f"moved by {move.delta} for {move.reference!r}, which has no such line"
        )


@invariant("shipped_order_is_all_away")
def find_orders_off_their_pieces() -> Iterator[Finding]:
    """An order is shipped once each of its pieces has left or has been paid back, and waits for parcels until then."""
    waits = Exists(lines_not_done().filter(order=OuterRef("pk")))
    wrong = Q(status=OrderStatus.PAID, waits=False) | Q(status__in=SENT, waits=True)
    for order in Order._base_manager.annotate(waits=waits).filter(wrong).order_by("pk").iterator():
        says = "with pieces that neither left nor were paid back" if order.waits else "with nothing left to send"
        yield Finding(order.pk, f"order {order.number}", f"is {order.status} {says}")


SOLD = sum_of(
    OrderLine.objects.filter(goods=OuterRef("pk")).exclude(order__status__in=UNPAID), by="goods", column="quantity"
)


def _recount_sales(keys: list[int]) -> None:
    rewrite(Goods.objects.filter(pk__in=keys), sold_count=F("sold_before") + SOLD)


@invariant("sold_count_is_what_was_paid", fix=_recount_sales)
def find_miscounted_sales() -> Iterator[Finding]:
    """A goods counts as sold the pieces in orders that were paid, and what it sold before it came to this shop."""
    goods = Goods._base_manager.annotate(sold=F("sold_before") + SOLD).exclude(sold_count=F("sold"))
    for one in goods.order_by("pk").iterator():
        detail = f"counts {one.sold_count} sold, its paid orders and what it sold before make {one.sold}"
        yield Finding(one.pk, f"goods {one.pk}", detail)


@atomic_with_retry
def _cut_down_again(keys: list[int]) -> None:
    cut_down(Order.objects.filter(pk__in=keys))


@invariant("erased_buyer_is_not_named", fix=_cut_down_again)
def find_orders_that_name_the_erased() -> Iterator[Finding]:
    """An order that is over does not name a buyer whose data was erased, such as one placed at that very moment."""
    over = Order.objects.filter(user__deletion__erased_at__isnull=False).exclude(status__in=UNDER_WAY)
    for order in over.exclude(address=GONE).order_by("pk").iterator():
        yield Finding(order.pk, f"order {order.number}", "has the address of a buyer who was erased")
