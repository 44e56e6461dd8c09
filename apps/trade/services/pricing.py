"""What an order costs: one place, one order of steps, and no query.

1. The unit price is the SKU's or, if that is lower, the member's: the SKU's own price for the buyer's level, or
   without one the level's per cent of it.
2. Full reductions. A line takes part in one at most; of several, the one that takes off most gets its lines
   first (of equal ones the older), and the rest look at the lines that are left. The highest tier reached counts.
3. One coupon, for what the lines of its scope cost by then.
4. Points, for a share of what all goods cost by then.
5. Freight, which nothing discounts. "Free from an amount" looks at what goods cost before points: those pay.

Each discount is split over its lines to the cent (`allocation`), so every line knows what was really paid for it,
the lines sum to what the goods cost, and neither is ever negative.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from apps.common.money import CENT, ZERO, to_money
from apps.goods.services.freight import Shipped, Template, freight_of
from apps.trade.exceptions import CouponNotApplicable, OrderTooLarge
from apps.trade.models import OrderDiscount
from apps.trade.services.allocation import allocate

# The largest sum that `Order.total` holds.
MAX_TOTAL = Decimal("9999999999.99")
ONE_POINT = Decimal(1)


@dataclass(frozen=True, kw_only=True)
class Item:
    """Pieces of a SKU, and all that their price depends on. `weight` is that of one piece in grams.

    `member_price` is what the buyer's level pays for a piece, if it has a level.
    """

    sku_id: int
    goods_id: int
    category_path: str
    quantity: int
    list_price: Decimal
    member_price: Decimal | None = None
    freight_template_id: int | None = None
    weight: int = 0

    @property
    def unit_price(self) -> Decimal:
        """What this buyer pays for a piece before any discount."""
        return self.list_price if self.member_price is None else min(self.list_price, self.member_price)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a promotion is for: a goods, a category and all below it, or with neither everything."""

    category_id: int | None = None
    goods_id: int | None = None

    def covers(self, item: Item) -> bool:
        """Tell whether the promotion is for this goods."""
        if self.goods_id is not None:
            return item.goods_id == self.goods_id
        return self.category_id is None or f"/{self.category_id}/" in item.category_path


@dataclass(frozen=True, kw_only=True)
class Reduction:
    """A running full reduction; `tiers` maps the sum that must be reached to what is taken off."""

    key: int
    label: str
    tiers: Mapping[Decimal, Decimal]
    scope: Scope = Scope()

    def of(self, amount: Decimal) -> Decimal:
        """Return what is taken off so much: the reduction of the highest tier that is reached."""
        reached = [minimum for minimum in self.tiers if minimum <= amount]
        return self.tiers[max(reached)] if reached else ZERO


@dataclass(frozen=True, kw_only=True)
class CouponTerms:
    """What a coupon takes off: `value` yuan, or per cent of the amount, at most `cap` yuan."""

    label: str
    value: Decimal
    is_percentage: bool = False
    cap: Decimal | None = None
    minimum: Decimal = ZERO
    scope: Scope = Scope()

    def of(self, amount: Decimal) -> Decimal:
        """Return what is taken off so much; raises CouponNotApplicable below the minimum, and for no fen."""
        wanted = to_money(amount * self.value / 100) if self.is_percentage else self.value
        off = min(amount, wanted, *([] if self.cap is None else [self.cap]))
        if amount < self.minimum or not off:
            raise CouponNotApplicable(minimum=self.minimum, amount=amount)
        return off


@dataclass(frozen=True, kw_only=True)
class PointsTerms:
    """How many points the buyer would spend at most, how many make a yuan, and how much of the goods they may pay."""

    wanted: int = 0
    per_yuan: int = 100
    most_percent: int = 100

    def of(self, amount: Decimal) -> tuple[Decimal, int]:
        """Return the yuan that points pay of so much, and the points it takes."""
        most = (amount * self.most_percent / 100).quantize(CENT, rounding=ROUND_DOWN)
        money = min(most, (Decimal(self.wanted) / self.per_yuan).quantize(CENT, rounding=ROUND_DOWN))
        return money, int((money * self.per_yuan).to_integral_value(rounding=ROUND_UP))


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Everything but the goods that a price depends on."""

    reductions: Sequence[Reduction] = ()
    coupon: CouponTerms | None = None
    points: PointsTerms = PointsTerms()
    templates: Mapping[int, Template] = field(default_factory=dict)
    region_code: int | None = None


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """What the pieces of an item cost: `discount` and `points` are the line's share of those of the order."""

    item: Item
    discount: Decimal = ZERO
    points: int = 0

    @property
    def full(self) -> Decimal:
        """What they cost before discounts."""
        return to_money(self.item.unit_price * self.item.quantity)

    @property
    def amount(self) -> Decimal:
        """What is really paid for them."""
        return self.full - self.discount


