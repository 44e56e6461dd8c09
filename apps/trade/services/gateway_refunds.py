"""Money that a gateway paid back without having been asked by the shop, as a refund in the shop's books."""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.trade.exceptions import NotRefundable
from apps.trade.models import Payment, Refund, RefundKind, RefundReason, RefundState
from apps.trade.services import refund_completion, refund_moves, refund_reserves
from apps.trade.states import IN_PROGRESS


def check_others_are_over(*, order_id: int) -> None:
    """Raise NotRefundable, with their numbers, while refunds of the order are open: they hold pieces and money."""
    waiting = (
        Refund.objects.filter(order=order_id, state__in=IN_PROGRESS).order_by("pk").values_list("number", flat=True)
    )
    if waiting:
        words = _("First let these refunds of the order end: %(numbers)s.")
        raise NotRefundable(words % {"numbers": ", ".join(waiting)})


def book_money(*, payment: Payment, number: str, amount: Decimal, gateway_number: str, actor_id: int) -> Refund:
    """Write down money that is back with its buyer, and that no pieces belong to; stock and points stay.

    Joins the caller's transaction, which has the order. Raises NotRefundable when less is left of the payment.
    """
    refund = Refund.objects.create(
        number=number,
        order_id=payment.order_id,
        payment=payment,
        kind=RefundKind.AT_GATEWAY,
        state=RefundState.SUCCEEDED,
        amount=amount,
        reason=RefundReason.OTHER,
        gateway_number=gateway_number,
    )
    refund_reserves.reserve(refund=refund, parts=[])
    refund_moves.begin(refund=refund, actor_id=actor_id)
    refund_completion.tell(refund=refund)
    return refund
