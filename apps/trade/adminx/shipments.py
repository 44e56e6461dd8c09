"""Parcels and their carriers, as staff read them."""

from typing import Any

from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin_compat.options import NeverDeleted, PartOfPage, ReadOnly

from apps.trade.models import Shipment, ShipmentLine, TrackingEvent


class ShipmentsOfOrder(PartOfPage):
    """What has left of it."""

    model = Shipment
    exclude = ("checks", "next_check_at")

    def queryset(self) -> Any:
        return super().queryset().select_related("carrier")


class LinesOfShipment(PartOfPage):
    """What is in it."""

    model = ShipmentLine

    def queryset(self) -> Any:
        return super().queryset().select_related("order_line")


class EventsOfShipment(PartOfPage):
    """Where it was seen."""

    model = TrackingEvent
    exclude = ("created_at",)


class CarrierAdmin(NeverDeleted):
    """Who brings the shop's parcels."""

    model_icon = "fa fa-truck"
    list_display = ("name", "code", "tracking_url", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "code")


class ShipmentAdmin(ReadOnly):
    """Parcels; orders are shipped on their own page."""

    model_icon = "fa fa-archive"
    list_display = ("tracking_number", "carrier", "order", "state", "shipped_at", "delivered_at", "asked")
    list_filter = ("state", "carrier", "shipped_at", "delivered_at")
    search_fields = ("tracking_number", "order__number", "order__recipient_mobile")
    inlines = [LinesOfShipment, EventsOfShipment]

    @display(description=_("questions to the tracking service"))
    def asked(self, shipment: Shipment) -> int:
        return shipment.checks


class ShipmentLineAdmin(ReadOnly):
    """Contents of all parcels: they tell in which one a goods left."""

    model_icon = "fa fa-list"
    list_display = ("shipment", "order_line", "quantity")
    list_filter = ("quantity",)
    search_fields = ("shipment__tracking_number", "order_line__goods_name", "order_line__order__number")


class TrackingEventAdmin(ReadOnly):
    """All that carriers told."""

    model_icon = "fa fa-map-marker"
    list_display = ("shipment", "happened_at", "place", "text")
    list_filter = ("happened_at",)
    search_fields = ("shipment__tracking_number", "text")
