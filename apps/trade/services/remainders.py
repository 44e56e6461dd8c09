"""Money that the shop still has of an order that is refunded: freight, and what had been paid back less than paid."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.money import ZERO, to_money
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import NotRefundable
from apps.trade.models import Order, OrderStatus, Payment, Refund, RefundKind, RefundState
from apps.trade.services import refund_sums, refunds
from apps.trade.services.order_moves import lock_order


def remainder_of(order: Order) -> Decimal:
    """Return what is left of the payment of an order whose pieces are all back; nothing of any other order."""
    if order.status != OrderStatus.REFUNDED:
        return ZERO
    payment = order.payments.filter(status=Payment.Status.ACCEPTED).first()
    return to_money(payment.amount - payment.refunded_amount) if payment else ZERO


@atomic_with_retry
def give_remainder(
    *, order: Order, actor_id: int, amount: Decimal | None = None, reason: str, description: str = ""
) -> Refund:
    """Give back what is left of a refunded order, or part of it; the order stays refunded, and no piece moves.

    As far as freight is left, it is that. Raises NotRefundable if nothing is left, InvalidInput for more than that.
    """
    order = lock_order(order.pk)
    left = remainder_of(order)
    if not left:
        raise NotRefundable(_("Nothing is left of this order that could be paid back."))
    wanted = left if amount is None else to_money(amount)
    if not ZERO < wanted <= left:
        raise InvalidInput(fields={"amount": [_("It must lie between 0.01 and %(most)s.") % {"most": left}]})
    freight = min(refund_sums.freight_left(order), wanted)
    return refunds.open_refund(
        order=order,
        parts=[],
        freight=freight,
        beside=wanted - freight,
        actor_id=actor_id,
        kind=RefundKind.REMAINDER,
        state=RefundState.PROCESSING,
        reason=reason,
        description=description,
    )
