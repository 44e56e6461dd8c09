"""Points: what buyers have, and the ledger of how it came about."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column
from apps.trade.models.orders import Order


class PointsAccount(models.Model):
    """A buyer's points. The balance is the sum of the entries, never negative, and moves by conditional updates."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="points_account"
    )
    balance = models.IntegerField(_("points"), default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(balance__gte=0), name="points_balance_not_negative")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.balance}"


class PointsEntry(models.Model):
    """One line of the ledger of points; append-only.

    `reference` is the number of the order or refund that moved the points: of one cause there is one entry of a
    reason. Staff's adjustments have none. `order` is set wherever an order is behind it.
    """

    class Reason(models.TextChoices):
        """Why points moved."""

        EARNED = "earned", _("earned by an order")
        SPENT = "spent", _("spent on an order")
        CLOSED = "closed", _("order closed")
        REFUND_RETURNED = "refund_returned", _("returned by a refund")
        REFUND_TAKEN = "refund_taken", _("taken back by a refund")
        ADJUSTMENT = "adjustment", _("adjusted by staff")

    account = models.ForeignKey(
        PointsAccount, verbose_name=_("points account"), on_delete=models.PROTECT, related_name="entries"
    )
    delta = models.IntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason.choices)
    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, null=True, blank=True, related_name="points_entries"
    )
    reference = models.CharField(  # noqa: DJ001  unique when given
        _("reference"), max_length=64, null=True, blank=True, default=None
    )
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    actor = actor_column()
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["reason", "reference"], name="points_entry_once"),
            models.CheckConstraint(condition=~Q(delta=0), name="points_entry_moves"),
        ]

    def __str__(self) -> str:
        return f"{self.delta:+d} ({self.get_reason_display()})"
