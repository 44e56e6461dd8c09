"""A refund that had failed, and whose money its gateway moves after all: it is promised again just what it was for."""

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.common.money import ZERO
from apps.trade.exceptions import NotRefundable
from apps.trade.models import Refund, RefundKind, RefundLine, RefundState, ShipmentLine
from apps.trade.services import pieces, refund_sums
from apps.trade.states import LIVE

AFTER_ALL = gettext_noop("The payment service paid it back after all.")


def had_failed(*, refund: Refund) -> bool:
    """Tell whether a gateway had been sent the refund and refused it; staff may have closed it since."""
    if refund.state == RefundState.REFUSED:
        return refund.events.filter(to_state=RefundState.FAILED).exists()
    return refund.state == RefundState.FAILED


def may_restock(*, refund: Refund) -> bool:
    """Tell whether its pieces go on sale again when its money is back: as was said, unless they have left since.

    While it had failed, staff may have sent them to the buyer. The order must be locked, and the refund not live yet.
    """
    if not refund.restock:
        return False
    here = pieces.unshipped(refund.order)
    away = [part.line_id for part in refund.lines.all() if here.get(part.line_id, 0) < part.quantity]
    failed_at = refund.events.filter(to_state=RefundState.FAILED).latest("pk").created_at
    left_since = ShipmentLine.objects.filter(order_line__in=away, shipment__shipped_at__gte=failed_at)
    return not left_since.exists()


def parts_as_they_were(*, refund: Refund) -> list[RefundLine]:
    """Return the lines of a refund that failed, for the amounts that the gateway knows; only their shares are new.

    The order must be locked, and the refund not live yet. Raises NotRefundable if other refunds have its pieces or
    their money by now. Money that came too late has no lines.
    """
    if refund.kind == RefundKind.LATE_PAYMENT:
        return []
    amounts = dict(refund.lines.values_list("pk", "amount"))
    parts = refund_sums.shared_anew(refund=refund)
    for part in parts:
        part.amount = amounts[part.pk]
        # The cent that others left or took may be in the share, never in what the gateway pays.
        part.share = max(part.share, part.amount)
        _check_share(part)
    RefundLine.objects.bulk_update(parts, ["share"])
    return parts


def _check_share(part: RefundLine) -> None:
    others = RefundLine.objects.filter(line=part.line_id, refund__state__in=LIVE).aggregate(sum=Sum("share"))["sum"]
    if (others or ZERO) + part.share > part.line.amount:
        raise NotRefundable(_("Another refund has the money of these pieces already."))
