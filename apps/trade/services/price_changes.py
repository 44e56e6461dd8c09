"""The price of an unpaid order, changed by staff: what was agreed with the buyer counts from then on."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.events import publish
from apps.common.exceptions import InvalidInput
from apps.common.money import ZERO, to_money
from apps.common.transactions import atomic_with_retry
from apps.trade.events import OrderRepriced
from apps.trade.exceptions import IllegalMove
from apps.trade.models import Order, OrderDiscount, OrderLine, OrderPriceChange, OrderStatus
from apps.trade.services.allocation import allocate
from apps.trade.services.order_moves import lock_order
from apps.trade.services.orders import settle_if_free


@atomic_with_retry
def change_price(
    *, order: Order, goods: Decimal | None = None, freight: Decimal | None = None, reason: str, actor_id: int | None
) -> OrderPriceChange:
    """Set what the goods of an unpaid order cost together, or its freight, or both; None leaves it.

    The discount is split over the lines anew, so that refunds give back what was really paid. An order that costs
    nothing now is paid. Raises InvalidInput for a negative sum, for more than the goods cost without any discount,
    and for no change; IllegalMove, naming the state, once the order is paid or over. Then nothing is written.
    """
    seen = lock_order(order.pk)
    if seen.status != OrderStatus.PENDING_PAYMENT:
        words = _("This order is %(state)s; its price cannot be changed any more.")
        raise IllegalMove(words % {"state": seen.get_status_display()}, state=seen.status)
    change = _check(seen, goods, freight, reason)
    change.actor_id = actor_id
    change.save()
    _write(seen, change)
    order.refresh_from_db()
    publish(OrderRepriced(order_id=order.pk, old_total=seen.total, new_total=order.total))
    settle_if_free(order=order)
    return change


def _check(order: Order, goods: Decimal | None, freight: Decimal | None, reason: str) -> OrderPriceChange:
    old_goods = order.goods_total - order.discount
    change = OrderPriceChange(
        order=order,
        old_goods=old_goods,
        new_goods=old_goods if goods is None else to_money(goods),
        old_freight=order.freight,
        new_freight=order.freight if freight is None else to_money(freight),
        reason=reason.strip(),
    )
    if not ZERO <= change.new_goods <= order.goods_total:
        words = _("The goods cost between 0 and %(most)s.")
        raise InvalidInput(fields={"goods": [words % {"most": order.goods_total}]})
    if change.new_freight < 0:
        raise InvalidInput(fields={"freight": [_("Freight cannot be negative.")]})
    if not change.reason:
        raise InvalidInput(fields={"reason": [_("Say why the price changes.")]})
    if (change.old_goods, change.old_freight) == (change.new_goods, change.new_freight):
        raise InvalidInput(fields={"goods": [_("This is what the order costs already.")]})
    return change


def _write(order: Order, change: OrderPriceChange) -> None:
    discount = order.goods_total - change.new_goods
    Order.objects.filter(pk=order.pk).update(
        discount=discount,
        freight=change.new_freight,
        total=change.new_goods + change.new_freight,
        updated_at=timezone.now(),
    )
    if change.new_goods != change.old_goods:
        label = change.reason[:100]
        less = change.old_goods - change.new_goods
        OrderDiscount.objects.create(order=order, kind=OrderDiscount.Kind.PRICE_CHANGE, label=label, amount=less)
        lines = list(order.lines.order_by("pk"))
        full = [to_money(line.unit_price * line.quantity) for line in lines]
        for line, part in zip(lines, allocate(discount, full), strict=True):
            line.discount = part
        OrderLine.objects.bulk_update(lines, ["discount"])
