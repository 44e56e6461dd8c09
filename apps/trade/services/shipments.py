"""Parcels on their way: what an order's buyer is shown, and what their carriers tell the shop."""

import logging
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from apps.common.exceptions import GatewayFailed
from apps.common.tasks import on_its_own
from apps.common.transactions import atomic_with_retry
from apps.trade.gateways.courses import Course, Parcel
from apps.trade.gateways.tracking import tracking_gateway
from apps.trade.models import Order, OrderStatus, Shipment, TrackingEvent

logger = logging.getLogger(__name__)

# Between two questions for a parcel, and after the last one again and again: the service wants half an hour at least.
PAUSES = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 4, 8, 12))
# A parcel that has not arrived after so long is asked for no more: somebody has to look.
TRACKED_FOR = timedelta(days=30)
# One run asks for so many at most, so that a service that is slow delays no other job for long.
BATCH = 100
# So much of what carriers say is kept: as much as the columns hold.
MAX_PLACE, MAX_TEXT = 100, 300


def parcels_of(*, order: Order) -> list[Shipment]:
    """Return the order's parcels with carrier and contents; without a query for an order that cannot have any."""
    if order.status == OrderStatus.PENDING_PAYMENT:
        return []
    return list(Shipment.objects.filter(order=order).for_display())


def track_due(*, now: datetime | None = None) -> tuple[int, int]:
    """Ask for every parcel that is due; returns how many questions were answered and how many were not.

    Safe to run twice and at the same time: a parcel belongs to whoever put its next question off, and news that are
    known already are not written again. Must not be called inside a transaction, for each question is a call.
    """
    answered = failed = 0
    now = now or timezone.now()
    for shipment in Shipment.objects.to_track(now).select_related("carrier", "order").order_by("next_check_at")[:BATCH]:
        with on_its_own(f"parcel {shipment}"):
            if not _claim(shipment, now):
                continue
            if _ask_for(shipment):
                answered += 1
            else:
                failed += 1
    return answered, failed


def _ask_for(shipment: Shipment) -> bool:
    try:
        course = tracking_gateway().course_of(_parcel(shipment))
    except GatewayFailed:
        logger.warning("parcel %s: the tracking service failed; it is asked again later", shipment)
        return False
    record_course(shipment=shipment, course=course)
    return True


@atomic_with_retry
def record_course(*, shipment: Shipment, course: Course) -> None:
    """Keep what a carrier told of a parcel, each piece of news once, and that it arrived."""
    TrackingEvent.objects.bulk_create(
        [
            TrackingEvent(
                shipment=shipment,
                happened_at=scan.happened_at,
                place=scan.place[:MAX_PLACE],
                text=scan.text[:MAX_TEXT],
            )
            for scan in sorted(course.scans, key=lambda scan: scan.happened_at)
        ],
        ignore_conflicts=True,
    )
    if course.delivered_at:
        # Whoever comes second does not move the time.
        Shipment.objects.filter(pk=shipment.pk, state=Shipment.State.ON_ITS_WAY).update(
            state=Shipment.State.DELIVERED, delivered_at=course.delivered_at, next_check_at=None
        )


def _claim(shipment: Shipment, now: datetime) -> bool:
    """Put the next question off before this one is asked; the condition names what was read, so one asker gets it."""
    pause = PAUSES[min(shipment.checks, len(PAUSES) - 1)]
    goes_on = now - shipment.shipped_at < TRACKED_FOR
    unchanged = Shipment.objects.filter(pk=shipment.pk, next_check_at=shipment.next_check_at)
    return bool(unchanged.update(checks=F("checks") + 1, next_check_at=now + pause if goes_on else None))


def _parcel(shipment: Shipment) -> Parcel:
    return Parcel(
        carrier=shipment.carrier.code,
        tracking_number=shipment.tracking_number,
        mobile=shipment.order.recipient_mobile,
        shipped_at=shipment.shipped_at,
    )
