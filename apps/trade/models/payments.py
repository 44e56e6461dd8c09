"""Money that arrived."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.trade.models.orders import Order


class Payment(models.Model):
    """A payment that a gateway confirmed with its signature; the gateway's own number makes it unique.

    Money is never turned away unrecorded: what arrives for an order that cannot take it any more (cancelled,
    expired, already paid) is kept as `refund_due` and shown to staff.
    """

    class Channel(models.TextChoices):
        """Through which gateway."""

        ALIPAY = "alipay", _("Alipay")
        WECHAT = "wechat", _("WeChat Pay")

    class Status(models.TextChoices):
        """What became of the money."""

        ACCEPTED = "accepted", _("accepted")
        REFUND_DUE = "refund_due", _("to be refunded")

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="payments")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    trade_no = models.CharField(_("gateway's trade number"), max_length=64)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    buyer = models.CharField(_("payer's account"), max_length=100, blank=True, default="")
    notification = models.JSONField(_("notification"), default=dict)
    paid_at = models.DateTimeField(_("paid at"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "trade_no"], name="payment_once_per_trade"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
        ]
        indexes = [models.Index(fields=["status"], name="payment_by_status")]

    def __str__(self) -> str:
        return f"{self.channel} {self.trade_no}"
