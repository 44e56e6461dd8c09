"""What delivery costs: templates that goods share, and their prices by region."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.money import ZERO


class FreightTemplate(models.Model):
    """How goods that are sent alike are charged: by the piece, or by weight. Its zones say where, and how much."""

    class Unit(models.TextChoices):
        """What is counted."""

        PIECE = "piece", _("by the piece")
        WEIGHT = "weight", _("by weight, in grams")

    name = models.CharField(_("name"), max_length=60, unique=True)
    unit = models.CharField(_("charged"), max_length=10, choices=Unit.choices, default=Unit.PIECE)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("freight template")
        verbose_name_plural = _("freight templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FreightZone(models.Model):
    """The price of delivery to some regions, or with none named to everywhere else.

    `regions` lists GB codes: that of a province covers its cities, that of a city its districts; the narrowest
    that covers an address counts. Up to `first_units` cost `first_fee`, each `next_units` begun after them
    `next_fee`. Units are pieces or grams, as the template says. `free_from_amount` is in yuan.
    """

    template = models.ForeignKey(
        FreightTemplate, verbose_name=_("freight template"), on_delete=models.CASCADE, related_name="zones"
    )
    regions = models.JSONField(_("regions"), default=list, blank=True)
    is_unreachable = models.BooleanField(_("not delivered to"), default=False)
    first_units = models.PositiveIntegerField(_("first units"), default=1)
    first_fee = models.DecimalField(_("first fee"), max_digits=8, decimal_places=2, default=ZERO)
    next_units = models.PositiveIntegerField(_("further units"), default=1)
    next_fee = models.DecimalField(_("fee for further units"), max_digits=8, decimal_places=2, default=ZERO)
    free_from_amount = models.DecimalField(
        _("free from amount"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    free_from_count = models.PositiveIntegerField(_("free from pieces"), null=True, blank=True)

    class Meta:
        verbose_name = _("freight zone")
        verbose_name_plural = _("freight zones")
        ordering = ["template_id", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(first_fee__gte=0, next_fee__gte=0), name="freight_fees_not_negative"),
            models.CheckConstraint(condition=Q(first_units__gte=1, next_units__gte=1), name="freight_units_positive"),
            models.CheckConstraint(
                condition=Q(free_from_amount=None) | Q(free_from_amount__gte=0),
                name="freight_free_amount_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(map(str, self.regions)) or str(_("everywhere else"))
