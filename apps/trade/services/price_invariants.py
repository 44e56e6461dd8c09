"""What must always be true of why an order costs what it costs: its discounts, and the prices that staff changed."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Subquery

from apps.common.invariants import Finding, differs, invariant, sum_of
from apps.common.money import HALF_A_FEN, ZERO
from apps.trade.models import Order, OrderDiscount, OrderLine, OrderPriceChange


@invariant("order_discount_has_its_reasons")
def find_unexplained_discounts() -> Iterator[Finding]:
    """The reasons for an order's discount sum to it."""
    reasons = sum_of(OrderDiscount.objects.filter(order=OuterRef("pk")), by="order", column="amount", zero=ZERO)
    orders = Order._base_manager.annotate(explained=reasons).filter(differs("explained", F("discount")))
    for order in orders.order_by("pk").iterator():
        detail = f"has a discount of {order.discount}, its reasons sum to {order.explained}"
        yield Finding(order.pk, f"order {order.number}", detail)


@invariant("line_costs_at_most_its_list_price")
def find_lines_above_their_list_price() -> Iterator[Finding]:
    """No buyer pays more for a piece than anybody does."""
    lines = OrderLine.objects.filter(unit_price__gt=F("list_price") + HALF_A_FEN)
    for line in lines.select_related("order").order_by("pk").iterator():
        detail = f"line {line.pk} costs {line.unit_price} a piece, everybody pays {line.list_price}"
        yield Finding(line.pk, f"order {line.order.number}", detail)


@invariant("price_changes_are_a_chain")
def find_broken_price_changes() -> Iterator[Finding]:
    """Each price that staff changed is the one to which the change before it led."""
    before = OrderPriceChange.objects.filter(order=OuterRef("order"), pk__lt=OuterRef("pk")).order_by("-pk")
    changes = OrderPriceChange.objects.annotate(
        came_goods=Subquery(before.values("new_goods")[:1]), came_freight=Subquery(before.values("new_freight")[:1])
    )
    off = differs("old_goods", F("came_goods")) | differs("old_freight", F("came_freight"))
    for change in changes.filter(off).select_related("order").order_by("pk").iterator():
        says, came = f"{change.old_goods} + {change.old_freight}", f"{change.came_goods} + {change.came_freight}"
        yield Finding(change.pk, f"order {change.order.number}", f"was changed from {says}, but cost {came}")


@invariant("order_costs_what_staff_said_last")
def find_orders_off_their_last_price() -> Iterator[Finding]:
    """An order whose price was changed costs what the last change says."""
    last = OrderPriceChange.objects.filter(order=OuterRef("order")).order_by("-pk").values("pk")[:1]
    changes = OrderPriceChange.objects.filter(pk=Subquery(last))
    off = differs("new_goods", F("order__goods_total") - F("order__discount"))
    off |= differs("new_freight", F("order__freight"))
    for change in changes.filter(off).select_related("order").order_by("pk").iterator():
        order = change.order
        costs = f"{order.goods_total - order.discount} + {order.freight}"
        detail = f"costs {costs}, staff said {change.new_goods} + {change.new_freight}"
        yield Finding(change.pk, f"order {order.number}", detail)


@invariant("price_change_is_a_discount")
def find_price_changes_off_their_discounts() -> Iterator[Finding]:
    """What staff took off the goods of an order, or put on again, is a discount of it."""
    changes = OrderPriceChange.objects.filter(order=OuterRef("pk"))
    discounts = OrderDiscount.objects.filter(order=OuterRef("pk"), kind=OrderDiscount.Kind.PRICE_CHANGE)
    orders = Order._base_manager.filter(Exists(changes) | Exists(discounts)).annotate(
        taken_off=sum_of(changes, by="order", column=F("old_goods") - F("new_goods"), zero=ZERO),
        let_off=sum_of(discounts, by="order", column="amount", zero=ZERO),
    )
    for order in orders.filter(differs("taken_off", F("let_off"))).order_by("pk").iterator():
        detail = f"was changed by {order.taken_off} in all, its discounts for that sum to {order.let_off}"
        yield Finding(order.pk, f"order {order.number}", detail)
