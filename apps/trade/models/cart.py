"""The carts of users, and of guests who have not signed in yet."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.goods.models import Sku
from apps.trade.querysets import CartLineQuerySet, GuestCartLineQuerySet


class CartChange(models.TextChoices):
    """What a shopper should be told of a line before it is ordered."""

    PRICE_RAISED = "price_raised", _("costs more than when it was added")
    PRICE_LOWERED = "price_lowered", _("costs less than when it was added")
    LESS_IN_STOCK = "less_in_stock", _("there are fewer than wanted")
    SOLD_OUT = "sold_out", _("sold out")
    OFF_SALE = "off_sale", _("no longer on sale")


def changes_since(*, sku: Sku, quantity: int, added_price: Decimal | None) -> list[CartChange]:
    """Return how a SKU differs from what a cart's line wants, and from what it cost when the line was written."""
    changes = []
    if added_price is not None and sku.price != added_price:
        changes.append(CartChange.PRICE_RAISED if sku.price > added_price else CartChange.PRICE_LOWERED)
    if not (sku.is_on_sale and sku.goods.is_on_sale):
        changes.append(CartChange.OFF_SALE)
    elif sku.stock < quantity:
        changes.append(CartChange.LESS_IN_STOCK if sku.stock else CartChange.SOLD_OUT)
    return changes


class CartLine(models.Model):
    """How many of a SKU a user means to buy; one line per SKU. It holds no stock, and no price is promised.

    `added_price` is what a piece cost when pieces were last added, to show what has changed since.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="cart_lines"
    )
    sku = models.ForeignKey(Sku, verbose_name=_("SKU"), on_delete=models.CASCADE, related_name="cart_lines")
    quantity = models.PositiveIntegerField(_("quantity"))
    added_price = models.DecimalField(_("price when added"), max_digits=12, decimal_places=2, null=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = CartLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("cart line")
        verbose_name_plural = _("cart lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "sku"], name="cart_one_line_per_sku"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cart_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} x {self.quantity}"

    @property
    def changes(self) -> list[CartChange]:
        """What has changed since the line was written."""
        return changes_since(sku=self.sku, quantity=self.quantity, added_price=self.added_price)


class GuestCart(models.Model):
    """A cart that belongs to whoever knows its `public_id`, which cannot be guessed.

    At log-in its lines move to the user's cart, and it is empty. It is forgotten a month after the last change,
    which is `touched_at`; every change writes that first, so that changes of one cart happen one after the other.
    """

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    touched_at = models.DateTimeField(_("last changed at"), db_index=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("guest cart")
        verbose_name_plural = _("guest carts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def shown_lines(self) -> GuestCartLineQuerySet:
        """The lines with what they show."""
        return GuestCartLine.objects.filter(cart=self).for_display()


class GuestCartLine(models.Model):
    """How many of a SKU a guest means to buy; as `CartLine`, but for whose it is."""

    cart = models.ForeignKey(GuestCart, verbose_name=_("guest cart"), on_delete=models.CASCADE, related_name="lines")
    sku = models.ForeignKey(Sku, verbose_name=_("SKU"), on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField(_("quantity"))
    added_price = models.DecimalField(_("price when added"), max_digits=12, decimal_places=2, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = GuestCartLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest cart line")
        verbose_name_plural = _("guest cart lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "sku"], name="guest_cart_one_line_per_sku"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="guest_cart_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id} x {self.quantity}"

    @property
    def changes(self) -> list[CartChange]:
        """What has changed since the line was written."""
        return changes_since(sku=self.sku, quantity=self.quantity, added_price=self.added_price)
