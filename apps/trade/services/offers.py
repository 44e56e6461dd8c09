"""Read what a price depends on, in a bounded number of queries: goods, prices, and all that may be taken off."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.money import to_money
from apps.common.prepared import Prepared
from apps.goods.exceptions import NotOnSale
from apps.goods.models import Sku
from apps.goods.services import freight
from apps.trade.exceptions import CouponNotUsable
from apps.trade.models import Coupon, CouponGrant, FullReduction, MemberPrice, Membership
from apps.trade.models.scopes import Scoped
from apps.trade.services import points
from apps.trade.services.destinations import Destination, find_destination
from apps.trade.services.pricing import CouponTerms, Item, PointsTerms, Price, Reduction, Scope, Terms, price_items
from apps.users.models import UserProfile

# What every offer reads.
_wanted = Prepared(
    lambda sku_ids: Sku.objects.filter(pk__in=sku_ids).select_related("goods__category").with_covers().order_by("pk")
)
_level = Prepared(lambda user_id: Membership.objects.filter(user=user_id).values_list("level_id", "level__percentage"))
_running = Prepared(lambda now: FullReduction.objects.running(now).prefetch_related("tiers"))


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What a buyer asks for beside the goods: a coupon they hold, points to spend at most, where it goes."""

    address: str = ""
    region_code: int | None = None
    coupon: uuid.UUID | None = None
    points: int = 0


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What the shop offers a buyer at this moment: the SKUs, at what price, and brought to where."""

    skus: Mapping[int, Sku]
    price: Price
    grant: CouponGrant | None
    destination: Destination


def make_offer(
    *, user: UserProfile, quantities: Mapping[int, int], wishes: Wishes, destination: Destination | None = None
) -> Offer:
    """Work out what so many pieces of these SKUs cost this buyer now: `quantities` maps SKU ids to pieces.

    The destination is found by the wishes, unless the caller has found it already.

    Raises NotOnSale, CouponNotUsable, CouponNotApplicable, NotEnoughPoints, RegionNeeded, Unreachable, OrderTooLarge.
    """
    skus = _skus_on_sale(quantities)
    items = _items(user, skus, quantities)
    templates = freight.load_templates(
        template_ids={item.freight_template_id for item in items if item.freight_template_id is not None}
    )
    destination = destination or find_destination(
        address=wishes.address,
        region_code=wishes.region_code,
        needed=any(template.asks_for_region for template in templates.values()),
    )
    grant = None if wishes.coupon is None else _usable_grant(user, wishes.coupon)
    terms = Terms(
        reductions=_reductions(),
        coupon=None if grant is None else _coupon_terms(grant.coupon),
        points=_points_terms(user, wishes.points),
        templates=templates,
        region_code=destination.region_code,
    )
    price = price_items(items=items, terms=terms)
    return Offer(skus={sku.pk: sku for sku in skus}, price=price, grant=grant, destination=destination)


def _skus_on_sale(quantities: Mapping[int, int]) -> list[Sku]:
    skus = _wanted(sku_ids=sorted(quantities))
    for sku in skus:
        if not (sku.is_on_sale and sku.goods.is_on_sale):
            raise NotOnSale(_("“%(name)s” is no longer on sale.") % {"name": sku.goods.name}, sku=sku.pk)
    return skus


def _items(user: UserProfile, skus: Sequence[Sku], quantities: Mapping[int, int]) -> list[Item]:
    for_members = _member_prices(user, skus)
    return [
        Item(
            sku_id=sku.pk,
            goods_id=sku.goods_id,
            category_path=sku.goods.category.path,
            quantity=quantities[sku.pk],
            list_price=sku.price,
            member_price=for_members.get(sku.pk),
            freight_template_id=None if sku.goods.ships_free else sku.goods.freight_template_id,
            weight=sku.weight,
        )
        for sku in skus
    ]


def _member_prices(user: UserProfile, skus: Sequence[Sku]) -> dict[int, Decimal]:
    """Return what the buyer's level pays for each SKU; nothing for a buyer without one."""
    for level_id, percentage in _level(user_id=user.pk):
        own_prices = dict(MemberPrice.objects.filter(level=level_id, sku__in=skus).values_list("sku_id", "price"))
        return {sku.pk: own_prices.get(sku.pk, to_money(sku.price * percentage / 100)) for sku in skus}
    return {}


def _reductions() -> list[Reduction]:
    return [
        Reduction(
            key=row.pk,
            label=row.name,
            tiers={tier.minimum: tier.reduction for tier in row.tiers.all()},
            scope=_scope(row),
        )
        for row in _running(now=timezone.now())
    ]


def _usable_grant(user: UserProfile, public_id: uuid.UUID) -> CouponGrant:
    grant = CouponGrant.objects.of(user).filter(public_id=public_id).first()
    if grant is None:
        raise InvalidInput(fields={"coupon": [_("You have no such coupon.")]})
    if grant.state != CouponGrant.State.UNUSED or not grant.coupon.is_running(timezone.now()):
        raise CouponNotUsable
    return grant


def _coupon_terms(coupon: Coupon) -> CouponTerms:
    return CouponTerms(
        label=coupon.name,
        value=coupon.value,
        is_percentage=coupon.kind == Coupon.Kind.PERCENTAGE,
        cap=coupon.cap,
        minimum=coupon.minimum,
        scope=_scope(coupon),
    )


def _scope(row: Scoped) -> Scope:
    return Scope(category_id=row.category_id, goods_id=row.goods_id)


def _points_terms(user: UserProfile, wanted: int) -> PointsTerms:
    if wanted:
        points.check_balance(user=user, wanted=wanted)
    return PointsTerms(wanted=wanted, per_yuan=settings.POINTS_PER_YUAN, most_percent=settings.POINTS_MOST_PERCENT)
