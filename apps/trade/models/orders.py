"""Orders: what was bought, at what price, where it goes, and each step of its life."""

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.common.actors import actor_column
from apps.common.money import HALF_A_FEN, ZERO, to_money
from apps.goods.models import Goods, Sku
from apps.trade.querysets import OrderQuerySet
from apps.trade.states import OrderStatus

if TYPE_CHECKING:
    from apps.trade.models.payments import PaymentAttempt
    from apps.trade.models.shipments import Shipment

SUM: Final = F("goods_total") - F("discount") + F("freight")


class Order(models.Model):
    """A promise to deliver at a price. Lines and address are copies: later changes elsewhere do not reach them.

    `total` is what the buyer pays: `goods_total`, which is the lines at their unit prices, less `discount`, which is
    what the lines have been let off together, plus `freight`, of which refunds that were not refused promise or have
    paid back `refunded_freight`. `number` is shown and sent to gateways; it cannot be guessed. `region_code` is known
    where freight depends on it, or the buyer sent it. `staff_note` is for staff alone. `hidden_at` is when the buyer
    removed a finished order from their list; no order is ever deleted.
    """

    number = models.CharField(_("order number"), max_length=32, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("buyer"), on_delete=models.PROTECT, related_name="orders"
    )
    status = models.CharField(
        _("status"), max_length=16, choices=OrderStatus.choices, default=OrderStatus.PENDING_PAYMENT
    )
    goods_total = models.DecimalField(_("goods"), max_digits=12, decimal_places=2)
    discount = models.DecimalField(_("discount"), max_digits=12, decimal_places=2, default=ZERO)
    freight = models.DecimalField(_("freight"), max_digits=12, decimal_places=2, default=ZERO)
    refunded_freight = models.DecimalField(
        _("freight refunded"), max_digits=12, decimal_places=2, default=ZERO, editable=False
    )
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    note = models.CharField(_("buyer's note"), max_length=200, blank=True, default="")
    staff_note = models.CharField(_("staff's note"), max_length=500, blank=True, default="", editable=False)
    recipient_name = models.CharField(_("recipient"), max_length=30)
    recipient_mobile = models.CharField(_("recipient's mobile"), max_length=11)
    address = models.CharField(_("address"), max_length=300)
    region_code = models.PositiveIntegerField(_("GB code of the region"), null=True, blank=True)
    expires_at = models.DateTimeField(_("to be paid until"))
    paid_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    hidden_at = models.DateTimeField(_("hidden by the buyer at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    # What its page shows beside the columns; `services.order_pages` finds it.
    parcels: "list[Shipment]"
    payment_url: str
    # The way to pay that was opened a moment ago, so that nobody has to ask for it again.
    just_opened: "PaymentAttempt | None" = None

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative"),
            models.CheckConstraint(condition=Q(discount__gte=0), name="order_discount_not_negative"),
            models.CheckConstraint(condition=Q(freight__gte=0), name="order_freight_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_freight__gte=0, refunded_freight__lt=F("freight") + HALF_A_FEN),
                name="order_refunds_within_freight",
            ),
            # To within half a fen: SQLite reckons with binary fractions.
            models.CheckConstraint(
                condition=Q(total__gt=SUM - HALF_A_FEN, total__lt=SUM + HALF_A_FEN), name="order_total_is_its_parts"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="order_of_user"),
            models.Index(fields=["status", "expires_at"], name="order_overdue"),
            models.Index(fields=["status", "shipped_at"], name="order_to_receive"),
            models.Index(fields=["status", "received_at"], name="order_to_finish"),
        ]

    def __str__(self) -> str:
        return self.number

    def can_be_paid(self) -> bool:
        """Tell whether a buyer may be sent to pay; until the sweep comes by, an overdue order still waits for money."""
        return self.status == OrderStatus.PENDING_PAYMENT and self.expires_at > timezone.now()


class OrderLine(models.Model):
    """One SKU of an order, with name, picture and price as they were when it was placed.

    `list_price` is what anybody pays for a piece, `unit_price` what this buyer does. `discount` is the line's share
    of all that the order is let off, to the cent. `refunded_quantity` and `refunded_amount` are what refunds that
    were not refused promise or have paid back of the line; the schema keeps them from passing what was paid.
    `shipped_quantity` is how many pieces have left in parcels.
    """

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="lines")
    sku = models.ForeignKey(Sku, verbose_name=_("SKU"), on_delete=models.PROTECT, related_name="order_lines")
    goods = models.ForeignKey(Goods, verbose_name=_("goods"), on_delete=models.PROTECT, related_name="order_lines")
    goods_name = models.CharField(_("goods name"), max_length=120)
    specification = models.CharField(_("specification"), max_length=300, blank=True, default="")
    image = models.CharField(_("picture"), max_length=500, blank=True, default="")
    list_price = models.DecimalField(_("list price"), max_digits=12, decimal_places=2)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2)
    quantity = models.PositiveIntegerField(_("quantity"))
    discount = models.DecimalField(_("discount"), max_digits=12, decimal_places=2, default=ZERO)
    shipped_quantity = models.PositiveIntegerField(_("pieces shipped"), default=0, editable=False)
    points_spent = models.PositiveIntegerField(_("points spent"), default=0)
    counts_for_limit = models.BooleanField(_("counts for the purchase limit"), default=False, editable=False)
    settled_quantity = models.PositiveIntegerField(_("pieces settled"), default=0, editable=False)
    refunded_quantity = models.PositiveIntegerField(_("pieces refunded"), default=0, editable=False)
    refunded_amount = models.DecimalField(
        _("amount refunded"), max_digits=12, decimal_places=2, default=ZERO, editable=False
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sku"], name="order_one_line_per_sku"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="order_line_price_not_negative"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lt=F("unit_price") * F("quantity") + HALF_A_FEN),
                name="order_line_discount_within_price",
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__lte=F("quantity")), name="order_line_shipped_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(refunded_quantity__lte=F("quantity")), name="order_line_refunds_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(settled_quantity__lte=F("quantity")), name="order_line_settled_within_quantity"
            ),
            models.CheckConstraint(
                condition=Q(
                    refunded_amount__gte=0,
                    refunded_amount__lt=F("unit_price") * F("quantity") - F("discount") + HALF_A_FEN,
                ),
                name="order_line_refunds_within_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goods_name} x {self.quantity}"

    @property
    def amount(self) -> Decimal:
        """What the buyer pays for the line, without freight."""
        return to_money(self.unit_price * self.quantity - self.discount)


class OrderEvent(models.Model):
    """One move of an order: who, when, from which state to which, why. Append-only."""

    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(_("from"), max_length=16, choices=OrderStatus.choices, blank=True, default="")
    to_status = models.CharField(_("to"), max_length=16, choices=OrderStatus.choices)
    actor = actor_column()
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(from_status=F("to_status")), name="order_event_moves")]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} > {self.get_to_status_display()}"
