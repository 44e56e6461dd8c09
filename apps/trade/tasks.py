"""What the clock does for the trade."""

from datetime import timedelta

from apps.common.tasks import sweep
from apps.trade.services import closing, idempotency, shipments


@sweep("trade.close_expired_orders", every=timedelta(seconds=30))
def close_expired_orders() -> None:
    """Close orders that nobody paid in time, and give their stock back."""
    closing.close_expired_orders()


@sweep("trade.track_shipments", every=timedelta(minutes=5))
def track_shipments() -> None:
    """Ask where the parcels are whose turn it is."""
    shipments.track_due()


@sweep("trade.forget_idempotency_keys", every=timedelta(hours=1))
def forget_idempotency_keys() -> None:
    """Drop idempotency keys that are older than their promise."""
    idempotency.forget_old_keys()
