"""Administrative regions of China, as the national standard GB/T 2260 numbers them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Region(models.Model):
    """A province, city or district, known by its kind and its six-digit GB code.

    The code alone is no key: a city without districts (Dongguan, Zhongshan, Danzhou) stands in the standard's
    lists a second time, as the one district of itself, under the same number.
    """

    class Kind(models.TextChoices):
        """The three levels."""

        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        DISTRICT = "district", _("district")

    code = models.PositiveIntegerField(_("GB code"))
    name = models.CharField(_("name"), max_length=50)
    kind = models.CharField(pgettext_lazy("of a region", "kind"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent"), on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code", "id"]
        constraints = [models.UniqueConstraint(fields=["code", "kind"], name="region_code_kind")]
        indexes = [models.Index(fields=["name", "kind"], name="region_name_kind")]

    def __str__(self) -> str:
        return self.name
