"""What the clock does for the trade."""

from datetime import timedelta

from apps.common.tasks import sweep, task
from apps.trade.services import (
    closing,
    completing,
    gateway_keys,
    guest_carts,
    idempotency,
    past_days,
    questions,
    refund_deadlines,
    refund_execution,
    sandbox_notices,
    shipments,
)


@sweep("trade.close_expired_orders", every=timedelta(seconds=30))
def close_expired_orders() -> None:
    """Close orders that nobody paid in time, and give their stock back."""
    closing.close_expired_orders()


@task("trade.ask_about_returned_payment")
def ask_about_returned_payment(attempt_id: int) -> None:
    """Ask about a payment from whose gateway the buyer has just come back."""
    questions.ask_first(attempt_id=attempt_id)


@sweep("trade.ask_about_open_payments", every=timedelta(seconds=20))
def ask_about_open_payments() -> None:
    """Ask the gateways about payments that nobody told the shop of, and close those that are not wanted any more."""
    questions.ask_about_due_attempts()


@sweep("trade.renew_gateway_keys", every=timedelta(hours=8))
def renew_gateway_keys() -> None:
    """Ask WeChat Pay for its certificates, as it wants to be twice a day at least."""
    gateway_keys.renew_keys()


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


@task("trade.deliver_sandbox_notice")
def deliver_sandbox_notice(row_id: int) -> None:
    """Send a notification of the sandbox as soon as the payment is committed."""
    sandbox_notices.deliver(notice_id=row_id)


@sweep("trade.deliver_sandbox_notices", every=timedelta(seconds=10))
def deliver_sandbox_notices() -> None:
    """Send what the sandbox still owes; a shop that is paid with real money has none."""
    sandbox_notices.deliver_due()


@task("trade.settle_refund")
def settle_refund(refund_id: int) -> None:
    """Pay a refund back as soon as it is owed."""
    refund_execution.settle_refund(refund_id=refund_id)


@sweep("trade.settle_refunds", every=timedelta(seconds=30))
def settle_refunds() -> None:
    """Pay back what is still owed, and ask what became of it."""
    refund_execution.settle_due_refunds()


@sweep("trade.end_overdue_refunds", every=timedelta(seconds=30))
def end_overdue_refunds() -> None:
    """Grant what staff did not answer in time, and close returns that were not sent."""
    refund_deadlines.end_overdue_refunds()


@sweep("trade.forget_guest_carts", every=timedelta(hours=1))
def forget_guest_carts() -> None:
    """Drop guests' carts that nobody has changed for a month."""
    guest_carts.forget_guest_carts()


@task("trade.compare_day")
def compare_day(run_id: int) -> None:
    """Compare a day with its bill once more, as staff asked for."""
    past_days.compare_day(run_id=run_id)


@sweep("trade.reconcile_past_days", every=timedelta(hours=1))
def reconcile_past_days() -> None:
    """Compare the bills of past days with the shop's books, each once, when they are there."""
    past_days.reconcile_past_days()
