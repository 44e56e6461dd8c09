"""Days whose books were compared with a gateway's bill, and what differs."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.money import ZERO
from apps.trade.models.payments import Channel, Payment
from apps.trade.models.refunds import Refund
from apps.trade.models.todos import ToDo


class ReconciliationRun(models.Model):
    """A day of a channel, in China's time, as its bill has it; to compare the day again goes over the same row.

    `passes` counts how often it was begun, `finished_at` is when it was last compared to the end; of a day that is
    not over there is none. All sums are of the last pass that came to its end: the bill's, those of our rows that it
    lists or should have listed (none where that was not summed up yet), and how much of the two's difference the
    discrepancies of that pass explain.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    day = models.DateField(_("day"))
    passes = models.PositiveIntegerField(_("passes"), default=0)
    payment_count = models.PositiveIntegerField(_("payments in the bill"), default=0)
    payment_sum = models.DecimalField(_("paid by the bill"), max_digits=16, decimal_places=2, default=ZERO)
    refund_count = models.PositiveIntegerField(_("refunds in the bill"), default=0)
    refund_sum = models.DecimalField(_("paid back by the bill"), max_digits=16, decimal_places=2, default=ZERO)
    our_payment_count = models.PositiveIntegerField(_("payments here"), default=0)
    our_payment_sum = models.DecimalField(_("paid here"), max_digits=16, decimal_places=2, null=True)
    our_refund_count = models.PositiveIntegerField(_("refunds here"), default=0)
    our_refund_sum = models.DecimalField(_("paid back here"), max_digits=16, decimal_places=2, null=True)
    payments_explained = models.DecimalField(
        _("of payments explained"), max_digits=16, decimal_places=2, default=ZERO, editable=False
    )
    refunds_explained = models.DecimalField(
        _("of refunds explained"), max_digits=16, decimal_places=2, default=ZERO, editable=False
    )
    finished_at = models.DateTimeField(_("compared at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        ordering = ["-day", "channel"]
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="reconciliation_once_per_day")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}"

    @property
    def payment_difference(self) -> Decimal:
        """How much more was paid by the bill than here."""
        return _more(self.payment_sum, self.our_payment_sum)

    @property
    def refund_difference(self) -> Decimal:
        """How much more was paid back by the bill than here."""
        return _more(self.refund_sum, self.our_refund_sum)

    @property
    def payments_unexplained(self) -> Decimal:
        """What of the payments' difference no discrepancy tells of."""
        return self.payment_difference - self.payments_explained

    @property
    def refunds_unexplained(self) -> Decimal:
        """What of the refunds' difference no discrepancy tells of."""
        return self.refund_difference - self.refunds_explained

    @property
    def is_explained(self) -> bool:
        """Tell whether the discrepancies account for every fen by which the two sides differ."""
        return not (self.payments_unexplained or self.refunds_unexplained)


def _more(theirs: Decimal, ours: Decimal | None) -> Decimal:
    return ZERO if ours is None else theirs - ours


class Discrepancy(ToDo):
    """Something that the bill of a day and the shop do not agree on; staff decide about it once.

    `reference` is the gateway's trade number of a payment, our number of a refund; of one that is missing here,
    `payment` is what was paid back, if we know that. `ours` and `theirs` are the two
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