@dataclass(frozen=True, kw_only=True)
class Discount:
    """A reason why the goods cost less."""

    kind: OrderDiscount.Kind
    label: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Price:
    """What an order costs, line by line, and why."""

    lines: Sequence[PricedLine]
    discounts: Sequence[Discount] = ()
    freight: Decimal = ZERO

    @property
    def goods_total(self) -> Decimal:
        """What all lines cost before discounts."""
        return sum((line.full for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        """What is taken off."""
        return sum((line.discount for line in self.lines), ZERO)

    @property
    def goods_amount(self) -> Decimal:
        """What is paid for the goods."""
        return self.goods_total - self.discount

    @property
    def total(self) -> Decimal:
        """What is paid."""
        return self.goods_amount + self.freight

    @property
    def points_spent(self) -> int:
        """How many points it takes."""
        return sum(line.points for line in self.lines)


def price_items(*, items: Sequence[Item], terms: Terms) -> Price:
    """Work out what these items cost by these terms, in the steps that the module's docstring lists.

    Raises CouponNotApplicable, RegionNeeded, Unreachable, or OrderTooLarge for a sum that no order holds.
    """
    price = Price(lines=[PricedLine(item=item) for item in items])
    price = _reduce_fully(price, terms.reductions)
    if terms.coupon is not None:
        price = _take_coupon(price, terms.coupon)
    freight = _freight(price, terms)
    price = replace(_spend_points(price, terms.points), freight=freight)
    if max(price.goods_total, price.total) > MAX_TOTAL:
        raise OrderTooLarge
    return price


def _reduce_fully(price: Price, reductions: Sequence[Reduction]) -> Price:
    free, left = list(price.lines), list(reductions)
    while left:
        best = max(left, key=lambda one: (one.of(_amount_in(one.scope, free)), -one.key))
        amount = best.of(_amount_in(best.scope, free))
        if not amount:
            break
        taking_part = {line.item.sku_id for line in free if best.scope.covers(line.item)}
        price = _discounted(price, OrderDiscount.Kind.REDUCTION, best.label, amount, taking_part)
        free = [line for line in free if line.item.sku_id not in taking_part]
        left.remove(best)
    return price


def _take_coupon(price: Price, coupon: CouponTerms) -> Price:
    amount = coupon.of(_amount_in(coupon.scope, price.lines))
    taking_part = {line.item.sku_id for line in price.lines if coupon.scope.covers(line.item)}
    return _discounted(price, OrderDiscount.Kind.COUPON, coupon.label, amount, taking_part)


def _spend_points(price: Price, terms: PointsTerms) -> Price:
    amount, points = terms.of(price.goods_amount)
    if not amount:
        return price
    everything = {line.item.sku_id for line in price.lines}
    paid = _discounted(price, OrderDiscount.Kind.POINTS, str(points), amount, everything)
    by_points = [after.discount - before.discount for before, after in zip(price.lines, paid.lines, strict=True)]
    shares = allocate(Decimal(points), by_points, unit=ONE_POINT)
    return replace(
        paid, lines=[replace(line, points=int(share)) for line, share in zip(paid.lines, shares, strict=True)]
    )


def _freight(price: Price, terms: Terms) -> Decimal:
    shipped = [
        Shipped(
            template_id=line.item.freight_template_id,
            goods_id=line.item.goods_id,
            quantity=line.item.quantity,
            weight=line.item.weight * line.item.quantity,
            amount=line.amount,
        )
        for line in price.lines
        if line.item.freight_template_id is not None
    ]
    return freight_of(items=shipped, templates=terms.templates, region_code=terms.region_code)


def _amount_in(scope: Scope, lines: Sequence[PricedLine]) -> Decimal:
    return sum((line.amount for line in lines if scope.covers(line.item)), ZERO)


def _discounted(
    price: Price, kind: OrderDiscount.Kind, label: str, amount: Decimal, taking_part: Collection[int]
) -> Price:
    """Take an amount off the lines of these SKUs, in proportion to what they cost by now."""
    weights = [line.amount if line.item.sku_id in taking_part else ZERO for line in price.lines]
    lines = [
        replace(line, discount=line.discount + part)
        for line, part in zip(price.lines, allocate(amount, weights), strict=True)
    ]
    return replace(price, lines=lines, discounts=[*price.discounts, Discount(kind=kind, label=label, amount=amount)])
