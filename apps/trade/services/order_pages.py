"""The page of an order: what it shows beside the columns of the row."""

from django.db.models import prefetch_related_objects

from apps.common.related import remember_related
from apps.trade.models import Order
from apps.trade.services import attempts, shipments


def complete(*, order: Order) -> Order:
    """Find the order's parcels, why it costs less, and where it is paid, and return it ready to be printed.

    What an order cannot have yet costs no query.
    """
    order.parcels = shipments.parcels_of(order=order)
    order.payment_url = attempts.payment_url(order=order)
    if order.discount:
        prefetch_related_objects([order], "discounts")
    else:
        remember_related(order, "discounts", [])
    return order
