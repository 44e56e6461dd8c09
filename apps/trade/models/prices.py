"""Why an order costs what it costs, and who changed that."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column
from apps.trade.models.orders import Order


class OrderDiscount(models.Model):
    """One reason why an order costs less than its lines; the amounts sum to the order's discount.

    Only a price change may be negative: staff may take back what a promotion gave.
    """

    class Kind(models.TextChoices):
        """Where it comes from."""

        REDUCTION = "reduction", _("full reduction")
        COUPON = "coupon", _("coupon")
        POINTS = "points", _("points")
        PRICE_CHANGE = "price_change", _("changed by staff")

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="discounts")
    kind = models.CharField(_("kind of discount"), max_length=12, choices=Kind.choices)
    label = models.CharField(_("label"), max_length=100, blank=True, default="")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("order discount")
        verbose_name_plural = _("order discounts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="price_change") | Q(amount__gt=0), name="order_discount_positive")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"


class OrderPriceChange(models.Model):
    """A price of an unpaid order that staff changed: from what, to what, by whom and why. Append-only.

    `old_goods` and `new_goods` are what the goods cost together after all discounts.
    """

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="price_changes")
    old_goods = models.DecimalField(_("goods before"), max_digits=12, decimal_places=2)
    new_goods = models.DecimalField(_("goods after"), max_digits=12, decimal_places=2)
    old_freight = models.DecimalField(_("freight before"), max_digits=12, decimal_places=2)
    new_freight = models.DecimalField(_("freight after"), max_digits=12, decimal_places=2)
    actor = actor_column()
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("price change of an order")
        verbose_name_plural = _("price changes of orders")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_goods=F("new_goods")) | ~Q(old_freight=F("new_freight")),
                name="order_price_change_changes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_goods} > {self.new_goods}"
