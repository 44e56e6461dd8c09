"""Append-only records of stock and price."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column
from apps.goods.models.catalogue import Sku


class StockMovement(models.Model):
    """One line of the stock ledger. For each SKU the deltas sum to its stock, always."""

    class Reason(models.TextChoices):
        """Why stock moved."""

        OPENING = "opening", _("opening stock")
        ORDER = "order", _("taken by an order")
        CANCELLED = "cancelled", _("order cancelled")
        EXPIRED = "expired", _("order expired")
        REFUNDED = "refunded", _("order refunded")
        ADJUSTMENT = "adjustment", _("adjusted by staff")
        IMPORT = "import", _("set by an import")

    sku = models.ForeignKey(Sku, verbose_name=_("SKU"), on_delete=models.PROTECT, related_name="movements")
    delta = models.IntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    reference = models.CharField(_("reference"), max_length=64, blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    actor = actor_column()
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(delta=0), name="stock_movement_moves")]
        # The SKU stands in it, or SQLite goes by that alone and reads all that ever moved of a best seller.
        indexes = [models.Index(fields=["reference", "sku"], name="stock_movement_of_cause")]

    def __str__(self) -> str:
        return f"{self.delta:+d} ({self.get_reason_display()})"


class PriceChange(models.Model):
    """A price that was changed: from what, to what, by whom."""

    sku = models.ForeignKey(Sku, verbose_name=_("SKU"), on_delete=models.CASCADE, related_name="price_changes")
    old_price = models.DecimalField(_("old price"), max_digits=12, decimal_places=2)
    new_price = models.DecimalField(_("new price"), max_digits=12, decimal_places=2)
    source = models.CharField(_("source"), max_length=30, blank=True, default="")
    actor = actor_column()
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price changes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.old_price} > {self.new_price}"
