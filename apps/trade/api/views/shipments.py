"""`/shipments/`: the parcels of one's own orders."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets

from apps.trade.api.caller import caller
from apps.trade.api.serializers.shipments import TrackedShipmentSerializer
from apps.trade.models import Shipment
from apps.trade.querysets import ShipmentQuerySet


@extend_schema(tags=["shipments"])
@extend_schema_view(
    retrieve=extend_schema(
        summary="Show a parcel and where it was seen",
        description="The order's own page names its parcels. The shop asks the carrier by itself, every few hours.",
    )
)
class ShipmentViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet[Shipment]):
    """Parcels of one's own orders."""

    queryset = Shipment.objects.all()
    serializer_class = TrackedShipmentSerializer
    lookup_field = "public_id"
    lookup_value_regex = "[0-9a-fA-F-]{36}"

    def get_queryset(self) -> ShipmentQuerySet:
        return Shipment.objects.of(caller(self.request)).for_display().prefetch_related("events")
