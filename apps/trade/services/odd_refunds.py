"""Refunds that gateways paid after all, and that the books cannot take: kept for staff, never lost."""

import logging

from django.utils import timezone

from apps.trade.gateways.payment import GatewayRefund
from apps.trade.models import OddRefund, Refund

logger = logging.getLogger(__name__)

State = OddRefund.State


def keep(*, refund: Refund, number: str, result: GatewayRefund) -> None:
    """Keep what a gateway paid under a number for staff, once, however often it is told; what they settled stays so.

    Joins the caller's transaction, which has the order.
    """
    facts = {"refund": refund, "amount": result.amount, "told_at": timezone.now()}
    OddRefund.objects.get_or_create(number=number, defaults={**facts, "gateway_number": result.gateway_number})
    logger.warning("%s was paid back as %s, which the books cannot take", result.amount, number)


def drop(*, number: str) -> None:
    """Take it off staff's list: the books have taken it. Joins the caller's transaction."""
    OddRefund.objects.filter(number=number, state=State.OPEN).update(state=State.GONE)
