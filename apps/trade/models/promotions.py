"""Full reduction: so much off from so much on."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.trade.models.scopes import ONE_SCOPE, Scoped, check_period
from apps.trade.querysets import FullReductionQuerySet


class FullReduction(Scoped):
    """A promotion that everybody gets between two moments; of its tiers the highest that is reached counts."""

    name = models.CharField(_("name"), max_length=60)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    is_active = models.BooleanField(_("switched on"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = FullReductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("full reduction")
        verbose_name_plural = _("full reductions")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="full_reduction_period"),
            models.CheckConstraint(condition=ONE_SCOPE, name="full_reduction_one_scope"),
        ]
        indexes = [models.Index(fields=["is_active", "ends_at"], name="full_reduction_running")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a period that is none."""
        super().clean()
        check_period(self.starts_at, self.ends_at)


class ReductionTier(models.Model):
    """A step of a full reduction: from `minimum` yuan on, `reduction` yuan off."""

    promotion = models.ForeignKey(
        FullReduction, verbose_name=_("full reduction"), on_delete=models.CASCADE, related_name="tiers"
    )
    minimum = models.DecimalField(_("from (yuan)"), max_digits=10, decimal_places=2)
    reduction = models.DecimalField(_("yuan off"), max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = _("tier of a reduction")
        verbose_name_plural = _("tiers of reductions")
        ordering = ["promotion_id", "minimum"]
        constraints = [
            models.UniqueConstraint(fields=["promotion", "minimum"], name="reduction_tier_once"),
            models.CheckConstraint(
                condition=Q(reduction__gt=0, reduction__lte=F("minimum")), name="reduction_tier_within_minimum"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minimum} - {self.reduction}"

    def clean(self) -> None:
        """Refuse a tier that takes off more than it asks for."""
        if self.minimum is not None and self.reduction is not None and self.reduction > self.minimum:
            raise ValidationError({"reduction": _("More would be off than is bought.")})
