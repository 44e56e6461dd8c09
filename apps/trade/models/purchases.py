"""How much buyers bought of goods that are limited."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.goods.models import Goods


class GoodsPurchase(models.Model):
    """Pieces of a goods that count against its purchase limit for one buyer, over all SKUs and orders."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.CASCADE, related_name="+"
    )
    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.CASCADE, related_name="purchases")
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("counted purchase")
        verbose_name_plural = _("counted purchases")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "goods"], name="goods_purchase_once")]

    def __str__(self) -> str:
        return f"{self.goods_id} x {self.quantity}"
