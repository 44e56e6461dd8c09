"""What staff note of an order for each other."""

from django.utils import timezone

from apps.common.transactions import atomic_with_retry
from apps.trade.models import Order, OrderNoteChange
from apps.trade.services.order_moves import lock_order


@atomic_with_retry
def write_staff_note(*, order: Order, note: str, actor_id: int | None) -> None:
    """Keep a note that only staff read, in the place of the one before; an empty one takes it away.

    Who wrote what in place of what is kept, of two at once by both; the same note once more changes nothing. One
    column is written, so that no move of the order made meanwhile is undone.
    """
    old, new = lock_order(order.pk).staff_note, note.strip()
    if old == new:
        return
    Order.objects.filter(pk=order.pk).update(staff_note=new, updated_at=timezone.now())
    OrderNoteChange.objects.create(order_id=order.pk, old_note=old, new_note=new, actor_id=actor_id)
