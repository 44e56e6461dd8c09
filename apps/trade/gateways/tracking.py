"""Tracking of parcels: who can tell where one is, and the service that the settings choose."""

from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.trade.gateways.courses import Course, Parcel
from apps.trade.gateways.kuaidi100 import Kuaidi100, configured_kuaidi100
from apps.trade.gateways.tracking_sandbox import TrackingSandbox


class TrackingGateway(Protocol):
    """Somebody who knows where parcels are."""

    def course_of(self, parcel: Parcel) -> Course:
        """Return the parcel's way so far, empty if nothing is known yet; raises GatewayFailed."""


def tracking_gateway() -> TrackingGateway:
    """Return the service that `MXSHOP_TRACKING` names; raises ImproperlyConfigured for an unknown one."""
    match settings.TRACKING_MODE:
        case "sandbox":
            return TrackingSandbox()
        case "kuaidi100":
            return Kuaidi100(configured_kuaidi100())
    raise ImproperlyConfigured(f"MXSHOP_TRACKING is {settings.TRACKING_MODE!r}; it must be sandbox or kuaidi100")
