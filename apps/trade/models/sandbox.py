"""The books of the local payment sandbox: what it, as the gateway, knows of its trades."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.trade.models.payments import Payment


class SandboxTrade(models.Model):
    """A trade at the sandbox, as the gateway sees it. The shop itself never reads it: it asks, or is notified.

    `chaos` is what goes wrong with this trade, chosen at the cashier; `payer` is who pays, where the shop said so.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open", _("waiting for the buyer")
        PAID = "paid", _("paid")
        CLOSED = "closed", _("closed")

    class Chaos(models.TextChoices):
        """What real gateways and networks do to a shop on bad days."""

        NONE = "", _("nothing goes wrong")
        DUPLICATE = "duplicate", _("the notification comes three times")
        LATE = "late", _("the notification comes late")
        OUT_OF_ORDER = "out_of_order", _("the notifications come in the wrong order")
        WRONG_AMOUNT = "wrong_amount", _("the notification names another amount")
        FORGED = "forged", _("the notification is signed by somebody else")
        LOST = "lost", _("the notification is lost")
        WRONG_ANSWER = "wrong_answer", _("the notification is lost, and answers name another amount")
        REFUND_REFUSED = "refund_refused", _("refunds are refused")
        SLOW = "slow", _("answers come too late")
        FAILING = "failing", _("calls are answered with an error 500")

    channel = models.CharField(
        _("channel"), max_length=10, choices=Payment.Channel.choices, default=Payment.Channel.ALIPAY
    )
    method = models.CharField(_("method"), max_length=10, default="page")
    trade_no = models.CharField(_("trade number"), max_length=64, unique=True)
    out_trade_no = models.CharField(_("merchant's number"), max_length=64)
    total_amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    subject = models.CharField(_("subject"), max_length=256)
    notify_url = models.CharField(_("notify URL"), max_length=500)
    payer = models.CharField(_("payer"), max_length=128, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    chaos = models.CharField(_("what goes wrong"), max_length=16, choices=Chaos.choices, blank=True, default=Chaos.NONE)
    expires_at = models.DateTimeField(_("to be paid until"), null=True, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sandbox trade")
        verbose_name_plural = _("sandbox trades")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "out_trade_no"], name="sandbox_trade_once_per_number"),
        ]
        indexes = [models.Index(fields=["channel", "paid_at"], name="sandbox_trade_of_day")]

    def __str__(self) -> str:
        return self.trade_no


class SandboxRefund(models.Model):
    """Money that goes back from a trade of the sandbox; the merchant's number names it."""

    class State(models.TextChoices):
        """How far it is."""

        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused by the gateway")

    trade = models.ForeignKey(SandboxTrade, verbose_name=_("trade"), on_delete=models.CASCADE, related_name="refunds")
    refund_no = models.CharField(_("gateway's refund number"), max_length=64, unique=True)
    out_refund_no = models.CharField(_("merchant's refund number"), max_length=64)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=256, blank=True, default="")
    notify_url = models.CharField(_("notify URL"), max_length=500, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sandbox refund")
        verbose_name_plural = _("sandbox refunds")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["trade", "out_refund_no"], name="sandbox_refund_once_per_number"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="sandbox_refund_positive"),
        ]
        indexes = [models.Index(fields=["done_at"], name="sandbox_refund_of_day")]

    def __str__(self) -> str:
        return self.refund_no


class SandboxNotice(models.Model):
    """A notification that the sandbox owes the merchant; it is written and signed at the moment when it is sent.

    `flaw` is what is wrong with it, in the words of `SandboxTrade.Chaos`; none is the truth.
    """

    class Status(models.TextChoices):
        """What became of it."""

        DUE = "due", _("due")
        SENT = "sent", _("sent")
        DEAD = "dead", _("given up")

    trade = models.ForeignKey(SandboxTrade, verbose_name=_("trade"), on_delete=models.CASCADE, related_name="notices")
    refund = models.ForeignKey(
        SandboxRefund, verbose_name=_("refund"), on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )
    flaw = models.CharField(_("what is wrong with it"), max_length=16, blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    last_error = models.CharField(_("last error"), max_length=500, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sandbox notification")
        verbose_name_plural = _("sandbox notifications")
        ordering = ["-id"]
        indexes = [models.Index(fields=["status", "due_at"], name="sandbox_notice_due")]

    def __str__(self) -> str:
        return f"{self.trade_id} {self.status}"
