"""What staff note of orders for each other, and what they had noted before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column
from apps.trade.models.orders import Order


class OrderNoteChange(models.Model):
    """A staff's note of an order that was written, changed or taken away: by whom, from what, to what. Append-only.

    The note that counts is the order's `staff_note`. Buyers see neither.
    """

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="note_changes")
    old_note = models.CharField(_("note before"), max_length=500, blank=True, default="")
    new_note = models.CharField(_("note after"), max_length=500, blank=True, default="")
    actor = actor_column()
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("change of a staff's note")
        verbose_name_plural = _("changes of staff's notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.old_note} > {self.new_note}"
