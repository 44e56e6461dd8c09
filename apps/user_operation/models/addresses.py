"""Where parcels go."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region


class Address(models.Model):
    """A user's delivery address. Names are what the user typed; the region is filled in where they match one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="addresses"
    )
    province = models.CharField(_("province"), max_length=50, blank=True, default="")
    city = models.CharField(_("city"), max_length=50, blank=True, default="")
    district = models.CharField(_("district"), max_length=50, blank=True, default="")
    address = models.CharField(_("street address"), max_length=100, blank=True, default="")
    recipient_name = models.CharField(_("recipient"), max_length=30, blank=True, default="")
    recipient_mobile = models.CharField(_("recipient's mobile"), max_length=11, blank=True, default="")
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.province}{self.city}{self.district}{self.address}"
