"""What the clock does for the trade."""

from datetime import timedelta

from apps.common.tasks import sweep
from apps.trade.services import closing, completing, idempotency, shipments


@sweep("trade.close_expired_orders", every=timedelta(seconds=30))
def close_expired_orders() -> None:
    """Close orders that nobody paid in time, and give their stock back."""
    closing.close_expired_orders()


@sweep("trade.receive_orders", every=timedelta(minutes=10))
def receive_orders() -> None:
    """Count orders as received whose buyers say nothing."""
    completing.receive_orders()


@sweep("trade.finish_orders", every=timedelta(minutes=10))
def finish_orders() -> None:
    """Close orders of which nothing more is to be expected."""
    completing.finish_orders()


@sweep("trade.track_shipments", every=timedelta(minutes=5))
def track_shipments() -> None:
    """Ask where the parcels are whose turn it is."""
    shipments.track_due()


@sweep("trade.forget_idempotency_keys", every=timedelta(hours=1))
def forget_idempotency_keys() -> None:
    """Drop idempotency keys that are older than their promise."""
    idempotency.forget_old_keys()
