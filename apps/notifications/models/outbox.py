"""The outbox: calls to the outside that are owed, and stay owed until they succeeded."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """One call that a committed change promised; the row is written in the transaction of its cause.

    `payload` is the form that is posted to `url`; the receiver must answer `expected_answer`. A call is made
    at least once: the receiver must be idempotent. Where `url` is a `mailto:`, `payload` holds the facts of a letter,
    which is written when it is sent; where it is an `sms:`, the text.
    """

    class Status(models.TextChoices):
        """How far the call is."""

        DUE = "due", _("due")
        SENT = "sent", _("sent")
        DEAD = "dead", _("given up")

    topic = models.CharField(_("topic"), max_length=50)
    url = models.CharField(_("URL"), max_length=500)
    payload = models.JSONField(_("payload"), default=dict)
    expected_answer = models.CharField(_("expected answer"), max_length=50, blank=True, default="")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    last_error = models.CharField(_("last error"), max_length=500, blank=True, default="")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox messages")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "due_at"], name="outbox_due")]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"
