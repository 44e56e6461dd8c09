"""What must always be true of parcels and what is in them."""

from collections.abc import Iterator

from django.db.models import F, OuterRef

from apps.common.invariants import Finding, invariant, rewrite, sum_of
from apps.trade.models import OrderLine, Shipment, ShipmentLine

SHIPPED = sum_of(ShipmentLine.objects.filter(order_line=OuterRef("pk")), by="order_line", column="quantity")


def _recount_shipped(keys: list[int]) -> None:
    rewrite(OrderLine.objects.filter(pk__in=keys), shipped_quantity=SHIPPED)


@invariant("shipped_pieces_are_in_parcels", fix=_recount_shipped)
def find_lines_off_their_parcels() -> Iterator[Finding]:
    """The pieces of a line that have left are those in its parcels."""
    lines = OrderLine.objects.annotate(packed=SHIPPED).exclude(shipped_quantity=F("packed"))
    for line in lines.select_related("order").order_by("pk").iterator():
        detail = f"line {line.pk} counts {line.shipped_quantity} pieces shipped, its parcels hold {line.packed}"
        yield Finding(line.pk, f"order {line.order.number}", detail)


@invariant("parcel_is_of_its_order")
def find_parcels_of_other_orders() -> Iterator[Finding]:
    """What is in a parcel is of the parcel's order."""
    lines = ShipmentLine.objects.exclude(order_line__order=F("shipment__order"))
    for line in lines.select_related("shipment", "order_line").order_by("pk").iterator():
        detail = f"of order {line.shipment.order_id} holds pieces of order {line.order_line.order_id}"
        yield Finding(line.shipment_id, f"parcel {line.shipment.tracking_number}", detail)


@invariant("parcel_holds_something")
def find_empty_parcels() -> Iterator[Finding]:
    """There is something in every parcel."""
    for parcel in Shipment.objects.filter(lines=None).order_by("pk").iterator():
        yield Finding(parcel.pk, f"parcel {parcel.tracking_number}", f"of order {parcel.order_id} is empty")
