"""Money that goes back: what a buyer asked for or staff gave, each step of it, and the pictures that speak for it."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column
from apps.common.money import HALF_A_FEN, ZERO
from apps.trade.models.orders import Order, OrderLine
from apps.trade.models.payments import Payment
from apps.trade.querysets import RefundQuerySet
from apps.trade.states import RefundState


class RefundKind(models.TextChoices):
    """What is given back: money, for which goods come back or not, or by itself.

    `AT_GATEWAY` is money alone that a gateway paid back beyond what the shop had asked of it, and `REMAINDER` what
    staff give of an order whose pieces are all back: freight, or what was held back of them. Neither has pieces.
    """

    REFUND_ONLY = "refund_only", _("money only")
    RETURN_GOODS = "return_goods", _("money for returned goods")
    LATE_PAYMENT = "late_payment", _("payment that came too late")
    AT_GATEWAY = "at_gateway", _("paid back by the payment service unasked")
    REMAINDER = "remainder", _("what was left of a refunded order")


class RefundReason(models.TextChoices):
    """Why money is to go back."""

    CHANGED_MIND = "changed_mind", _("no longer wanted")
    WRONG_ITEM = "wrong_item", _("wrong goods sent")
    DAMAGED = "damaged", _("damaged or faulty")
    NOT_AS_DESCRIBED = "not_as_described", _("not as described")
    NOT_RECEIVED = "not_received", _("not received")
    OUT_OF_STOCK = "out_of_stock", _("out of stock")
    NOT_TAKEN = "not_taken", _("the order could not take the payment")
    OTHER = "other", _("other")


# What people may give as theirs; the other one is the shop's own.
REASONS_OF_PEOPLE = tuple(reason for reason in RefundReason if reason != RefundReason.NOT_TAKEN)


class Refund(models.Model):
    """Money of one payment that is to go back to its buyer, or is back; or pieces that cost nothing, and no money.

    `amount` is the whole sum: that of its lines and `freight_amount`. As long as the refund is live, the sum is
    reserved on the payment, and each part of it on its order line or on the order's freight, so that no two refunds
    ever promise the same money. A row in `processing` is a promise: the gateway is owed `amount` under `number`,
    which nobody guesses and which is given anew only after the gateway refused the old one for good; the event of that
    step keeps the old one.

    `deadline_at` is when the present state ends by itself; `next_try_at` when the gateway is asked (again).
    Where nothing was paid for the pieces there is no `payment`: no money moves and no gateway is called, but all else
    goes the same way. `restock` tells whether the pieces go back on sale when the money is back. `billed_on` is the
    day of the gateway's bill that lists it, which may be the day before the shop heard of it.
    """

    public_id = models.UUIDField(_("public id"), unique=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("refund number"), max_length=64, unique=True, editable=False)
    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RefundKind.choices)
    state = models.CharField(_("status"), max_length=10, choices=RefundState.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    freight_amount = models.DecimalField(_("freight in it"), max_digits=12, decimal_places=2, default=ZERO)
    reason = models.CharField(_("reason"), max_length=16, choices=RefundReason.choices)
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    restock = models.BooleanField(_("goods go back on sale"), default=False)
    carrier = models.CharField(_("carrier of the return"), max_length=30, blank=True, default="")
    tracking_number = models.CharField(_("tracking number of the return"), max_length=40, blank=True, default="")
    deadline_at = models.DateTimeField(_("to be answered until"), null=True, blank=True)
    gateway_number = models.CharField(_("gateway's refund number"), max_length=64, blank=True, default="")
    attempts = models.PositiveIntegerField(_("calls to the gateway"), default=0)
    next_try_at = models.DateTimeField(_("next call to the gateway"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    billed_on = models.DateField(_("in the bill of"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, payment__isnull=False) | Q(amount=0, payment__isnull=True),
                name="refund_money_is_of_a_payment",
            ),
            models.CheckConstraint(
                condition=Q(freight_amount__gte=0, freight_amount__lt=F("amount") + HALF_A_FEN),
                name="refund_freight_within_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="refund_to_settle"),
            models.Index(fields=["state", "deadline_at"], name="refund_deadline"),
            models.Index(fields=["state", "billed_on"], name="refund_not_billed"),
        ]

    def __str__(self) -> str:
        return self.number


class RefundLine(models.Model):
    """Pieces of an order line that a refund is for.

    `share` is what was really paid for them, to the cent; `amount` is what goes back, which may be less. The shares
    of all refunds that are live never sum to more than the line cost, and to just that when they cover every piece.
    """

    refund = models.ForeignKey(Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(
        OrderLine, verbose_name=_("order line"), on_delete=models.PROTECT, related_name="refund_lines"
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    share = models.DecimalField(_("paid for them"), max_digits=12, decimal_places=2)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_one_row_per_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="refund_line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lt=F("share") + HALF_A_FEN), name="refund_line_within_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} x {self.quantity}"


class RefundEvent(models.Model):
    """One step of a refund: who, when, from which state to which, and what was said to it. Append-only.

    `old_number` is the number that the step replaced, where it did: a gateway may yet pay under it.
    """

    refund = models.ForeignKey(Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(_("from"), max_length=10, choices=RefundState.choices, blank=True, default="")
    to_state = models.CharField(_("to"), max_length=10, choices=RefundState.choices)
    actor = actor_column()
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    old_number = models.CharField(_("number until then"), max_length=64, blank=True, default="", db_index=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refund event")
        verbose_name_plural = _("refund events")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(from_state=F("to_state")), name="refund_event_moves")]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} > {self.get_to_state_display()}"


class RefundPicture(models.Model):
    """A picture that the buyer adds to a refund, drawn anew under a random name."""

    refund = models.ForeignKey(Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="pictures")
    image = models.ImageField(_("picture"), upload_to="refunds/")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refund picture")
        verbose_name_plural = _("refund pictures")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.image)
