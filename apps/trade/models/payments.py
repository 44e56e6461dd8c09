"""Ways that were opened to pay an order, and money that arrived."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.money import HALF_A_FEN, ZERO
from apps.trade.models.orders import Order


class Channel(models.TextChoices):
    """Through which gateway."""

    ALIPAY = "alipay", _("Alipay")
    WECHAT = "wechat", _("WeChat Pay")


class PaymentAttempt(models.Model):
    """A way to pay an order that was opened at a gateway, which knows it by `number`, for `amount`.

    It is written before the gateway hears of it, and asked about until it is paid or cannot be paid any more:
    `next_query_at` is when, none once it is settled. `instructions` is what the buyer's client was given, and
    `instructions_until` for how long the gateway takes it. `odd_amount` is what the gateway last said was paid, where
    that was another amount than `amount`; an `OddPayment` tells of it.
    """

    class Method(models.TextChoices):
        """How the buyer reaches the gateway."""

        PAGE = "page", _("web page")
        WAP = "wap", _("mobile page")
        APP = "app", _("app")
        NATIVE = "native", _("QR code")
        JSAPI = "jsapi", _("inside WeChat")
        H5 = "h5", _("mobile browser")

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        CLOSED = "closed", _("closed")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="attempts")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    number = models.CharField(_("merchant's number"), max_length=40, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    payer = models.CharField(_("payer"), max_length=128, blank=True, default="")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    odd_amount = models.DecimalField(
        _("other amount that was paid"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )
    instructions = models.JSONField(_("instructions"), null=True, blank=True)
    instructions_until = models.DateTimeField(_("instructions valid until"), null=True, blank=True)
    queries = models.PositiveSmallIntegerField(_("queries"), default=0)
    next_query_at = models.DateTimeField(_("next query at"), null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment attempt")
        verbose_name_plural = _("payment attempts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="payment_attempt_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return self.number

    def is_payable(self) -> bool:
        """Tell whether a buyer may be sent to pay this way: it is open, and at today's price of an unpaid order."""
        return self.state == self.State.OPEN and self.amount == self.order.total and self.order.can_be_paid()

    def has_instructions(self) -> bool:
        """Tell whether the gateway still takes what the buyer's client was given."""
        return self.instructions_until is not None and timezone.now() < self.instructions_until


class Payment(models.Model):
    """A payment that a gateway confirmed with its signature; the gateway's own number makes it unique.

    Money is never turned away unrecorded: what arrives for an order that cannot take it any more (cancelled,
    expired, already paid) is kept as `refund_due`, shown to staff, and paid back; then it is `refunded`. `attempt` is
    the way it took; `billed_on` is the day of the gateway's bill that lists it. `refunded_amount` is what refunds that
    were not refused promise or have paid back of it; the schema keeps it from passing what was paid.
    """

    Channel = Channel

    class Status(models.TextChoices):
        """What became of the money."""

        ACCEPTED = "accepted", _("accepted")
        REFUND_DUE = "refund_due", _("to be refunded")
        REFUNDED = "refunded", _("refunded")

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="payments")
    attempt = models.ForeignKey(
        PaymentAttempt,
        verbose_name=_("payment attempt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    trade_no = models.CharField(_("gateway's trade number"), max_length=64)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    refunded_amount = models.DecimalField(
        _("amount refunded"), max_digits=12, decimal_places=2, default=ZERO, editable=False
    )
    status = models.CharField(_("status"), max_length=12, choices=Status.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    buyer = models.CharField(_("payer's account"), max_length=100, blank=True, default="")
    notification = models.JSONField(_("notification"), default=dict)
    billed_on = models.DateField(_("in the bill of"), null=True, blank=True, editable=False)
    paid_at = models.DateTimeField(_("paid at"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "trade_no"], name="payment_once_per_trade"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(refunded_amount__gte=0, refunded_amount__lt=F("amount") + HALF_A_FEN),
                name="payment_refunds_within_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["status"], name="payment_by_status"),
            models.Index(fields=["channel", "billed_on", "paid_at"], name="payment_not_billed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.trade_no}"

    @property
    def number(self) -> str:
        """What the gateway calls the trade on our side."""
        return self.attempt.number if self.attempt else self.order.number
