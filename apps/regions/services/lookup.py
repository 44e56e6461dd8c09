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


def name_of_region(code: int) -> str:
    """Return a region's name with those of the areas that it lies in, the widest first; empty for an unknown one."""
    codes = [code // 10000 * 10000, code // 100 * 100, code]
    names = dict(Region.objects.filter(code__in=codes).order_by("-kind").values_list("code", "name"))
    return " ".join(names[one] for one in dict.fromkeys(codes) if one in names)


def lies_in(code: int, area: int) -> bool:
    """Tell whether a region is an area or lies in it, by their GB codes: 330106 lies in 330100, and both in 330000."""
    return area in (code, code // 100 * 100, code // 10000 * 10000)


def find_region_of_address(text: str) -> Region | None:
    """Return the smallest region that an address in one string begins with, in three queries.

    Clients join province, city, district and street without a space: `浙江省杭州市西湖区文三路1号`. What does
    not begin with a province is None; where city or district cannot be read, what was read before counts.
    """
    provinces = Region.objects.filter(kind=Region.Kind.PROVINCE)
    top, rest = _longest_start(provinces, text, PROVINCE_ENDINGS)
    if top is None:
        return None
    # Municipalities are written twice, as their own city, or with the holder of their districts.
    repeated = max((s for s in _short_and_long(top.name, PROVINCE_ENDINGS) if rest.startswith(s)), key=len, default="")
    cities = Region.objects.filter(kind=Region.Kind.CITY, parent=top).exclude(name__in=HOLDERS)
    city, rest_of_city = _longest_start(cities, rest, CITY_ENDINGS)
    if city is None:
        below: dict[str, object] = {"parent__parent": top, "parent__name__in": HOLDERS}
        rest_of_city = rest.removeprefix(repeated).removeprefix(HOLDERS[0])
    else:
        below = {"parent": city}
    districts = Region.objects.filter(kind=Region.Kind.DISTRICT, **below)
    district, _street = _longest_start(districts, rest_of_city, DISTRICT_ENDINGS)
    return district or city or top


def _longest_start(regions: QuerySet[Region], text: str, endings: Sequence[str]) -> tuple[Region | None, str]:
    """Return the region whose name the text begins with, and what follows it; of several the longest name."""
    text = text.lstrip()
    starts = [
        (len(name), region)
        for region in regions
        for name in _short_and_long(region.name, endings)
        if text.startswith(name)
    ]
    if not starts:
        return None, text
    length, region = max(starts, key=lambda start: start[0])
    return region, text[length:]


def _short_and_long(name: str, endings: Sequence[str]) -> list[str]:
    """Return an official name and what people call it; one character is nobody's name for a place."""
    return [short for ending in endings if name.endswith(ending) and len(short := name.removesuffix(ending)) > 1]
