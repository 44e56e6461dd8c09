"""What it costs to deliver goods to a region: plain arithmetic over zones that were read before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.common.money import ZERO, to_money
from apps.goods.exceptions import RegionNeeded, Unreachable
from apps.goods.models import FreightTemplate, FreightZone


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """Pieces of a SKU that a template charges: `weight` in grams and `amount` in yuan are those of all pieces."""

    template_id: int
    goods_id: int
    quantity: int
    weight: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Template:
    """A freight template with its zones."""

    by_weight: bool
    zones: Sequence[FreightZone]

    @property
    def asks_for_region(self) -> bool:
        """Whether what it costs depends on where it goes."""
        return any(zone.regions for zone in self.zones)


def load_templates(*, template_ids: Collection[int]) -> dict[int, Template]:
    """Read templates with their zones, in two queries; in none when there is nothing to read."""
    if not template_ids:
        return {}
    found = FreightTemplate.objects.filter(pk__in=template_ids).prefetch_related("zones")
    return {
        row.pk: Template(by_weight=row.unit == FreightTemplate.Unit.WEIGHT, zones=list(row.zones.all()))
        for row in found
    }


def freight_of(*, items: Sequence[Shipped], templates: Mapping[int, Template], region_code: int | None) -> Decimal:
    """Return what delivery costs in yuan: goods of one template travel together, and the templates add up.

    Raises RegionNeeded if a template depends on the region and there is none, Unreachable if one does not deliver.
    """
    groups: dict[int, list[Shipped]] = {}
    for item in items:
        groups.setdefault(item.template_id, []).append(item)
    zones = {key: _zone_for(templates[key], region_code) for key in groups}
    lost = [item.goods_id for key, zone in zones.items() if zone is None for item in groups[key]]
    if lost:
        raise Unreachable(goods_ids=sorted(set(lost)))
    fees = (_fee(zone, groups[key], by_weight=templates[key].by_weight) for key, zone in zones.items() if zone)
    return to_money(sum(fees, ZERO))


def _zone_for(template: Template, region_code: int | None) -> FreightZone | None:
    """Return the zone that covers the region most narrowly; None where the template does not deliver."""
    if region_code is None and template.asks_for_region:
        raise RegionNeeded
    everywhere_else = next((zone for zone in template.zones if not zone.regions), None)
    named = {code: zone for zone in template.zones for code in zone.regions}
    covering = (named[code] for code in _from_district_up(region_code) if code in named)
    zone = next(covering, everywhere_else)
    return None if zone is None or zone.is_unreachable else zone


def _from_district_up(region_code: int | None) -> list[int]:
    """Return the GB codes of a region and of what it lies in, the narrowest first: 330106, 330100, 330000."""
    if region_code is None:
        return []
    return [region_code, region_code // 100 * 100, region_code // 10000 * 10000]


def _fee(zone: FreightZone, items: Sequence[Shipped], *, by_weight: bool) -> Decimal:
    pieces = sum(item.quantity for item in items)
    if zone.free_from_count is not None and pieces >= zone.free_from_count:
        return ZERO
    if zone.free_from_amount is not None and sum(item.amount for item in items) >= zone.free_from_amount:
        return ZERO
    units = sum(item.weight for item in items) if by_weight else pieces
    further = max(units - zone.first_units, 0)
    begun = -(-further // zone.next_units)
    return zone.first_fee + begun * zone.next_fee
