"""What staff do: fill shelves, change prices, send parcels, answer buyers, and settle what the bills say."""

from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from apps.common.money import to_money
from apps.goods.models import Sku
from apps.goods.services import stock
from apps.goods.services.pricing import set_price
from apps.goods.services.sale import set_skus_on_sale
from apps.trade.models import (
    Carrier,
    Coupon,
    Discrepancy,
    Order,
    Refund,
    RefundKind,
    RefundReason,
    RefundState,
)
from apps.trade.services import closing, discrepancies, fulfilment, price_changes, reconciliation, refund_decisions
from apps.trade.services.pieces import unshipped
from apps.trade.services.refund_sums import Wanted
from mxshop.simulation import cashier
from mxshop.simulation.opening import Town
from mxshop.simulation.world import DAY, World

# A shelf with fewer pieces than this is filled up, if the delivery comes.
LOW, DELIVERY = 3, 8
COUPON_DAYS = 30


def skus(ids: Iterable[int]) -> list[Sku]:
    """Read SKUs in the order of their keys."""
    return list(Sku.objects.filter(pk__in=list(ids)).order_by("pk"))


# -- In the morning --------------------------------------------------------------------------------
def prepare_day(world: World, town: Town, *, day: int) -> None:
    """Fill shelves, throw away what broke, change a price, and every month give out a new coupon."""
    for sku in Sku.objects.filter(pk__in=town.sku_ids, stock__lt=LOW).order_by("pk"):
        if world.chance(0.35):
            _move_stock(world, town, sku, DELIVERY, "到货")
    broken = skus(town.sku_ids)[world.dice.randrange(len(town.sku_ids))]
    if world.chance(0.3):
        _move_stock(world, town, broken, -world.dice.randint(1, LOW), "破损")
    for sku in world.dice.sample(skus(town.sku_ids), 2):
        if world.chance(0.3):
            _reprice(world, town, sku)
    if world.chance(0.2):
        _take_off_sale(world, broken)
    if day % COUPON_DAYS == 0:
        _give_out_coupon(world, day)


def _move_stock(world: World, town: Town, sku: Sku, delta: int, note: str) -> None:
    move = partial(stock.adjust, sku_id=sku.pk, delta=delta, note=note, actor_id=town.staff.pk)
    if world.tries("stock adjusted", move):
        world.delivered[sku.pk] += delta


def _reprice(world: World, town: Town, sku: Sku) -> None:
    price = max(to_money(sku.price * world.dice.randint(90, 112) / 100), Decimal("0.03"))
    set_price(sku=sku, price=price, actor_id=town.staff.pk)
    world.note("prices changed")
    # Late in the day once more, while quotes at the price of the morning are in people's hands.
    world.later(DAY / 2, partial(set_price, sku=sku, price=price + Decimal("0.01"), actor_id=town.staff.pk))


def _take_off_sale(world: World, sku: Sku) -> None:
    """Take something off sale around noon, when it lies in carts and quotes, and put it back the next day."""
    switch = partial(set_skus_on_sale, sku_ids=[sku.pk])
    world.later(DAY / 2, partial(switch, on_sale=False))
    world.later(DAY, partial(switch, on_sale=True))
    world.note("taken off sale for a while")


def _give_out_coupon(world: World, day: int) -> None:
    now = world.clock.moment
    kind, value = world.dice.choice([(Coupon.Kind.FIXED, 8), (Coupon.Kind.PERCENTAGE, 15)])
    Coupon.objects.create(
        name=f"月券{day // COUPON_DAYS}",
        kind=kind,
        value=value,
        cap=Decimal(25) if kind == Coupon.Kind.PERCENTAGE else None,
        minimum=Decimal(50),
        total_limit=world.dice.randint(5, 40),
        user_limit=2,
        starts_at=now,
        ends_at=now + COUPON_DAYS * DAY,
    )


# -- Orders ----------------------------------------------------------------------------------------
def cancel(world: World, town: Town, order: Order) -> None:
    """Cancel an order that is not paid."""
    order.refresh_from_db()
    world.tries(
        "orders cancelled", partial(closing.cancel_order, order=order, actor_id=town.staff.pk, reason="无法发货")
    )


def change_price(world: World, town: Town, order: Order) -> None:
    """Agree on another price with the buyer: less for the goods, now and then nothing, or another freight."""
    order.refresh_from_db()
    goods = to_money((order.goods_total - order.discount) * world.dice.choice([0, 50, 80, 90, 97]) / 100)
    freight = Decimal(6) if world.chance(0.2) else None
    change = partial(
        price_changes.change_price, order=order, goods=goods, freight=freight, reason="议价", actor_id=town.staff.pk
    )
    world.tries("prices of orders changed", change)


