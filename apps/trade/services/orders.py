"""Place an order: a cart becomes a promise at a price, and takes its stock."""

import secrets
from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.money import ZERO, to_money
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import NotOnSale
from apps.goods.models import Sku
from apps.goods.services import stock
from apps.trade.exceptions import CartChanged, EmptyCart, OrderTooLarge
from apps.trade.models import CartLine, Order, OrderEvent, OrderLine, OrderStatus
from apps.trade.services import attempts
from apps.users.models import UserProfile

# The largest sum that `Order.total` holds.
MAX_TOTAL = Decimal("9999999999.99")


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
    goods_total = _total_of(lines)
    order = Order.objects.create(
        number=number,
        user=user,
        goods_total=goods_total,
        total=goods_total,
        note=note,
        recipient_name=recipient_name,
        recipient_mobile=recipient_mobile,
        address=address,
        expires_at=timezone.now() + settings.ORDER_PAYMENT_WINDOW,
    )
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    attempts.open_first(order=order)
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
        list_price=sku.price,
        unit_price=sku.price,
        quantity=quantity,
    )


def _total_of(lines: Sequence[OrderLine]) -> Decimal:
    total = to_money(sum((line.unit_price * line.quantity for line in lines), ZERO))
    if total > MAX_TOTAL:
        raise OrderTooLarge
    return total
