"""What the sample shop offers beside goods: delivery by weight, a full reduction, coupons to claim, member levels."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.goods.models import FreightTemplate, FreightZone, Goods, Sku
from apps.trade.models import Coupon, FullReduction, MemberLevel, ReductionTier

# What a piece of a heavy article weighs, in grams; everything else ships free.
HEAVY = {"KITCHEN-006": 4500, "KITCHEN-007": 1200}
# GB codes: around the warehouse, far away, and where nothing goes.
NEAR, FAR, NOWHERE = [310000, 320000, 330000], [150000, 540000, 630000, 650000], [710000, 810000, 820000]
ZONES = (
    {"regions": NEAR, "first_fee": "8.00", "next_fee": "2.00", "free_from_amount": "299.00"},
    {"regions": FAR, "first_fee": "20.00", "next_fee": "12.00"},
    {"regions": NOWHERE, "is_unreachable": True},
    {"first_fee": "12.00", "next_fee": "5.00", "free_from_amount": "399.00"},
)
SEASON = timedelta(days=365)
SNACKS = "SNACKS-001"  # an article of the shelf that the reduction is for
TIERS = {"99.00": "10.00", "199.00": "30.00"}
LEVELS = {"银卡会员": 98, "金卡会员": 95, "黑卡会员": 90}
CODE = "MXSHOP"
LIMITED = "FRUIT-009"


def open_offers(goods: Mapping[str, Goods]) -> list[Coupon]:
    """Create what the shop offers; `goods` are those of the sample, by number. Returns the coupons."""
    _charge_for_delivery(goods)
    for name, percentage in LEVELS.items():
        MemberLevel.objects.create(name=name, percentage=percentage)
    now = timezone.now().replace(second=0, microsecond=0)
    period = {"starts_at": now, "ends_at": now + SEASON}
    shelf = int(goods[SNACKS].category.path.split("/")[1])
    reduction = FullReduction.objects.create(name="零食满减", category_id=shelf, **period)
    ReductionTier.objects.bulk_create(
        ReductionTier(promotion=reduction, minimum=Decimal(minimum), reduction=Decimal(off))
        for minimum, off in TIERS.items()
    )
    Goods.objects.filter(pk=goods[LIMITED].pk).update(purchase_limit=10)
    percentage_off = {"kind": Coupon.Kind.PERCENTAGE, "value": Decimal(10), "cap": Decimal(30)}
    return [
        Coupon.objects.create(name="新人券", value=Decimal(5), minimum=Decimal(30), **period),
        Coupon.objects.create(name="九折券", minimum=Decimal(100), total_limit=200, **percentage_off, **period),
        Coupon.objects.create(name="暗号券", value=Decimal(12), minimum=Decimal(80), code=CODE, **period),
    ]


def _charge_for_delivery(goods: Mapping[str, Goods]) -> None:
    template = FreightTemplate.objects.create(name="重货按重量", unit=FreightTemplate.Unit.WEIGHT)
    for zone in ZONES:
        FreightZone.objects.create(template=template, first_units=1000, next_units=1000, **zone)
    for number, grams in HEAVY.items():
        Goods.objects.filter(pk=goods[number].pk).update(ships_free=False, freight_template=template)
        Sku.objects.filter(goods=goods[number]).update(weight=grams)