def send_parcels(world: World, town: Town) -> None:
    """Pack what is paid: most orders at once, some in several parcels, some another day."""
    for order in fulfilment.orders_to_ship().order_by("pk"):
        if world.chance(0.7):
            _send(world, town, order)
        elif world.chance(0.05):
            _give_money_back(world, town, order)


def _send(world: World, town: Town, order: Order) -> None:
    pieces = unshipped(order)
    if sum(pieces.values()) > 1 and world.chance(0.3):
        line_id = world.dice.choice(sorted(pieces))
        pieces = {line_id: world.dice.randint(1, pieces[line_id])}
    ship = partial(
        fulfilment.ship_parcel,
        order=order,
        carrier=world.dice.choice(list(Carrier.objects.order_by("pk"))),
        tracking_number=f"SF{order.pk:08}{order.shipments.count():02}",
        pieces=pieces,
        actor_id=town.staff.pk,
    )
    world.tries("parcels sent", ship)


def _give_money_back(world: World, town: Town, order: Order) -> None:
    """Give money back unasked, for a piece that cannot be found, or the freight as an apology."""
    line = world.dice.choice(list(order.lines.order_by("pk")))
    is_freight = order.freight > order.refunded_freight and world.chance(0.5)
    give = partial(
        refund_decisions.give_refund,
        order=order,
        actor_id=town.staff.pk,
        reason=RefundReason.OUT_OF_STOCK,
        wanted=[] if is_freight else [Wanted(line_id=line.pk, pieces=1)],
        with_freight=is_freight,
    )
    world.tries("refunds given unasked", give)


# -- Refunds ---------------------------------------------------------------------------------------
def answer_buyers(world: World, town: Town) -> None:
    """Answer what buyers ask for, take in what they sent back, and try again what a gateway refused."""
    waiting = (RefundState.REQUESTED, RefundState.RETURNING, RefundState.ARRIVED, RefundState.FAILED)
    for refund in Refund.objects.filter(state__in=waiting).order_by("pk"):
        _answer(world, town, refund)


def _answer(world: World, town: Town, refund: Refund) -> None:
    clerk = town.staff.pk
    match refund.state:
        case RefundState.FAILED:
            _try_again(world, refund, clerk)
        case RefundState.RETURNING if world.chance(0.3):
            restock = world.chance(0.6)
            arrive = partial(refund_decisions.confirm_arrival, refund=refund, actor_id=clerk, restock=restock)
            world.tries("returns taken in", arrive)
        case RefundState.REQUESTED | RefundState.ARRIVED if world.chance(0.4):
            _decide(world, town, refund)


def _try_again(world: World, refund: Refund, clerk: int) -> None:
    """Have the gateway asked again; what another refund has by now is closed."""
    retry = partial(refund_decisions.retry_refund, refund=refund, actor_id=clerk)
    if not world.tries("refunds tried again", retry):
        close = partial(refund_decisions.refuse_refund, refund=refund, actor_id=clerk, reason="已另行退款")
        world.tries("refunds closed that had failed", close)


def _decide(world: World, town: Town, refund: Refund) -> None:
    clerk = town.staff.pk
    if world.chance(0.15):
        refuse = partial(refund_decisions.refuse_refund, refund=refund, actor_id=clerk, reason="不符合条件")
        world.tries("refunds refused", refuse)
        return
    amount = None
    if refund.amount > Decimal("0.02") and world.chance(0.15):
        amount = max(to_money(refund.amount * world.dice.randint(30, 99) / 100), Decimal("0.01"))
    restock = None if refund.kind == RefundKind.RETURN_GOODS else world.dice.choice([None, True, False])
    approve = partial(refund_decisions.approve_refund, refund=refund, actor_id=clerk, amount=amount, restock=restock)
    if world.chance(0.2) and refund.payment:
        cashier.break_down(world, refund.payment)
    world.tries("refunds approved", approve)


# -- Bills -----------------------------------------------------------------------------------------
def settle_differences(world: World, town: Town) -> None:
    """Do with each difference between bill and shop what the back office offers: ask the gateway, or compare again."""
    differing = Discrepancy.objects.filter(state=Discrepancy.State.OPEN).select_related("run").order_by("pk")
    for one in list(differing):
        if discrepancies.can_be_asked_about(discrepancy=one):
            ask = partial(discrepancies.ask_again, discrepancy=one, actor_id=town.staff.pk)
            world.tries("differences asked about", ask)
    for run in {one.run_id: one.run for one in differing}.values():
        reconciliation.reconcile(channel=run.channel, day=run.day)
        world.note("bills compared again")
