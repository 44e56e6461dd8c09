"""What the clock does for the trade."""

from datetime import timedelta

from apps.common.tasks import sweep
from apps.trade.services import closing, guest_carts, idempotency


@sweep("trade.close_expired_orders", every=timedelta(seconds=30))
def close_expired_orders() -> None:
    """Close orders that nobody paid in time, and give their stock back."""
    closing.close_expired_orders()


@sweep("trade.forget_idempotency_keys", every=timedelta(hours=1))
def forget_idempotency_keys() -> None:
    """Drop idempotency keys that are older than their promise."""
    idempotency.forget_old_keys()


@sweep("trade.forget_guest_carts", every=timedelta(hours=1))
def forget_guest_carts() -> None:
    """Drop guests' carts that nobody has changed for a month."""
    guest_carts.forget_guest_carts()
