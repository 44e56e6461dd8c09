"""Days whose books were compared with a gateway's bill, and what differs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.money import ZERO
from apps.trade.models.payments import Channel, Payment
from apps.trade.models.refunds import Refund
from apps.trade.models.todos import ToDo


class ReconciliationRun(models.Model):
    """A day of a channel, in China's time, as its bill has it; to compare the day again goes over the same row.

    `passes` counts how often it was begun, `finished_at` is when it was last compared to the end; of a day that is
    not over there is none. The sums are the bill's, of the last pass that came to its end.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    day = models.DateField(_("day"))
    passes = models.PositiveIntegerField(_("passes"), default=0)
    payment_count = models.PositiveIntegerField(_("payments in the bill"), default=0)
    payment_sum = models.DecimalField(_("paid by the bill"), max_digits=16, decimal_places=2, default=ZERO)
    refund_count = models.PositiveIntegerField(_("refunds in the bill"), default=0)
    refund_sum = models.DecimalField(_("paid back by the bill"), max_digits=16, decimal_places=2, default=ZERO)
    finished_at = models.DateTimeField(_("compared at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-day", "channel"]
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="reconciliation_once_per_day")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}"


class Discrepancy(ToDo):
    """Something that the bill of a day and the shop do not agree on; staff decide about it once.

    `reference` is the gateway's trade number of a payment, our number of a refund. `ours` and `theirs` are the two
    amounts, none on the side that does not know it. `seen_in` is the last pass that found it: what a later pass
    does not find is gone, unless staff resolved it before.
    """

    class Subject(models.TextChoices):
        """What it is about."""

        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")

    class Kind(models.TextChoices):
        """How the two sides differ."""

        MISSING_HERE = "missing_here", _("missing here")
        MISSING_THERE = "missing_there", _("missing in the bill")
        AMOUNT = "amount", _("other amount")
        STATE = "state", _("other state")
        TWICE = "twice", _("listed twice")

    run = models.ForeignKey(
        ReconciliationRun, verbose_name=_("reconciliation"), on_delete=models.PROTECT, related_name="discrepancies"
    )
    subject = models.CharField(_("about"), max_length=8, choices=Subject.choices)
    kind = models.CharField(_("difference"), max_length=14, choices=Kind.choices)
    reference = models.CharField(_("trade or refund number"), max_length=64)
    number = models.CharField(_("merchant's number"), max_length=64)
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ours = models.DecimalField(_("amount here"), max_digits=12, decimal_places=2, null=True, blank=True)
    theirs = models.DecimalField(_("amount in the bill"), max_digits=12, decimal_places=2, null=True, blank=True)
    seen_in = models.PositiveIntegerField(_("last found in pass"))

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "subject", "kind", "reference"], name="discrepancy_told_once"),
        ]
        indexes = [models.Index(fields=["run", "state"], name="discrepancy_to_settle")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reference}"
