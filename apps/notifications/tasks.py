"""Deliveries of the outbox: at once after a commit, and by the clock."""

from datetime import timedelta

from apps.common.tasks import sweep, task
from apps.notifications.services import outbox


@task("notifications.deliver")
def deliver_message(row_id: int) -> None:
    """Send one message as soon as it is committed."""
    outbox.deliver(message_id=row_id)


@sweep("notifications.deliver_due", every=timedelta(seconds=10))
def deliver_due_messages() -> None:
    """Send what is due: first attempts that were lost, and further ones."""
    outbox.deliver_due(head_start=timedelta(seconds=30))


@sweep("notifications.forget_old", every=timedelta(hours=1))
def forget_old_messages() -> None:
    """Drop what arrived, or was given up, long ago."""
    outbox.forget_old()
