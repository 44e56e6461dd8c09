"""Every fen accounted for: what buyers noted, what the gateways know, what their bills list, and what the shop says.

The four are compared row by row. Whatever one of them has and another has not is named. Nothing is written.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from apps.common.invariants import invariants
from apps.common.money import ZERO, to_money
from apps.goods.models import Sku
from apps.trade.models import (
    Channel,
    Discrepancy,
    OddPayment,
    OddRefund,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    ReconciliationRun,
    Refund,
    RefundKind,
    RefundLine,
    RefundState,
    SandboxRefund,
    SandboxTrade,
)
from mxshop.simulation.world import World

UNPAID = (OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELLED, OrderStatus.EXPIRED)
CLOSED = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
# A row of money is known by its channel and the number that the gateway knows it by.
Rows = Mapping[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Money:
    """How many rows there are, and what they sum to."""

    count: int
    sum: Decimal

    @classmethod
    def of(cls, rows: Rows, channel: str) -> "Money":
        """Sum up the rows of a channel."""
        amounts = [amount for (through, _number), amount in rows.items() if through == channel]
        return cls(len(amounts), sum(amounts, ZERO))

    @classmethod
    def summed(cls, count: int, amount: Decimal) -> "Money":
        """Take what the database summed; SQLite reckons in binary, and is off by much less than a fen."""
        return cls(count, to_money(amount))


@dataclass(kw_only=True)
class Accounts:
    """What the days came to; `unexplained` names, one sentence each, what does not fit."""

    paid: dict[str, dict[str, Money]] = field(default_factory=dict)
    returned: dict[str, dict[str, Money]] = field(default_factory=dict)
    kept: Decimal = ZERO
    orders: dict[str, int] = field(default_factory=dict)
    differences: dict[str, int] = field(default_factory=dict)
    pieces: dict[str, int] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    unexplained: list[str] = field(default_factory=list)


def draw_up(world: World, *, errors: list[str]) -> Accounts:
    """Account for everything; `errors` are what the shop itself logged as wrong."""
    accounts = Accounts(happened=dict(sorted(world.happened.items())))
    accounts.unexplained += [f"the shop logged: {error}" for error in errors]
    _account_for_payments(world, accounts)
    _account_for_refunds(accounts)
    _account_for_days(accounts)
    _account_for_buyers(world, accounts)
    _account_for_orders(accounts)
    _account_for_differences(accounts)
    _account_for_pieces(world, accounts)
    accounts.unexplained += _what_the_doctor_finds()
    return accounts


# -- Money -----------------------------------------------------------------------------------------
def _account_for_payments(world: World, accounts: Accounts) -> None:
    buyers = {(slip.channel, slip.trade_no): slip.amount for slip in world.slips}
    trades = SandboxTrade.objects.filter(state=SandboxTrade.State.PAID)
    gateway = {(row.channel, row.trade_no): row.total_amount for row in trades}
    shop = {(row.channel, row.trade_no): row.amount for row in Payment.objects.all()}
    bills = _billed("payment")
    for channel in Channel.values:
        of = {"buyers": Money.of(buyers, channel), "gateway": Money.of(gateway, channel)}
        accounts.paid[channel] = {**of, "bills": bills[channel], "shop": Money.of(shop, channel)}
    accounts.unexplained += _differ("payment", {"buyer": buyers, "gateway": gateway, "shop": shop})


def _account_for_refunds(accounts: Accounts) -> None:
    done = SandboxRefund.objects.filter(state=SandboxRefund.State.DONE).select_related("trade")
    gateway = {(row.trade.channel, row.out_refund_no): row.amount for row in done}
    succeeded = Refund.objects.filter(state=RefundState.SUCCEEDED).select_related("payment")
    shop = {(row.payment.channel, row.number): row.amount for row in succeeded if row.payment}
    bills = _billed("refund")
    for channel in Channel.values:
        of = {"gateway": Money.of(gateway, channel)}
        accounts.returned[channel] = {**of, "bills": bills[channel], "shop": Money.of(shop, channel)}
    accounts.unexplained += _differ("refund", {"gateway": gateway, "shop": shop})


def _billed(subject: str) -> dict[str, Money]:
    runs = ReconciliationRun.objects.values("channel")
    sums = runs.annotate(count=Sum(f"{subject}_count"), sum=Sum(f"{subject}_sum")).order_by()
    found = {row["channel"]: Money.summed(row["count"], row["sum"]) for row in sums}
    return {channel: found.get(channel, Money(0, ZERO)) for channel in Channel.values}


def _differ(what: str, sides: Mapping[str, Rows]) -> Iterator[str]:
    for channel, number in sorted(set().union(*sides.values())):
        amounts = {name: rows.get((channel, number)) for name, rows in sides.items()}
        if len(set(amounts.values())) > 1:
            said = ", ".join(f"{name} {'nothing' if amount is None else amount}" for name, amount in amounts.items())
            yield f"{what} {channel} {number}: {said}"


def _account_for_days(accounts: Accounts) -> None:
    """Compare each bill with the rows of ours that it lists."""
    listed = {
        "payment": _by_day(Payment.objects.exclude(billed_on=None), "channel"),
        "refund": _by_day(Refund.objects.exclude(billed_on=None), "payment__channel"),
    }
    for run in ReconciliationRun.objects.order_by("day", "channel"):
        bill = {
            "payment": Money(run.payment_count, run.payment_sum),
            "refund": Money(run.refund_count, run.refund_sum),
        }
        for subject, money in bill.items():
            ours = listed[subject].pop((run.channel, run.day), Money(0, ZERO))
            if money != ours:
                says = f"lists {money.count} of {money.sum}, the shop marked {ours.count} of {ours.sum}"
                accounts.unexplained.append(f"{subject}s in the {run.channel} bill of {run.day}: it {says}")
    payments = Payment.objects.filter(billed_on=None).order_by("pk")
    refunds = Refund.objects.filter(billed_on=None, state=RefundState.SUCCEEDED).exclude(payment=None).order_by("pk")
    accounts.unexplained += [f"payment {row.trade_no} of {row.amount} is in no bill" for row in payments]
    accounts.unexplained += [f"refund {row.number} of {row.amount} is in no bill" for row in refunds]


def _by_day(rows: Any, channel: str) -> dict[tuple[str, Any], Money]:
    grouped = rows.order_by().values_list(channel, "billed_on").annotate(count=Count("pk"), sum=Sum("amount"))
    return {(through, day): Money.summed(count, amount) for through, day, count, amount in grouped}


def _account_for_buyers(world: World, accounts: Accounts) -> None:
    """Compare, buyer by buyer, what they are poorer by with what their orders cost in the end."""
    owners = {(slip.channel, slip.trade_no): slip.buyer_id for slip in world.slips}
    poorer: defaultdict[int, Decimal] = defaultdict(Decimal)
    costs: defaultdict[int, Decimal] = defaultdict(Decimal)
    for slip in world.slips:
        poorer[slip.buyer_id] += slip.amount
    back = SandboxRefund.objects.filter(state=SandboxRefund.State.DONE).select_related("trade")
    for row in back:
        poorer[owners.get((row.trade.channel, row.trade.trade_no), 0)] -= row.amount
    for order in Order._base_manager.exclude(status__in=UNPAID):
        costs[order.user_id] += order.total
    given = Refund.objects.filter(state=RefundState.SUCCEEDED).exclude(kind=RefundKind.LATE_PAYMENT)
    for refund in given.select_related("order"):
        costs[refund.order.user_id] -= refund.amount
    accounts.kept = sum(costs.values(), ZERO)
    for buyer_id in sorted({*poorer, *costs}):
        if poorer[buyer_id] != costs[buyer_id]:
            accounts.unexplained.append(
                f"buyer {buyer_id} is poorer by {poorer[buyer_id]}, their orders cost {costs[buyer_id]} in the end"
            )


# -- What is left to do ----------------------------------------------------------------------------
def _account_for_orders(accounts: Accounts) -> None:
    counted = Order._base_manager.order_by().values_list("status").annotate(count=Count("pk"))
    accounts.orders = dict(sorted(counted))
    waiting = Order._base_manager.filter(status__in=(OrderStatus.PENDING_PAYMENT, OrderStatus.REFUNDING))
    accounts.unexplained += [f"order {order.number} is still {order.status}" for order in waiting.order_by("pk")]
    owed = Refund.objects.filter(state__in=(RefundState.PROCESSING, RefundState.FAILED)).order_by("pk")
    accounts.unexplained += [f"refund {refund.number} of {refund.amount} is still {refund.state}" for refund in owed]
    odd = OddRefund.objects.filter(state=OddRefund.State.OPEN).order_by("pk")
    accounts.unexplained += [f"refund {one} of {one.amount} was paid after all and is in no books" for one in odd]


def _account_for_differences(accounts: Accounts) -> None:
    """Count what bills and shop once disagreed on; what still differs, or was settled and differs again, is named."""
    found: Counter[str] = Counter()
    for one in Discrepancy.objects.select_related("run").order_by("pk"):
        found[f"{one.subject} {one.kind}: {one.state}"] += 1
        if one.state == Discrepancy.State.OPEN or one.seen_in == one.run.passes:
            amounts = f"here {one.ours}, there {one.theirs}"
            accounts.unexplained.append(f"{one.run}: {one.subject} {one.kind} {one.reference}: {amounts}")
    accounts.differences = dict(sorted(found.items()))
    for run in ReconciliationRun.objects.order_by("pk"):
        if not run.is_explained:
            sums = f"{run.payments_unexplained} of payments, {run.refunds_unexplained} of refunds"
            accounts.unexplained.append(f"{run}: nothing explains {sums}")
    waiting = OddPayment.objects.filter(state=OddPayment.State.OPEN).order_by("pk")
    accounts.unexplained += [f"{one} of {one.told} instead of {one.asked} waits for staff" for one in waiting]


# -- Pieces ----------------------------------------------------------------------------------------
def _account_for_pieces(world: World, accounts: Accounts) -> None:
    """Compare what was brought to the shelves with what orders took, what came back, and what stands there."""
    taken = _pieces(OrderLine.objects.exclude(order__status__in=CLOSED), "sku_id")
    back = _pieces(RefundLine.objects.filter(refund__state=RefundState.SUCCEEDED, refund__restock=True), "line__sku_id")
    stands = dict(Sku.objects.values_list("pk", "stock"))
    for sku_id, stock in sorted(stands.items()):
        ought = world.delivered[sku_id] - taken[sku_id] + back[sku_id]
        if stock != ought:
            accounts.unexplained.append(f"SKU {sku_id}: {stock} pieces stand there, it ought to be {ought}")
    accounts.pieces = {
        "delivered": world.delivered.total(),
        "taken by orders": taken.total(),
        "came back": back.total(),
        "on the shelves": sum(stands.values()),
    }


def _pieces(lines: Any, sku: str) -> Counter[int]:
    return Counter(dict(lines.order_by().values_list(sku).annotate(pieces=Sum("quantity"))))


def _what_the_doctor_finds() -> Iterator[str]:
    for one in invariants():
        for finding in one.look():
            yield f"{one.name}: {finding.what} {finding.detail}"
