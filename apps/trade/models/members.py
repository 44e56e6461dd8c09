"""Member levels, who has one, and prices of their own."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.goods.models import Sku


class MemberLevel(models.Model):
    """A rank of buyers who pay `percentage` per cent of every price, unless a SKU has a price of its own for them."""

    name = models.CharField(_("name"), max_length=30, unique=True)
    percentage = models.PositiveSmallIntegerField(
        _("per cent of the price"), default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("member level")
        verbose_name_plural = _("member levels")
        ordering = ["-percentage", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(percentage__gte=1, percentage__lte=100), name="member_level_percentage")
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """The level that a buyer has; without a row it is none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), on_delete=models.CASCADE, related_name="membership"
    )
    level = models.ForeignKey(
        MemberLevel, verbose_name=_("member level"), on_delete=models.PROTECT, related_name="memberships"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.level_id}"


class MemberPrice(models.Model):
    """What a SKU costs buyers of one level, if that is less than the shop's price."""

    sku = models.ForeignKey(Sku, verbose_name=_("SKU"), on_delete=models.CASCADE, related_name="member_prices")
    level = models.ForeignKey(
        MemberLevel, verbose_name=_("member level"), on_delete=models.CASCADE, related_name="prices"
    )
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("member price")
        verbose_name_plural = _("member prices")
        ordering = ["sku_id", "level_id"]
        constraints = [
            models.UniqueConstraint(fields=["sku", "level"], name="member_price_once"),
            models.CheckConstraint(condition=Q(price__gte=0), name="member_price_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.price)
