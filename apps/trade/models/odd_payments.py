"""Money of another amount than was asked for, as gateways tell of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.trade.models.payments import Channel, PaymentAttempt
from apps.trade.models.todos import ToDo


class OddPayment(ToDo):
    """A gateway's signed word that a way to pay brought another amount than it was opened for; staff decide about it.

    Nothing is paid by it. It is `gone` when the gateway then named the amount that was asked for, and `resolved` when
    staff had the money paid back, or noted what they found. `told_by` is how the shop heard of it last.
    """

    class Source(models.TextChoices):
        """By what the gateway told of it."""

        NOTIFICATION = "notification", _("notification")
        ANSWER = "answer", _("answer to a question")

    attempt = models.ForeignKey(
        PaymentAttempt, verbose_name=_("payment attempt"), on_delete=models.PROTECT, related_name="odd_payments"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    trade_no = models.CharField(_("gateway's trade number"), max_length=64)
    asked = models.DecimalField(_("amount asked for"), max_digits=12, decimal_places=2)
    told = models.DecimalField(_("amount that the gateway names"), max_digits=12, decimal_places=2)
    told_by = models.CharField(_("told by"), max_length=12, choices=Source.choices)
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("payment of another amount")
        verbose_name_plural = _("payments of another amount")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "trade_no", "told"], name="odd_payment_told_once"),
            models.CheckConstraint(condition=~Q(asked=models.F("told")), name="odd_payment_is_odd"),
        ]
        indexes = [models.Index(fields=["state"], name="odd_payment_to_settle")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.trade_no}"
