"""Brands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.goods.models.pictures import Pictured


class Brand(Pictured, models.Model):
    """Who makes the goods; shown on the home page beside the sections that sell them."""

    name = models.CharField(_("name"), max_length=60)
    desc = models.TextField(_("description"), blank=True, default="")
    image = models.ImageField(_("logo"), upload_to="brands/", blank=True, default="")
    image_url = models.CharField(_("logo URL"), max_length=500, blank=True, default="")
    position = models.IntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=30, blank=True, default="", editable=False)
    source_key = models.CharField(_("source key"), max_length=200, null=True, editable=False)  # noqa: DJ001  unique when given
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["source", "source_key"], name="brand_source_key")]

    def __str__(self) -> str:
        return self.name
