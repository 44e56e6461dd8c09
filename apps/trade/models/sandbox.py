"""The books of the local payment sandbox: what it, as the gateway, knows of its trades."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SandboxTrade(models.Model):
    """A trade that was paid at the sandbox's cashier. The shop itself never reads it, only notifications."""

    trade_no = models.CharField(_("trade number"), max_length=64, unique=True)
    out_trade_no = models.CharField(_("merchant's number"), max_length=64, unique=True)
    total_amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    subject = models.CharField(_("subject"), max_length=256)
    notify_url = models.CharField(_("notify URL"), max_length=500)
    paid_at = models.DateTimeField(_("paid at"))

    class Meta:
        verbose_name = _("sandbox trade")
        verbose_name_plural = _("sandbox trades")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.trade_no
