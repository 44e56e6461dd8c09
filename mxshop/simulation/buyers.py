"""What buyers do: come, put things together, order, pay or not, wait for parcels, and send things back."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings

from apps.trade.models import (
    Coupon,
    CouponGrant,
    Order,
    OrderStatus,
    PointsAccount,
    Refund,
    RefundKind,
    RefundState,
    Shipment,
)
from apps.trade.models.refunds import REASONS_OF_PEOPLE
from apps.trade.services import cart, closing, coupons, fulfilment, refunds
from apps.trade.services.offers import Wishes
from apps.trade.services.orders import cart_quantities, place_order
from apps.trade.services.quotes import quote_price
from apps.trade.services.refund_sums import Wanted
from mxshop.simulation import cashier, staff
from mxshop.simulation.opening import Buyer, Town
from mxshop.simulation.world import DAY, World

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# When people shop: minutes after midnight.
FIRST_MINUTE, LAST_MINUTE = 6 * 60, 24 * 60 - 1
MOST_KINDS, MOST_PIECES = 4, 3
ASKS_FOR_MONEY = 0.3
# What becomes of a hundred orders.
FATES = {
    "pays": 66,
    "pays at the last moment": 5,
    "pays twice": 5,
    "forgets": 6,
    "cancels": 5,
    "cancels and pays in another window": 4,
    "bargains": 7,
    "is told that it cannot be had": 2,
}


@dataclass(kw_only=True)
class Visit:
    """A buyer's way from the shelf to the order; `items` is what they buy without the cart."""

    world: World
    town: Town
    buyer: Buyer
    items: dict[int, int] | None = None
    coupon: uuid.UUID | None = None
    points: int = 0
    quote: str = ""


# -- To the order ----------------------------------------------------------------------------------
def come_for_the_day(world: World, town: Town, *, orders: int) -> None:
    """Let so many buyers come at some time of the day that begins now."""
    for _number in range(orders):
        minute = world.dice.randint(FIRST_MINUTE, LAST_MINUTE)
        moment = timedelta(minutes=minute) + world.between(0 * SECOND, MINUTE)
        world.later(moment, partial(_come, world, town))


def _come(world: World, town: Town) -> None:
    visit = Visit(world=world, town=town, buyer=world.dice.choice(town.buyers))
    _take_coupons(visit)
    _choose_goods(visit)
    visit.coupon = _coupon_at_hand(visit)
    visit.points = _points_at_hand(visit)
    if not world.tries("quotes", partial(_ask_for_price, visit)):
        # Without what the shop did not like: the coupon's minimum, points that are gone.
        visit.coupon, visit.points = None, 0
        if not world.tries("quotes", partial(_ask_for_price, visit)):
            cart.clear_cart(user=visit.buyer.user)
            return
    world.later(world.between(SECOND, 5 * MINUTE), partial(_decide, visit))


def _take_coupons(visit: Visit) -> None:
    world = visit.world
    if not world.chance(0.3):
        return
    for coupon in Coupon.objects.listed(world.clock.moment).order_by("pk"):
        claim = partial(coupons.claim_coupon, user=visit.buyer.user, public_id=coupon.public_id)
        world.tries("coupons claimed", claim)


def _choose_goods(visit: Visit) -> None:
    world = visit.world
    chosen = world.dice.sample(visit.town.sku_ids, world.dice.randint(1, MOST_KINDS))
    quantities = {sku_id: world.dice.randint(1, MOST_PIECES) for sku_id in chosen}
    if world.chance(0.25):
        visit.items = quantities
        return
    for sku in staff.skus(quantities):
        add = partial(cart.add_to_cart, user=visit.buyer.user, goods_id=sku.goods_id, sku_id=sku.pk)
        world.tries("cart", partial(add, quantity=quantities[sku.pk]))


def _coupon_at_hand(visit: Visit) -> uuid.UUID | None:
    grants = CouponGrant.objects.of(visit.buyer.user).filter(state=CouponGrant.State.UNUSED).order_by("pk")
    usable = [grant for grant in grants if grant.coupon.is_running(visit.world.clock.moment)]
    return visit.world.dice.choice(usable).public_id if usable else None


def _points_at_hand(visit: Visit) -> int:
    account = PointsAccount.objects.filter(user=visit.buyer.user).first()
    return account.balance if account and visit.world.chance(0.5) else 0


def _wishes(visit: Visit) -> Wishes:
    return Wishes(region_code=visit.buyer.region_code, coupon=visit.coupon, points=visit.points)


def _ask_for_price(visit: Visit) -> None:
    user = visit.buyer.user
    quantities = cart_quantities(user=user) if visit.items is None else visit.items
    visit.quote = quote_price(user=user, quantities=quantities, wishes=_wishes(visit)).token


def _decide(visit: Visit) -> None:
    """Order at the price that was quoted; if it has changed meanwhile, at today's, or not at all."""
    if visit.world.tries("orders placed", partial(_order, visit)):
        return
    visit.quote = ""
    if visit.world.chance(0.5):
        visit.world.tries("orders placed", partial(_order, visit))


def _order(visit: Visit) -> None:
    user = visit.buyer.user
    order = place_order(
        user=user,
        recipient_name=user.name,
        recipient_mobile=str(user.mobile),
        address="青柠路 88 号",
        items=visit.items,
        wishes=_wishes(visit),
        quote=visit.quote,
    )
    _go_on(visit, order)


