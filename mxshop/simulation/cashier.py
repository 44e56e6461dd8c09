"""Paying at the gateways' cashiers, and what goes wrong there until somebody repairs it."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from apps.trade.models import Channel, Order, Payment, PaymentAttempt, SandboxTrade
from apps.trade.services import attempts, sandbox
from mxshop.simulation.world import Slip, World

Chaos, Method = SandboxTrade.Chaos, PaymentAttempt.Method

WAYS = (
    (Channel.ALIPAY, Method.PAGE),
    (Channel.ALIPAY, Method.WAP),
    (Channel.ALIPAY, Method.APP),
    (Channel.WECHAT, Method.NATIVE),
    (Channel.WECHAT, Method.JSAPI),
    (Channel.WECHAT, Method.H5),
)
PAYERS = {Method.JSAPI: "o-simulated-buyer", Method.H5: "192.0.2.7"}
# Of a hundred payments: each kind of bad luck this many times, nothing otherwise.
BAD_LUCK = 5
# A gateway is out of order for so long.
LEAST_OUTAGE, MOST_OUTAGE = timedelta(hours=1), timedelta(hours=36)
PERSISTENT = frozenset({Chaos.REFUND_REFUSED, Chaos.WRONG_ANSWER, Chaos.SLOW, Chaos.FAILING})
# Nobody tells the shop, and nobody answers either: the payment is found out only when the gateway is repaired.
SILENT = "silent"


def go_to_cashier(*, order: Order, channel: str, method: str) -> SandboxTrade:
    """Go where the shop sends its buyer, and see what is to be paid there."""
    if (channel, method) == WAYS[0]:
        url = attempts.payment_url(order=order)
        return sandbox.open_trade(order=sandbox.order_at(url=url))
    opened = attempts.open_attempt(order=order, channel=channel, method=method, payer=PAYERS.get(Method(method), ""))
    attempt = attempts.start(public_id=opened.public_id)
    if channel == Channel.WECHAT:
        return sandbox.find_trade(channel=channel, number=attempt.number)
    told = attempt.instructions or {}
    return sandbox.open_trade(order=sandbox.order_at(url=told["redirect_url"] or told["parameters"]["order_string"]))


def pay(world: World, trade: SandboxTrade, *, buyer_id: int) -> None:
    """Pay, if the cashier still takes money for this, and keep a note of it; the dice decide what goes wrong."""
    trade.refresh_from_db()
    is_over = trade.expires_at is not None and trade.expires_at <= timezone.now()
    if trade.state != SandboxTrade.State.OPEN or is_over:
        world.note("turned away: the cashier has closed")
        return
    chaos = _draw(world)
    trade = sandbox.pay(trade=trade, chaos=Chaos.LOST if chaos == SILENT else chaos)
    slip = Slip(buyer_id=buyer_id, channel=trade.channel, trade_no=trade.trade_no, amount=trade.total_amount)
    world.slips.append(slip)
    world.note(f"paid: {trade.channel} {trade.method}")
    world.note(f"went wrong: {chaos or 'nothing'}")
    if chaos == SILENT:
        sandbox.set_chaos(trade=trade, chaos=Chaos.FAILING)
    if chaos == SILENT or chaos in PERSISTENT:
        _repair_later(world, trade)


def break_down(world: World, payment: Payment) -> None:
    """Let a payment's gateway go out of order just before some of it goes back."""
    trade = SandboxTrade.objects.get(channel=payment.channel, trade_no=payment.trade_no)
    chaos = world.dice.choice(sorted(PERSISTENT))
    sandbox.set_chaos(trade=trade, chaos=chaos)
    world.note(f"went wrong before a refund: {chaos}")
    _repair_later(world, trade)


def _repair_later(world: World, trade: SandboxTrade) -> None:
    repair = partial(sandbox.set_chaos, trade=trade, chaos=Chaos.NONE)
    world.later(world.between(LEAST_OUTAGE, MOST_OUTAGE), repair)


def _draw(world: World) -> str:
    kinds = [*(kind for kind in Chaos.values if kind), SILENT]
    drawn = world.dice.randrange(100) // BAD_LUCK
    return str(kinds[drawn]) if drawn < len(kinds) else Chaos.NONE.value
