"""Parcels and their carriers, and the actions that send an order on its way."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin import display
from django.utils.translation import gettext_lazy as _
from xadmin.plugins.actions import ACTION_CHECKBOX_NAME
from xadmin.sites import site
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import NeverDeleted, PartOfPage, ReadOnly

from apps.trade.models import Carrier, Order, OrderLine, OrderStatus, Shipment, ShipmentLine, TrackingEvent
from apps.trade.services import fulfilment

LINE = "line_"


class Note(forms.Form):
    """What should be remembered of the move."""

    note = forms.CharField(label=_("note"), max_length=200, required=False)


class ParcelForm(forms.Form):
    """Who brings it, and under which number."""

    carrier = forms.ModelChoiceField(label=_("carrier"), queryset=Carrier.objects.filter(is_active=True))
    tracking_number = forms.RegexField(
        label=_("tracking number"),
        regex=r"\A[0-9A-Za-z-]{5,40}\Z",
        help_text=_("5 to 40 letters, digits and hyphens"),
    )


class ShipOrder(ServiceAction):
    """A parcel has left: the whole rest of the order, or the pieces that are chosen."""

    action_name = "ship_order"
    description = _("Ship")
    icon = "fa fa-truck"
    right = "trade.change_order"
    form = ParcelForm

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status in fulfilment.SHIPPABLE and bool(fulfilment.unshipped(row))

    @property
    def questions(self) -> type[forms.Form]:
        """The form; for one order it also asks how many pieces of each line, all that are left to begin with."""
        return type("ParcelOfOrder", (ParcelForm,), {LINE + str(pk): field for pk, field in self._pieces()})

    def _pieces(self) -> Iterable[tuple[int, forms.Field]]:
        chosen = self.request.POST.getlist(ACTION_CHECKBOX_NAME)
        order = Order.objects.filter(pk=chosen[0]).first() if len(chosen) == 1 and chosen[0].isdigit() else None
        if order is None:
            return
        left = fulfilment.unshipped(order)
        for line in OrderLine.objects.filter(pk__in=left):
            label = " ".join(filter(None, (line.goods_name, line.specification)))
            pieces = left[line.pk]
            # An empty field means none; the service decides again how many are left.
            yield line.pk, forms.IntegerField(label=label, required=False, initial=pieces, min_value=0)

    def act(self, row: Order, **answers: Any) -> None:
        parcel = {"carrier": answers["carrier"], "tracking_number": answers["tracking_number"]}
        asked = {int(name.removeprefix(LINE)): n for name, n in answers.items() if name.startswith(LINE)}
        if any(count is not None for count in asked.values()):
            pieces = {line_id: count for line_id, count in asked.items() if count}
            fulfilment.ship_parcel(order=row, pieces=pieces, actor_id=self.user.pk, **parcel)
        else:
            fulfilment.ship_order(order=row, actor_id=self.user.pk, **parcel)


class ReceiveOrder(ServiceAction):
    """The parcels have arrived."""

    action_name = "receive_order"
    description = _("Mark as received")
    icon = "fa fa-home"
    right = "trade.change_order"
    form = Note

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status == OrderStatus.SHIPPED

    def act(self, row: Order, **answers: Any) -> None:
        fulfilment.receive_order(order=row, actor_id=self.user.pk, **answers)


class FinishOrder(ServiceAction):
    """Nothing is left to do."""

    action_name = "finish_order"
    description = _("Mark as finished")
    icon = "fa fa-check"
    right = "trade.change_order"
    form = Note

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status == OrderStatus.RECEIVED

    def act(self, row: Order, **answers: Any) -> None:
        fulfilment.finish_order(order=row, actor_id=self.user.pk, **answers)


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


site.register(Carrier, CarrierAdmin)
site.register(Shipment, ShipmentAdmin)
site.register(ShipmentLine, ShipmentLineAdmin)
site.register(TrackingEvent, TrackingEventAdmin)
