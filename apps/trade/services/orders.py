"""Place an order, take it back, close it when nobody paid."""

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import Busy
from apps.common.money import ZERO, to_money
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import NotOnSale
from apps.goods.models import Sku, StockMovement
from apps.goods.services import stock
from apps.trade.exceptions import CartChanged, EmptyCart, IllegalMove, OrderTooLarge
from apps.trade.models import CartLine, Order, OrderEvent, OrderLine, OrderStatus
from apps.trade.services.order_moves import move, try_move
from apps.users.models import UserProfile

logger = logging.getLogger(__name__)

# The largest sum that `Order.total` holds.
MAX_TOTAL = Decimal("9999999999.99")
# Orders in these states are over: the buyer may remove them from their list.
OVER = frozenset({OrderStatus.FINISHED, OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REFUNDED})
BATCH = 200


@atomic_with_retry
def place_order(
    *, user: UserProfile, recipient_name: str, recipient_mobile: str, address: str, note: str = ""
) -> Order:
    """Turn the user's cart into an order to be paid, and take its stock.

    All or nothing: raises EmptyCart, CartChanged, InsufficientStock, NotOnSale or OrderTooLarge, and then cart
    and stock are as before. The address is kept by value, prices are those of this moment.
    """
    quantities = _empty_cart(user)
    number = _new_number()
    stock.take(quantities=quantities, reference=number)
    # Prices are read after the stock is taken: from then on the SKUs' rows are ours, and no price can change.
    lines = [_line_of(sku, quantities[sku.pk]) for sku in _skus_on_sale(quantities)]
    order = Order.objects.create(
        number=number,
        user=user,
        total=_total_of(lines),
        note=note,
        recipient_name=recipient_name,
        recipient_mobile=recipient_mobile,
        address=address,
        expires_at=timezone.now() + settings.ORDER_PAYMENT_WINDOW,
    )
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    OrderEvent.objects.create(order=order, to_status=OrderStatus.PENDING_PAYMENT, actor_id=user.pk)
    prefetch_related_objects([order], "lines")
    return order


def _empty_cart(user: UserProfile) -> dict[int, int]:
    """Delete the lines of the cart and return their quantities by SKU.

    This is the guard against a double click: the DELETE names each line with the quantity that was read, so of
    two requests only one deletes them all, and a quantity changed meanwhile is not lost in silence.
    """
    lines = list(CartLine.objects.of(user).values_list("pk", "sku_id", "quantity"))
    if not lines:
        raise EmptyCart
    as_read = Q()
    for pk, _sku_id, quantity in lines:
        as_read |= Q(pk=pk, quantity=quantity)
    deleted, _by_model = CartLine.objects.of(user).filter(as_read).delete()
    if deleted != len(lines):
        raise CartChanged
    return {sku_id: quantity for _pk, sku_id, quantity in lines}


def _new_number() -> str:
    """Return an order number: the day, for people, and sixteen random digits, which nobody guesses."""
    return f"{timezone.localtime():%Y%m%d}{secrets.randbelow(10**16):016d}"


def _skus_on_sale(quantities: dict[int, int]) -> list[Sku]:
    skus = list(
        Sku.objects.filter(pk__in=quantities).select_related("goods").prefetch_related("goods__images").order_by("pk")
    )
    for sku in skus:
        if not (sku.is_on_sale and sku.goods.is_on_sale):
            raise NotOnSale(_("“%(name)s” is no longer on sale.") % {"name": sku.goods.name}, sku=sku.pk)
    return skus


def _line_of(sku: Sku, quantity: int) -> OrderLine:
    return OrderLine(
        sku=sku,
        goods=sku.goods,
        goods_name=sku.goods.name,
        specification=sku.specification_text[:300],
        image=sku.shown_picture_url,
        unit_price=sku.price,
        quantity=quantity,
    )


def _total_of(lines: Sequence[OrderLine]) -> Decimal:
    total = to_money(sum((line.unit_price * line.quantity for line in lines), ZERO))
    if total > MAX_TOTAL:
        raise OrderTooLarge
    return total


@atomic_with_retry
def cancel_order(*, order: Order, actor_id: int | None, reason: str = "") -> None:
    """Cancel an order that is not paid yet, for its buyer or by staff, and return its stock.

    Raises IllegalMove, naming the state, if it is paid or over.
    """
    move(order=order, to=OrderStatus.CANCELLED, actor_id=actor_id, reason=reason)
    _return_stock(order, StockMovement.Reason.CANCELLED)


@atomic_with_retry
def remove_order(*, order: Order, user: UserProfile) -> None:
    """Do what the client's "delete" means: cancel an unpaid order, take one that is over off the buyer's list.

    Raises IllegalMove for an order that is paid and under way. The row stays in any case.
    """
    if order.status in OVER:
        Order.objects.filter(pk=order.pk, hidden_at=None).update(hidden_at=timezone.now())
    elif order.status == OrderStatus.PENDING_PAYMENT:
        cancel_order(order=order, actor_id=user.pk)
    else:
        words = _("This order is %(state)s: ask for a refund instead of deleting it.")
        raise IllegalMove(words % {"state": order.get_status_display()}, state=order.status)


def close_expired_orders(
    *, now: datetime | None = None, on_closed: Callable[[Order], None] = lambda order: None
) -> int:
    """Close every unpaid order whose time is over, return its stock, and return how many were closed.

    Each order is a transaction of its own, so one that is stuck holds up no other. Safe to run twice, at the
    same time, and against a payment that arrives meanwhile: the conditional move lets one of them win.
    """
    closed = 0
    for order in _overdue(now or timezone.now()):
        try:
            expired = _expire(order)
        except Busy:
            logger.warning("order %s is busy; the next sweep will close it", order.number)
            continue
        if expired:
            closed += 1
            on_closed(order)
    return closed


def _overdue(now: datetime) -> Iterator[Order]:
    last = 0
    while batch := list(Order.objects.overdue(now).filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


@atomic_with_retry
def _expire(order: Order) -> bool:
    expired = try_move(order=order, to=OrderStatus.EXPIRED, reason="not paid in time")
    if expired:
        _return_stock(order, StockMovement.Reason.EXPIRED)
    return expired


def _return_stock(order: Order, reason: StockMovement.Reason) -> None:
    quantities = dict(order.lines.values_list("sku_id", "quantity"))
    stock.give_back(quantities=quantities, reason=reason, reference=order.number)
