"""A paid order's way to its buyer, moved along by staff."""

from django.utils.translation import gettext as _

from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import IllegalMove
from apps.trade.models import Order, OrderStatus
from apps.trade.services.order_moves import move

# What staff may say of a parcel. Payments come from the gateway alone; closing an order has its own services.
STATIONS = frozenset({OrderStatus.SHIPPED, OrderStatus.RECEIVED, OrderStatus.FINISHED})


@atomic_with_retry
def advance_order(*, order: Order, to: OrderStatus, actor_id: int, note: str = "") -> None:
    """Mark a paid order as shipped, received or finished, and record who said so; `note` may name the parcel.

    Raises IllegalMove, naming the state, if the order is not there yet, is there already, or `to` is no station.
    """
    if to not in STATIONS:
        raise IllegalMove(
            _("An order cannot be marked as %(state)s by hand.") % {"state": to.label}, state=order.status
        )
    move(order=order, to=to, actor_id=actor_id, reason=note)
