"""The cart: single statements with their condition inside, so that no click at the same moment is lost."""

from typing import TypeVar

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import InsufficientStock
from apps.goods.models import Sku
from apps.trade.exceptions import CartFull, NotInCart
from apps.trade.models import CartLine, GuestCartLine
from apps.trade.querysets import CartLineQuerySet
from apps.users.models import UserProfile

Line = TypeVar("Line", CartLine, GuestCartLine)


@atomic_with_retry
def add_to_cart(*, user: UserProfile, goods_id: int, quantity: int, sku_id: int | None = None) -> CartLine:
    """Add pieces to the line of a SKU, and make the line if there is none.

    Without a SKU it is the goods' cheapest that is in stock. Raises InvalidInput for what is not on sale and for
    more than a line takes, InsufficientStock for more than there is, CartFull; then the cart is unchanged.
    """
    return add_pieces(CartLine.objects.of(user), sku_to_buy(goods_id, sku_id), quantity, user=user)


def add_pieces(lines: QuerySet[Line], sku: Sku, quantity: int, **owner: object) -> Line:
    """Add pieces to the line of a SKU among the lines of a cart, and make the line if there is none.

    Raises as `add_to_cart` does. `owner` is whose a new line is.
    """
    mine = lines.filter(sku=sku)
    if not _raise_quantity(mine, sku, quantity):
        _check_room(lines)
        line = lines.model(**owner, sku=sku, quantity=within_limits(sku, quantity), added_price=sku.price)
        try:
            with transaction.atomic():
                line.save(force_insert=True)
        except IntegrityError:
            # Another click made the line first.
            _raise_quantity(mine, sku, quantity)
        else:
            return line
    return mine.select_related("sku").get()


def sku_to_buy(goods_id: int | None, sku_id: int | None) -> Sku:
    """Return the SKU that is meant: the one named, else the goods' cheapest that is in stock; raises InvalidInput."""
    on_sale = Sku.objects.on_sale()
    if goods_id is not None:
        on_sale = on_sale.filter(goods_id=goods_id)
    if sku_id is not None:
        sku = on_sale.filter(pk=sku_id).first()
    else:
        sold_out_last = Case(When(stock__gt=0, then=0), default=1)
        sku = on_sale.order_by(sold_out_last, "price", "pk").first()
    if sku is None:
        raise InvalidInput(fields={"goods" if sku_id is None else "sku": [_("This is not on sale.")]})
    return sku


def _raise_quantity(mine: QuerySet[Line], sku: Sku, quantity: int) -> bool:
    """Add to the line if there is one; raises when the sum would be more than the stock or than a line takes."""
    room = min(sku.stock, settings.MAX_LINE_QUANTITY) - quantity
    changes = {"quantity": F("quantity") + quantity, "added_price": sku.price, "updated_at": timezone.now()}
    if mine.filter(quantity__lte=room).update(**changes):
        return True
    there = mine.values_list("quantity", flat=True).first()
    if there is not None:
        within_limits(sku, there + quantity)
    return False


def within_limits(sku: Sku, quantity: int) -> int:
    """Return the quantity if a line may hold it; raises InvalidInput or InsufficientStock."""
    if quantity > settings.MAX_LINE_QUANTITY:
        message = _("At most %(limit)s pieces fit on one line.") % {"limit": settings.MAX_LINE_QUANTITY}
        raise InvalidInput(fields={"nums": [message]})
    if quantity > sku.stock:
        raise InsufficientStock(sku_id=sku.pk, available=sku.stock)
    return quantity


def _check_room(lines: QuerySet[Line]) -> None:
    """Refuse a further line in a full cart. Lines added at the same moment may pass; the cap guards memory only."""
    if lines.count() >= settings.MAX_CART_LINES:
        raise CartFull


@atomic_with_retry
def set_quantity(*, user: UserProfile, goods_id: int, quantity: int, sku_id: int | None = None) -> CartLine:
    """Set how many pieces of a goods the cart holds; `sku_id` must say of which SKU if there are several lines.

    Raises NotInCart, InvalidInput and InsufficientStock; then the cart is unchanged.
    """
    lines = list(_lines_of(user, goods_id, sku_id).select_related("sku"))
    if not lines:
        raise NotInCart
    if len(lines) > 1:
        raise InvalidInput(fields={"sku": [_("The cart holds several kinds of this goods; say which one.")]})
    line = lines[0]
    line.quantity = within_limits(line.sku, quantity)
    if not CartLine.objects.filter(pk=line.pk).update(quantity=quantity, updated_at=timezone.now()):
        raise NotInCart
    return line


@atomic_with_retry
def remove_from_cart(*, user: UserProfile, goods_id: int, sku_id: int | None = None) -> None:
    """Take a goods out of the cart, or only one of its SKUs; raises NotInCart."""
    removed, _by_model = _lines_of(user, goods_id, sku_id).delete()
    if not removed:
        raise NotInCart


@atomic_with_retry
def clear_cart(*, user: UserProfile) -> None:
    """Take everything out of the cart."""
    CartLine.objects.of(user).delete()


def _lines_of(user: UserProfile, goods_id: int, sku_id: int | None) -> CartLineQuerySet:
    # By the SKUs' keys, not by a join: MariaDB deletes from one table only.
    skus = Sku.objects.filter(goods_id=goods_id, **({} if sku_id is None else {"pk": sku_id}))
    return CartLine.objects.of(user).filter(sku__in=skus)