# -- From the order to the money -------------------------------------------------------------------
def _go_on(visit: Visit, order: Order) -> None:
    """Decide what becomes of an order, and when."""
    world, window = visit.world, settings.ORDER_PAYMENT_WINDOW
    if world.chance(ASKS_FOR_MONEY):
        world.later(world.between(HOUR, 25 * DAY), partial(_ask_for_money, visit, order))
    if order.status != OrderStatus.PENDING_PAYMENT:
        world.note("orders that cost nothing")
        return
    fate = world.dice.choices(list(FATES), list(FATES.values()))[0]
    world.note(f"buyer {fate}")
    soon, in_time = world.between(20 * SECOND, 8 * MINUTE), world.between(SECOND, window - MINUTE)
    pay, cancel = partial(_pay, visit, order), partial(_cancel, visit, order)
    match fate:
        case "pays":
            world.later(in_time, pay)
        case "pays at the last moment":
            world.later(window - world.between(SECOND, MINUTE), pay)
        case "pays twice":
            world.later(soon, pay)
            world.later(soon, pay)
        case "cancels":
            world.later(in_time, cancel)
        case "cancels and pays in another window":
            world.later(soon, pay)
            world.later(soon + 5 * SECOND, cancel)
        case "bargains":
            _bargain(visit, order, soon)
        case "is told that it cannot be had":
            world.later(soon, partial(staff.cancel, world, visit.town, order))


def _pay(visit: Visit, order: Order) -> None:
    """Choose a way to pay, walk to the cashier, and pay a moment later."""
    channel, method = visit.world.dice.choice(cashier.WAYS)
    order.refresh_from_db()
    if order.status != OrderStatus.PENDING_PAYMENT:
        visit.world.note("turned away: the order waits for no money")
        return

    def go() -> None:
        trade = cashier.go_to_cashier(order=order, channel=channel, method=method)
        moment = visit.world.between(SECOND, 40 * SECOND)
        visit.world.later(moment, partial(cashier.pay, visit.world, trade, buyer_id=visit.buyer.user.pk))

    visit.world.tries("cashiers opened", go)


def _cancel(visit: Visit, order: Order) -> None:
    cancel = partial(closing.cancel_order, order=order, actor_id=visit.buyer.user.pk, reason="不想要了")
    visit.world.tries("orders cancelled", cancel)


def _bargain(visit: Visit, order: Order, soon: timedelta) -> None:
    """Have staff change the price; every other buyer has the page with the old one open, and pays there."""
    world = visit.world
    change = partial(staff.change_price, world, visit.town, order)
    world.later(soon + world.between(SECOND, 20 * SECOND), change)
    if world.chance(0.5):
        world.later(soon, partial(_pay, visit, order))
    world.later(soon + 3 * MINUTE, partial(_pay, visit, order))


# -- After the money -------------------------------------------------------------------------------
def _ask_for_money(visit: Visit, order: Order) -> None:
    """Ask for some of the money back, or all of it; now and then twice."""
    world = visit.world
    if world.is_closing_down:
        return
    order.refresh_from_db()
    kind = RefundKind.RETURN_GOODS if world.chance(0.6) else RefundKind.REFUND_ONLY
    apply = partial(
        refunds.apply_for_refund,
        order=order,
        user=visit.buyer.user,
        kind=kind,
        reason=world.dice.choice(REASONS_OF_PEOPLE),
        wanted=_pieces(visit, order),
        with_freight=True if world.chance(0.1) else None,
    )
    world.tries("refunds asked for", apply)
    if world.chance(0.25):
        world.later(world.between(HOUR, 3 * DAY), partial(_ask_for_money, visit, order))


def _pieces(visit: Visit, order: Order) -> list[Wanted] | None:
    """Choose what goes back: all that is left, one piece of a line, or a line for less than it cost."""
    dice = visit.world.dice
    if dice.random() < 0.4:
        return None
    line = dice.choice(list(order.lines.order_by("pk")))
    amount = (line.amount * dice.randint(10, 100) / 100 / line.quantity).quantize(line.unit_price)
    pieces = dice.randint(1, line.quantity)
    return [Wanted(line_id=line.pk, pieces=pieces, amount=amount if dice.random() < 0.2 else None)]


def look_after_orders(world: World) -> None:
    """Let buyers say that parcels have come, tidy up, and send back what staff wait for; many never say anything."""
    arrived = Shipment.objects.filter(state=Shipment.State.DELIVERED, order__status=OrderStatus.SHIPPED)
    for order in Order.objects.filter(pk__in=arrived.values("order")).order_by("pk"):
        if world.chance(0.35):
            confirm = partial(fulfilment.confirm_receipt, order=order, actor_id=order.user_id)
            world.tries("parcels confirmed", confirm)
    for order in Order.objects.filter(status__in=closing.OVER, hidden_at=None).order_by("pk"):
        if world.chance(0.02):
            world.tries("orders taken off a list", partial(closing.remove_order, order=order, user=order.user))
    for refund in Refund.objects.filter(state=RefundState.APPROVED).select_related("order__user").order_by("pk"):
        _send_back(world, refund)


def _send_back(world: World, refund: Refund) -> None:
    user, number = refund.order.user, f"YT{refund.pk:012}"
    if world.chance(0.4):
        ship = partial(refunds.ship_return, refund=refund, user=user, carrier="圆通速递", tracking_number=number)
        world.tries("returns sent", ship)
    elif world.chance(0.06):
        world.tries("refunds withdrawn", partial(refunds.withdraw_refund, refund=refund, user=user))
