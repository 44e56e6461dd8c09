"""What the sample shopper did so far: orders in every state, parcels, a cart, favourites, a message."""

from collections.abc import Mapping

from apps.goods.models import Goods
from apps.trade.models import Carrier, Order, OrderStatus, RefundKind, RefundReason
from apps.trade.services import fulfilment, sandbox
from apps.trade.services.attempts import payment_url
from apps.trade.services.carriers import load_carriers
from apps.trade.services.cart import add_to_cart
from apps.trade.services.closing import cancel_order, expire_order
from apps.trade.services.orders import place_order
from apps.trade.services.refund_sums import Wanted
from apps.trade.services.refunds import apply_for_refund
from apps.user_operation.models import Message
from apps.user_operation.services.favourites import add_favourite
from apps.user_operation.services.messages import write_message
from apps.users.models import UserProfile
from mxshop.sample.people import ADDRESS

# How far each order came, and what was bought: numbers of articles and pieces.
HISTORY = (
    ("finished", {"STAPLES-001": 1, "MEAT-005": 2, "HOME-001": 1}),
    ("received", {"KITCHEN-003": 2}),
    ("shipped", {"DRINKS-004": 1, "SNACKS-007": 3}),
    ("paid", {"FRUIT-009": 1, "BAKERY-001": 2}),
    ("cancelled", {"HOME-015": 1}),
    ("paid too late", {"SEAFOOD-005": 1}),
    ("expired", {"KITCHEN-006": 1}),
    ("pending", {"HOME-010": 1, "HOME-011": 1}),
)
CART = {"FRUIT-005": 2, "VEGETABLES-001": 3}
FAVOURITES = ("FRUIT-009", "KITCHEN-004", "HOME-015")
# The sample's own parcels have numbers that nobody gave.
TRACKING_NUMBERS = {"finished": "SF8800231457", "received": "SF8800231458", "shipped": "SF8800231459"}


def live_a_while(*, shopper: UserProfile, staff: UserProfile | None, goods: Mapping[str, Goods]) -> list[Order]:
    """Let the shopper buy, pay, change their mind and forget; return the orders. `goods` are by article number.

    Without staff the orders that are paid stay where they are.
    """
    load_carriers()
    orders = [
        _order(shopper, staff, fate, {goods[number]: n for number, n in items.items()}) for fate, items in HISTORY
    ]
    _ask_for_a_return(shopper, orders[1])
    for number, pieces in CART.items():
        add_to_cart(user=shopper, goods_id=goods[number].pk, quantity=pieces)
    for number in FAVOURITES:
        add_favourite(user_id=shopper.pk, goods_id=goods[number].pk)
    write_message(
        user_id=shopper.pk,
        kind=Message.Kind.QUESTION,
        subject="咖啡豆可以换成细粉吗",
        body="我用的是意式半自动机，想要再细一点的研磨度，下单时备注可以吗？",
    )
    return orders


def _order(shopper: UserProfile, staff: UserProfile | None, fate: str, items: Mapping[Goods, int]) -> Order:
    order = _place(shopper, items)
    match fate:
        case "pending":
            pass
        case "cancelled":
            cancel_order(order=order, actor_id=shopper.pk, reason="买重了")
        case "paid too late":
            cashier = payment_url(order=order)
            cancel_order(order=order, actor_id=shopper.pk, reason="临时不在家")
            sandbox.pay_at(url=cashier)
        case "expired":
            Order.objects.filter(pk=order.pk).update(expires_at=order.created_at)
            expire_order(order=order)
        case _:
            sandbox.pay_at(url=payment_url(order=order))
            order.refresh_from_db()
            if staff:
                _deliver(order, staff, fate)
                order.refresh_from_db()
    return order


def _ask_for_a_return(shopper: UserProfile, order: Order) -> None:
    """Leave staff a request to answer: one piece of the order that has arrived, or of the money if it never left."""
    is_here = order.status == OrderStatus.RECEIVED
    apply_for_refund(
        order=order,
        user=shopper,
        kind=RefundKind.RETURN_GOODS if is_here else RefundKind.REFUND_ONLY,
        reason=RefundReason.DAMAGED if is_here else RefundReason.CHANGED_MIND,
        description="其中一个有磕碰，想退一个。" if is_here else "",
        wanted=[Wanted(line_id=order.lines.earliest("pk").pk, pieces=1)],
    )


def _place(shopper: UserProfile, items: Mapping[Goods, int]) -> Order:
    for goods, pieces in items.items():
        add_to_cart(user=shopper, goods_id=goods.pk, quantity=pieces)
    return place_order(
        user=shopper,
        recipient_name=ADDRESS["recipient_name"],
        recipient_mobile=ADDRESS["recipient_mobile"],
        address="".join(ADDRESS[part] for part in ("province", "city", "district", "address")),
    )


def _deliver(order: Order, staff: UserProfile, fate: str) -> None:
    """Bring a paid order as far as it came."""
    if fate == "paid":
        return
    carrier = Carrier.objects.get(code="shunfeng")
    number = TRACKING_NUMBERS[fate]
    fulfilment.ship_order(order=order, carrier=carrier, tracking_number=number, actor_id=staff.pk)
    if fate in ("received", "finished"):
        fulfilment.receive_order(order=order, actor_id=order.user_id)
    if fate == "finished":
        fulfilment.finish_order(order=order, actor_id=staff.pk)
