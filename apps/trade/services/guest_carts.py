"""Carts of guests: whoever knows the UUID has the cart, and at log-in it becomes part of the user's own."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from apps.common.purging import delete_in_batches
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import NoGuestCart, NotInCart
from apps.trade.models import CartLine, GuestCart, GuestCartLine
from apps.trade.services.cart import add_pieces, sku_to_buy, within_limits
from apps.users.events import UserSignedIn

# So long a cart is kept that nobody changes.
KEPT = timedelta(days=30)


@atomic_with_retry
def open_guest_cart() -> GuestCart:
    """Make an empty cart for somebody who is not signed in."""
    return GuestCart.objects.create(touched_at=timezone.now())


def guest_cart(*, public_id: uuid.UUID) -> GuestCart:
    """Return the cart with this UUID; raises NoGuestCart."""
    cart = GuestCart.objects.filter(public_id=public_id).first()
    if cart is None:
        raise NoGuestCart
    return cart


@atomic_with_retry
def add_to_guest_cart(
    *, public_id: uuid.UUID, quantity: int, goods_id: int | None = None, sku_id: int | None = None
) -> GuestCartLine:
    """Add pieces to the line of a SKU, as `cart.add_to_cart` does; one of goods and SKU must be named.

    Raises NoGuestCart, and whatever the cart of a user refuses; then the cart is unchanged.
    """
    cart = _touch(public_id)
    return add_pieces(GuestCartLine.objects.filter(cart=cart), sku_to_buy(goods_id, sku_id), quantity, cart=cart)


@atomic_with_retry
def set_guest_quantity(*, public_id: uuid.UUID, sku_id: int, quantity: int) -> GuestCartLine:
    """Set how many pieces of a SKU the cart holds; raises NoGuestCart, NotInCart, InvalidInput, InsufficientStock."""
    line = GuestCartLine.objects.filter(cart=_touch(public_id), sku=sku_id).select_related("sku").first()
    if line is None:
        raise NotInCart
    line.quantity = within_limits(line.sku, quantity)
    line.save(update_fields=["quantity", "updated_at"])
    return line


@atomic_with_retry
def remove_from_guest_cart(*, public_id: uuid.UUID, sku_id: int) -> None:
    """Take a SKU out of the cart; raises NoGuestCart and NotInCart."""
    removed, _by_model = GuestCartLine.objects.filter(cart=_touch(public_id), sku=sku_id).delete()
    if not removed:
        raise NotInCart


@atomic_with_retry
def drop_guest_cart(*, public_id: uuid.UUID) -> None:
    """Forget the cart and all that is in it; raises NoGuestCart."""
    _touch(public_id).delete()


def forget_guest_carts() -> int:
    """Delete carts that nobody has changed for a month; returns how many rows there were."""
    return delete_in_batches(GuestCart.objects.filter(touched_at__lt=timezone.now() - KEPT))


def merge_at_sign_in(event: UserSignedIn) -> None:
    """Move what is in the guest's cart to the cart of who signs in, and leave the guest's empty.

    Quantities are added, up to what is in stock and what a cart takes; what is not on sale any more is left out.
    Nothing is refused, for a log-in must not fail by a cart: a UUID that names none is as good as no UUID.
    Joins the caller's transaction. Of two log-ins at once, the second finds the cart empty.
    """
    if event.guest_cart is None:
        return
    try:
        cart = _touch(event.guest_cart)
    except NoGuestCart:
        return
    lines = list(cart.lines.select_related("sku__goods").order_by("sku_id"))
    cart.lines.all().delete()
    for line in lines:
        if line.sku.is_on_sale and line.sku.goods.is_on_sale:
            _merge_line(event.user_id, line)


def _merge_line(user_id: int, line: GuestCartLine) -> None:
    most = min(line.sku.stock, settings.MAX_LINE_QUANTITY)
    if _raise_up_to(most, user_id, line) or most < 1:
        return
    if CartLine.objects.filter(user=user_id).count() >= settings.MAX_CART_LINES:
        return
    try:
        with transaction.atomic():
            CartLine.objects.create(
                user_id=user_id, sku=line.sku, quantity=min(line.quantity, most), added_price=line.added_price
            )
    except IntegrityError:
        # A click of the user's made the line first.
        _raise_up_to(most, user_id, line)


def _raise_up_to(most: int, user_id: int, line: GuestCartLine) -> bool:
    """Add to the user's line if there is one; one that holds more already keeps it."""
    sum_of_both = F("quantity") + line.quantity
    return bool(
        CartLine.objects.filter(user=user_id, sku=line.sku).update(
            quantity=Greatest(F("quantity"), Least(sum_of_both, Value(most))), updated_at=timezone.now()
        )
    )


def _touch(public_id: uuid.UUID) -> GuestCart:
    """Note that the cart changes, which also keeps everybody else from changing it until the commit."""
    if not GuestCart.objects.filter(public_id=public_id).update(touched_at=timezone.now()):
        raise NoGuestCart
    return GuestCart.objects.get(public_id=public_id)
