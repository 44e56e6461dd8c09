"""What waits for staff is settled once, by whoever comes first."""

from django.utils import timezone

from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import ToDoSettled
from apps.trade.models.todos import ToDo

OPEN = ToDo.State.OPEN


def check_open(*, todo: ToDo) -> None:
    """Raise ToDoSettled for what nobody has to look at any more."""
    if todo.state != OPEN:
        raise ToDoSettled(state=todo.state)


@atomic_with_retry
def settle(*, todo: ToDo, actor_id: int, note: str = "") -> None:
    """Close what staff have done something about, or looked into, with what they found; raises ToDoSettled."""
    # Of two clerks at once the first one's word stands.
    still_open = type(todo)._default_manager.filter(pk=todo.pk, state=OPEN)
    if not still_open.update(state=ToDo.State.RESOLVED, note=note, actor_id=actor_id, resolved_at=timezone.now()):
        todo.refresh_from_db(fields=["state"])
        raise ToDoSettled(state=todo.state)
