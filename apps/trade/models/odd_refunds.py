"""Money that gateways paid back, and that fits no refund any more."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.trade.models.refunds import Refund
from apps.trade.models.todos import ToDo


class OddRefund(ToDo):
    """A gateway's word that it paid back a refund after all, which the books could not take; staff decide about it.

    Other refunds have its pieces or its money by now, or it was paid under another number as well. `number` is the one
    under which the gateway paid. It is `gone` when the books could take it later, by itself.
    """

    refund = models.ForeignKey(Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="odd_refunds")
    number = models.CharField(_("refund number"), max_length=64, unique=True)
    amount = models.DecimalField(_("amount that was paid back"), max_digits=12, decimal_places=2)
    gateway_number = models.CharField(_("gateway's refund number"), max_length=64, blank=True, default="")
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("refund paid after all")
        verbose_name_plural = _("refunds paid after all")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state"], name="odd_refund_to_settle")]

    def __str__(self) -> str:
        return self.number
