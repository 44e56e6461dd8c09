"""What staff note of an order for each other."""

from django.utils import timezone

from apps.common.transactions import atomic_with_retry
from apps.trade.models import Order


@atomic_with_retry
def write_staff_note(*, order: Order, note: str) -> None:
    """Keep a note that only staff read, in the place of the one before; an empty one takes it away.

    One column is written, so that no move of the order made meanwhile is undone.
    """
    Order.objects.filter(pk=order.pk).update(staff_note=note.strip(), updated_at=timezone.now())
