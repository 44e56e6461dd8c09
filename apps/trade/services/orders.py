"""Place an order: a cart, or goods bought at once, become a promise at a price, and take all that it needs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.common.prepared import Prepared, PreparedDelete, insert
from apps.common.related import remember_related
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import InsufficientStock
from apps.goods.models import Sku
from apps.goods.services import stock
from apps.trade.exceptions import CartChanged, EmptyCart
from apps.trade.models import CartLine, Order, OrderDiscount, OrderEvent, OrderLine, OrderStatus
from apps.trade.services import attempts, coupons, points, purchases, quotes
from apps.trade.services.destinations import Destination, find_destination
from apps.trade.services.numbers import new_number
from apps.trade.services.offers import Offer, Wishes, make_offer
from apps.trade.services.order_moves import move
from apps.trade.services.pricing import PricedLine
from apps.trade.services.quotes import Promise
from apps.trade.services.sales import count_sales
from apps.users.models import UserProfile

_lines_in_cart = Prepared(lambda user_id: CartLine.objects.of(user_id).values_list("pk", "sku_id", "quantity"))
_delete_lines = PreparedDelete(
    lambda user_id, keys, quantities: CartLine.objects.of(user_id).filter(
        reduce(or_, (Q(pk=key, quantity=quantity) for key, quantity in zip(keys, quantities, strict=True)))
    )
)
PLACED = gettext_noop("Its buyer placed it.")
NOTHING_TO_PAY = gettext_noop("There was nothing to pay.")


@atomic_with_retry
def place_order(
    *,
    user: UserProfile,
    recipient_name: str,
    recipient_mobile: str,
    address: str,
    note: str = "",
    items: Mapping[int, int] | None = None,
    wishes: Wishes | None = None,
    quote: str = "",
) -> Order:
    """Turn the user's cart, or `items` (SKU ids to pieces) beside it, into an order, and take what it needs.

    All or nothing: raises EmptyCart, CartChanged, InsufficientStock, NotOnSale, PurchaseLimitReached, whatever
    `make_offer` raises of coupon, points and freight, and QuoteChanged if the price or the stock is not what the
    quote said; then everything is as before. The address is kept by value, as `find_destination` completes it; prices
    are those of this moment. An order that costs nothing is paid at once.
    """
    promise = quotes.read_quote(token=quote, user=user) if quote else None
    quantities = _empty_cart(user) if items is None else dict(items)
    wishes = replace(wishes or Wishes(), address=address)
    destination = _destination_of_code(wishes)
    number = new_number()
    _take_stock(quantities, number, promise)
    # Prices are read after the stock is taken: from then on the SKUs' rows are ours, and no price can change.
    offer = make_offer(user=user, quantities=quantities, wishes=wishes, destination=destination)
    if promise is not None:
        quotes.confirm_price(promise=promise, price=offer.price)
    price = offer.price
    order = Order(
        number=number,
        user=user,
        goods_total=price.goods_total,
        discount=price.discount,
        freight=price.freight,
        total=price.total,
        note=note,
        recipient_name=recipient_name,
        recipient_mobile=recipient_mobile,
        address=offer.destination.address,
        region_code=offer.destination.region_code,
        expires_at=timezone.now() + settings.ORDER_PAYMENT_WINDOW,
    )
    insert(order)
    lines = [_line_of(order, line, offer.skus[line.item.sku_id]) for line in price.lines]
    insert(*lines)
    remember_related(order, "lines", lines)
    insert(OrderEvent(order=order, to_status=OrderStatus.PENDING_PAYMENT, actor_id=user.pk, reason=PLACED))
    _take_the_rest(order, offer)
    if order.total:
        attempts.open_first(order=order)
    settle_if_free(order=order)
    return order


def settle_if_free(*, order: Order) -> None:
    """Mark an unpaid order that costs nothing as paid, as no gateway will: at placement, and when staff made it free.

    Joins the caller's transaction.
    """
    if order.total:
        return
    move(order=order, to=OrderStatus.PAID, reason=NOTHING_TO_PAY, paid_at=timezone.now())
    count_sales(order=order)


def cart_quantities(*, user: UserProfile) -> dict[int, int]:
    """Return what is in the cart, SKU ids to pieces, and leave it there; raises EmptyCart."""
    quantities = dict(CartLine.objects.of(user).values_list("sku_id", "quantity"))
    if not quantities:
        raise EmptyCart
    return quantities


def _empty_cart(user: UserProfile) -> dict[int, int]:
    """Delete the lines of the cart and return their quantities by SKU.

    This is the guard against a double click: the DELETE names each line with the quantity that was read, so of
    two requests only one deletes them all, and a quantity changed meanwhile is not lost in silence.
    """
    lines = _lines_in_cart(user_id=user.pk)
    if not lines:
        raise EmptyCart
    keys, _sku_ids, quantities = zip(*lines, strict=True)
    if _delete_lines(user_id=user.pk, keys=list(keys), quantities=list(quantities)) != len(lines):
        raise CartChanged
    return {sku_id: quantity for _key, sku_id, quantity in lines}


def _destination_of_code(wishes: Wishes) -> Destination | None:
    """Find where an order with a code goes while nobody waits for its SKUs; without one that hangs on the goods."""
    if wishes.region_code is None:
        return None
    return find_destination(address=wishes.address, region_code=wishes.region_code, needed=True)


def _take_stock(quantities: Mapping[int, int], number: str, promise: Promise | None) -> None:
    try:
        stock.take(quantities=quantities, reference=number)
    except InsufficientStock as shortage:
        if promise is None:
            raise
        raise quotes.refuse_for_stock(promise=promise, quantities=quantities) from shortage


def _line_of(order: Order, line: PricedLine, sku: Sku) -> OrderLine:
    return OrderLine(
        order=order,
        sku=sku,
        goods=sku.goods,
        goods_name=sku.goods.name,
        specification=sku.specification_text[:300],
        image=sku.shown_picture_url,
        list_price=line.item.list_price,
        unit_price=line.item.unit_price,
        quantity=line.item.quantity,
        discount=line.discount,
        points_spent=line.points,
        counts_for_limit=sku.goods.purchase_limit is not None,
    )


def _take_the_rest(order: Order, offer: Offer) -> None:
    """Take coupon, points and purchase counts; what an order has none of costs no query."""
    discounts: Sequence[OrderDiscount] = [
        OrderDiscount(order=order, kind=one.kind, label=one.label, amount=one.amount) for one in offer.price.discounts
    ]
    if discounts:
        OrderDiscount.objects.bulk_create(discounts)
    if offer.grant is not None:
        coupons.use_coupon(grant=offer.grant, order=order)
    if offer.price.points_spent:
        points.spend_points(order=order, points=offer.price.points_spent)
    purchases.count_purchases(user=order.user, pieces=quotes.pieces_by_goods(offer))
