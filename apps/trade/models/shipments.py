"""Parcels: what left the shop, with whom, and where it was seen on its way."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.trade.models.orders import Order, OrderLine
from apps.trade.querysets import ShipmentQuerySet

NUMBER_IN_URL = "{number}"


class Carrier(models.Model):
    """A company that brings parcels. One that is not used any more is switched off, for its parcels stay.

    `code` is what the tracking service calls it. `tracking_url` is the carrier's own page for a parcel, whose number
    stands where `{number}` does; empty if there is none.
    """

    name = models.CharField(_("name"), max_length=30, unique=True)
    code = models.CharField(
        _("code at the tracking service"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9]+\Z", _("Small letters and digits only."))],
    )
    tracking_url = models.CharField(
        _("address of a parcel's page"),
        max_length=200,
        blank=True,
        default="",
        validators=[
            RegexValidator(
                r"\Ahttps?://[^\s{}]+\{number\}[^\s{}]*\Z",
                _("An address that begins with https:// and holds {number} once."),
            )
        ],
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("carrier")
        verbose_name_plural = _("carriers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Shipment(models.Model):
    """One parcel of an order. Its lines say what is in it; the carrier and the number say where to ask for it.

    `next_check_at` is when the tracking service is asked (again); none when there is nothing more to be asked.
    """

    class State(models.TextChoices):
        """How far the parcel is."""

        ON_ITS_WAY = "on_its_way", _("on its way")
        DELIVERED = "delivered", _("delivered")

    public_id = models.UUIDField(_("public id"), unique=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="shipments")
    carrier = models.ForeignKey(Carrier, verbose_name=_("carrier"), on_delete=models.PROTECT, related_name="shipments")
    tracking_number = models.CharField(_("tracking number"), max_length=40)
    state = models.CharField(_("status"), max_length=12, choices=State.choices, default=State.ON_ITS_WAY)
    shipped_at = models.DateTimeField(_("shipped at"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    checks = models.PositiveSmallIntegerField(_("questions to the tracking service"), default=0)
    next_check_at = models.DateTimeField(_("next question"), null=True, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["order", "carrier", "tracking_number"], name="shipment_once_per_order"),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | Q(state="on_its_way", delivered_at__isnull=True),
                name="shipment_delivered_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["next_check_at"], name="shipment_to_track")]

    def __str__(self) -> str:
        return self.tracking_number

    @property
    def tracking_url(self) -> str:
        """The carrier's page for this parcel; empty if the carrier has none."""
        return self.carrier.tracking_url.replace(NUMBER_IN_URL, self.tracking_number)


class ShipmentLine(models.Model):
    """How many pieces of an order line are in a parcel; a line's parcels sum to its `shipped_quantity`."""

    shipment = models.ForeignKey(Shipment, verbose_name=_("parcel"), on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        OrderLine, verbose_name=_("order line"), on_delete=models.PROTECT, related_name="shipment_lines"
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("line of a parcel")
        verbose_name_plural = _("lines of parcels")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_one_line_per_order_line"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shipment_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} x {self.quantity}"


class TrackingEvent(models.Model):
    """Where a parcel was seen, as its carrier tells it. Append-only; the same news twice is one row."""

    shipment = models.ForeignKey(Shipment, verbose_name=_("parcel"), on_delete=models.PROTECT, related_name="events")
    happened_at = models.DateTimeField(_("happened at"))
    place = models.CharField(_("place"), max_length=100, blank=True, default="")
    text = models.CharField(_("text"), max_length=300)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "happened_at", "text"], name="tracking_event_once"),
        ]

    def __str__(self) -> str:
        return self.text
