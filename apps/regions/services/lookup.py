"""Which region of the standard an address means, as people and the client's pickers write it."""

from collections.abc import Sequence

from django.db.models import QuerySet

from apps.regions.models import Region

# What official names end in and people leave out, the likeliest first.
PROVINCE_ENDINGS = ("", "省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区")
CITY_ENDINGS = ("", "市", "地区", "盟")
DISTRICT_ENDINGS = ("", "区", "县", "市", "旗")
# "Cities" that only hold the districts of a municipality, or the counties that a province governs by itself.
# Nobody lives there by that name: people write the municipality, or the county, once more.
HOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def find_region(*, province: str, city: str = "", district: str = "") -> Region | None:
    """Return the smallest region that the names mean, or None unless every name that is given fits.

    `浙江/杭州/西湖` is 西湖区 as well as `浙江省/杭州市/西湖区`; municipalities repeat their name
    (`北京市/北京市/东城区`) or leave the city out.
    """
    top = _nearest(Region.objects.filter(kind=Region.Kind.PROVINCE), _spellings(province, PROVINCE_ENDINGS))
    if top is None or not (city or district):
        return top
    return _find_district(top, city, district) if district else _find_city(top, city)


def _find_city(top: Region, city: str) -> Region | None:
    if top.name in _spellings(city, PROVINCE_ENDINGS):
        return top
    cities = Region.objects.filter(kind=Region.Kind.CITY, parent=top)
    return _nearest(cities, _spellings(city, CITY_ENDINGS)) or _find_district(top, "", city)


def _find_district(top: Region, city: str, district: str) -> Region | None:
    governed_above = not city or city in (*HOLDERS, district) or top.name in _spellings(city, PROVINCE_ENDINGS)
    parents = [*_spellings(city, CITY_ENDINGS), *(HOLDERS if governed_above else ())]
    districts = Region.objects.filter(kind=Region.Kind.DISTRICT, parent__parent=top, parent__name__in=parents)
    return _nearest(districts, _spellings(district, DISTRICT_ENDINGS))


def _spellings(name: str, endings: Sequence[str]) -> list[str]:
    return [name + ending for ending in endings] if name else []


def _nearest(regions: QuerySet[Region], spellings: list[str]) -> Region | None:
    found = regions.filter(name__in=spellings)
    return min(found, key=lambda region: spellings.index(region.name), default=None)
