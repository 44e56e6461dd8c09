"""What a promotion or a coupon is for."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.goods.models import Category, Goods


class Scoped(models.Model):
    """Columns of a row that is for everything, for a category and all below it, or for one goods."""

    category = models.ForeignKey(
        Category, verbose_name=_("only category"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    goods = models.ForeignKey(
        Goods, verbose_name=_("only goods"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse a row that is for two things."""
        super().clean()
        if self.category_id is not None and self.goods_id is not None:
            raise ValidationError(_("Choose a category or a goods, not both."))


def check_period(starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Refuse a period that ends before it begins, in words that staff understand."""
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise ValidationError({"ends_at": _("It ends before it begins.")})


ONE_SCOPE = Q(category=None) | Q(goods=None)
